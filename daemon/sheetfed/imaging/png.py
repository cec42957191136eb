"""PNG: a page written strip by strip at its own depth (PNG, Third Edition).

Pillow has no 16-bit colour, and takes four times as long to choose the filters of a noisy page.
"""

import struct
import zlib
from typing import BinaryIO

import numpy as np

from sheetfed.core.model import Image, Mode
from sheetfed.imaging.rows import Strip, row_bytes

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GRAYSCALE, _TRUECOLOR = 0, 2
_NO_FILTER, _UP = 0, 2
_LEVEL = 1
_METRES_PER_INCH = 0.0254


class PngWriter:
    """Takes a page's strips from the top."""

    def __init__(self, file: BinaryIO, image: Image) -> None:
        self._file = file
        self._depth = image.depth
        self._above = np.zeros((1, row_bytes(image)), dtype=np.uint8)
        strategy = zlib.Z_DEFAULT_STRATEGY if image.depth == 1 else zlib.Z_RLE
        self._compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, 15, 9, strategy)
        color = _TRUECOLOR if image.mode is Mode.COLOR else _GRAYSCALE
        size = (image.width_px, image.height_px)
        density = (round(dpi / _METRES_PER_INCH) for dpi in (image.x_dpi, image.y_dpi))
        file.write(_SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", *size, image.depth, color, 0, 0, 0))
        self._chunk(b"pHYs", struct.pack(">IIB", *density, 1))

    def add(self, strip: Strip) -> None:
        lines = np.empty((len(strip), strip.shape[1] + 1), dtype=np.uint8)
        if self._depth == 1:
            lines[:, 0] = _NO_FILTER
            np.bitwise_not(strip, out=lines[:, 1:])
        else:
            rows = np.concatenate((self._above, _big_endian(strip, self._depth)))
            lines[:, 0] = _UP
            np.subtract(rows[1:], rows[:-1], out=lines[:, 1:])
            self._above = rows[-1:]
        self._data(self._compressor.compress(lines.data))

    def close(self) -> None:
        self._data(self._compressor.flush())
        self._chunk(b"IEND", b"")

    def _data(self, compressed: bytes) -> None:
        if compressed:
            self._chunk(b"IDAT", compressed)

    def _chunk(self, kind: bytes, data: bytes) -> None:
        checksum = zlib.crc32(data, zlib.crc32(kind))
        self._file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum))


def _big_endian(strip: Strip, depth: int) -> Strip:
    if depth == 8:
        return strip
    return strip.reshape(len(strip), -1, 2)[:, :, ::-1].reshape(len(strip), -1)
