"""JPEG: a page encoded strip by strip, so that memory does not grow with it.

Every strip is encoded by itself with the same tables; their scans become the restart intervals of
one image (ITU-T T.81 §B.2.4.4 and §E.1.4), pixel for pixel what encoding the whole would give.
"""

import struct
from io import BytesIO
from typing import BinaryIO

from PIL import Image as Pillow

from sheetfed.core.errors import UnsupportedImage
from sheetfed.imaging import exif

_SIDE_MOST_PX = 65500  # libjpeg's limit
_SOF0, _SOS, _EOI = 0xC0, 0xDA, b"\xff\xd9"


class JpegWriter:
    """Takes strips in mode L or RGB, each but the last of the same multiple of 16 rows."""

    def __init__(
        self, file: BinaryIO, *, height_px: int, dpi: tuple[float, float], quality: int
    ) -> None:
        self._file = file
        self._height_px = height_px
        self._dpi = dpi
        self._quality = quality
        self._strips = 0

    def add(self, strip: Pillow.Image) -> None:
        """Raises UnsupportedImage when the page is larger than a JPEG can be."""
        if max(strip.width, self._height_px) > _SIDE_MOST_PX:
            raise UnsupportedImage(f"a JPEG has at most {_SIDE_MOST_PX} pixels a side")
        encoded = BytesIO()
        density = tuple(min(max(round(dpi), 1), 65535) for dpi in self._dpi)
        # JFIF has whole numbers alone.
        more = {} if density == self._dpi else {"exif": exif.block(self._dpi)}
        strip.save(encoded, "JPEG", quality=self._quality, dpi=density, **more)
        head, scan_header, scan = _split(encoded.getvalue())
        if self._strips == 0:
            interval = struct.pack(">BBHH", 0xFF, 0xDD, 4, _blocks(strip))
            self._file.write(_with_height(head, self._height_px) + interval + scan_header)
        else:
            self._file.write(bytes((0xFF, 0xD0 + (self._strips - 1) % 8)))
        self._file.write(scan)
        self._strips += 1

    def close(self) -> None:
        self._file.write(_EOI)


def _blocks(strip: Pillow.Image) -> int:
    """Minimum coded units of a strip: 8 × 8 pixels of gray, 16 × 16 of subsampled colour."""
    side = 8 if strip.mode == "L" else 16
    return -(-strip.width // side) * -(-strip.height // side)


def _split(encoded: bytes) -> tuple[bytearray, bytes, bytes]:
    """What precedes the scan, the scan's header, and its data."""
    at = 2
    while encoded[at + 1] != _SOS:
        at += 2 + _length(encoded, at)
    data_at = at + 2 + _length(encoded, at)
    return bytearray(encoded[:at]), encoded[at:data_at], encoded[data_at : -len(_EOI)]


def _with_height(head: bytearray, height_px: int) -> bytearray:
    at = 2
    while head[at + 1] != _SOF0:
        at += 2 + _length(head, at)
    struct.pack_into(">H", head, at + 5, height_px)
    return head


def _length(segments: bytes | bytearray, at: int) -> int:
    return int.from_bytes(segments[at + 2 : at + 4], "big")
