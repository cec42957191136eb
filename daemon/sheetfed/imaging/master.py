"""Master: the lossless file of a page, in strips that can be read one by one.

docs/store.md describes the format and shows how to read it without this code.
"""

import json
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np
import zstandard
from numpy.typing import NDArray

from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Image, Mode
from sheetfed.imaging import files
from sheetfed.imaging.rows import Strip, row_bytes

MAGIC = b"sheetfed-master-1\n"
_LEVEL = 1
_HEADER_MOST = 4096


@contextmanager
def opened(path: Path) -> Iterator["Master"]:
    """A master for reading. Raises DamagedImage, also when there is no such file."""
    try:
        file = files.opened(path)
    except FileNotFoundError as error:
        raise DamagedImage("a page's master is missing") from error
    with file:
        yield Master(file)


class MasterWriter:
    """Writes a master strip by strip, each but the last of `strip_rows` rows."""

    def __init__(self, file: BinaryIO, *, image: Image, strip_rows: int) -> None:
        self._file = file
        self._image = image
        header = json.dumps(asdict(image) | {"strip_rows": strip_rows}).encode()
        file.write(MAGIC + struct.pack("<I", len(header)) + header)
        self._index_at = file.tell()
        self._strips = -(-image.height_px // strip_rows)
        self._offsets = [self._index_at + 8 * (self._strips + 1)]
        file.write(bytes(8 * (self._strips + 1)))
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)

    def add(self, strip: Strip) -> None:
        block = self._compressor.compress(_filtered(strip, self._image.depth).data)
        self._file.write(block)
        self._offsets.append(self._offsets[-1] + len(block))

    def close(self) -> None:
        """Write the index. Raises DamagedImage when strips are missing."""
        if len(self._offsets) != self._strips + 1:
            raise DamagedImage("a page has fewer rows than it should")
        self._file.seek(self._index_at)
        self._file.write(struct.pack(f"<{len(self._offsets)}Q", *self._offsets))


class Master:
    """Reads a master. Raises DamagedImage for whatever is wrong with it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        try:
            self.image, self.strip_rows = _header(file)
            self._offsets = _index(file, -(-self.image.height_px // self.strip_rows))
        except (ValueError, KeyError, TypeError, struct.error) as error:
            raise DamagedImage("a page's master has a damaged header") from error
        self._decompressor = zstandard.ZstdDecompressor()

    def strips(self) -> Iterator[Strip]:
        """All rows from the top, `strip_rows` at a time."""
        tops = range(0, self.image.height_px, self.strip_rows)
        for top, (start, end) in zip(tops, pairwise(self._offsets), strict=True):
            yield self._strip(min(self.strip_rows, self.image.height_px - top), start, end)

    def _strip(self, rows: int, start: int, end: int) -> Strip:
        size = rows * row_bytes(self.image)
        self._file.seek(start)
        block = self._file.read(end - start)
        try:
            if zstandard.frame_content_size(block) != size:
                raise DamagedImage("a page's master has a strip of a wrong size")
            data = bytearray(self._decompressor.decompress(block))
        except zstandard.ZstdError as error:
            raise DamagedImage("a page's master has a damaged strip") from error
        strip = np.frombuffer(data, dtype=np.uint8).reshape(rows, -1)
        _unfilter(strip, self.image.depth)
        return strip


def _header(file: BinaryIO) -> tuple[Image, int]:
    if file.read(len(MAGIC)) != MAGIC:
        raise DamagedImage("a page's master has no header")
    (size,) = struct.unpack("<I", file.read(4))
    words = json.loads(file.read(min(size, _HEADER_MOST)))
    rows = int(words.pop("strip_rows"))
    image = Image(**words | {"mode": Mode(words["mode"])})
    if min(rows, image.width_px, image.height_px) < 1 or image.depth not in (1, 8, 16):
        raise DamagedImage("a page's master has a damaged header")
    return image, rows


def _index(file: BinaryIO, strips: int) -> tuple[int, ...]:
    """Where each strip begins and the last one ends."""
    size = 8 * (strips + 1)
    start = file.tell()
    end = file.seek(0, os.SEEK_END)
    if size > end:
        raise DamagedImage("a page's master has a damaged header")
    file.seek(start)
    offsets = struct.unpack(f"<{strips + 1}Q", file.read(size))
    if offsets[-1] > end or any(start > stop for start, stop in pairwise(offsets)):
        raise DamagedImage("a page's master has a damaged index")
    return offsets


def _filtered(strip: Strip, depth: int) -> Strip:
    """Each row less the one above it: modulo 2⁸ or 2¹⁶, for 1 bit the exclusive or."""
    if depth == 1:
        difference = np.empty_like(strip)
        np.bitwise_xor(strip[1:], strip[:-1], out=difference[1:])
    else:
        difference = np.empty(strip.shape, dtype=np.uint8)
        words, above = _words(difference, depth), _words(strip, depth)
        np.subtract(above[1:], above[:-1], out=words[1:])
    difference[0] = strip[0]
    return difference


def _unfilter(strip: Strip, depth: int) -> None:
    words = _words(strip, depth)
    restore = np.bitwise_xor if depth == 1 else np.add
    for above, row in pairwise(words):
        restore(row, above, out=row)


def _words(strip: Strip, depth: int) -> NDArray[np.uint8] | NDArray[np.uint16]:
    return strip.view("<u2") if depth == 16 else strip
