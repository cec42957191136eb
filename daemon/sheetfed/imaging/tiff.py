"""TIFF: pages written strip by strip at their own depth, any number in one file (TIFF 6.0).

Pillow has no 16-bit colour, and holds all pages of a file in memory; it encodes single strips.
"""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO, Final

import numpy as np
from PIL import Image as Pillow
from PIL import TiffImagePlugin

from sheetfed.core.errors import TooLarge
from sheetfed.core.exports import Compression
from sheetfed.core.model import Image, Mode
from sheetfed.imaging.edited import PageStrips
from sheetfed.imaging.rows import Strip, picture, samples_per_pixel

_SHORT, _LONG, _RATIONAL = 3, 4, 5
_SIZES: Final = {_SHORT: 2, _LONG: 4, _RATIONAL: 8}
_FORMATS: Final = {_SHORT: "H", _LONG: "I"}
_WORDS: Final = {"H": 2, "I": 4}
_BLACK_IS_ZERO, _WHITE_IS_ZERO, _RGB, _YCBCR = 1, 0, 2, 6
_STRIP_OFFSETS, _STRIP_BYTES = 273, 279
_INCH = 2
_FRACTION = 1000
_NEWEST_BYTES = 2**32 - 1
_LEVEL = 1
_NUMBERS: Final = {
    Compression.NONE: 1,
    Compression.GROUP4: 4,
    Compression.LZW: 5,
    Compression.JPEG: 7,
    Compression.DEFLATE: 8,
}

_Field = tuple[int, int, tuple[int, ...]]


class TiffWriter:
    """Takes one page after the other."""

    def __init__(self, file: BinaryIO, *, quality: int) -> None:
        """`quality` is that of pages compressed as JPEG, 1–100."""
        self._file = file
        self._quality = quality
        file.write(b"II*\0" + bytes(4))
        self._link_at = 4

    def add(self, page: PageStrips, compression: Compression) -> None:
        """Group 4 is for black and white pages alone. Raises TooLarge beyond 4 GiB."""
        encode = self._encoder(page.image, compression)
        offsets, sizes = [], []
        for strip in page.strips():
            block = encode(strip)
            offsets.append(self._file.tell())
            sizes.append(len(block))
            self._file.write(block)
        fields = _fields(page, compression, tuple(offsets), tuple(sizes))
        self._directory(sorted(fields))

    def append(self, part: BinaryIO) -> None:
        """Add the page of a file that was written by an object of this class."""
        fields = {tag: (kind, numbers) for tag, kind, numbers in _read_directory(part)}
        (_, starts), (kind, sizes) = fields[_STRIP_OFFSETS], fields[_STRIP_BYTES]
        offsets = []
        for start, size in zip(starts, sizes, strict=True):
            part.seek(start)
            offsets.append(self._file.tell())
            self._file.write(part.read(size))
        fields[_STRIP_OFFSETS] = (kind, tuple(offsets))
        self._directory([(tag, *field) for tag, field in sorted(fields.items())])

    def _encoder(self, image: Image, compression: Compression) -> Callable[[Strip], bytes]:
        match compression:
            case Compression.NONE:
                return lambda strip: strip.tobytes()
            case Compression.LZW:
                return _lzw
            case Compression.GROUP4:
                return lambda strip: _group4(strip, image)
            case Compression.JPEG:
                return lambda strip: _jpeg(strip, image, self._quality)
            case _:
                return lambda strip: zlib.compress(_predicted(strip, image), _LEVEL)

    def _directory(self, fields: list[_Field]) -> None:
        """Write an image file directory, and link it to the one before."""
        self._file.write(bytes(self._file.tell() % 2))
        at = self._file.tell()
        values_at = at + 2 + 12 * len(fields) + 4
        entries, values = b"", b""
        for tag, kind, numbers in fields:
            packed = _packed(kind, numbers)
            entries += struct.pack("<HHI", tag, kind, len(packed) // _SIZES[kind])
            if len(packed) <= 4:
                entries += packed.ljust(4, b"\0")
            else:
                entries += struct.pack("<I", values_at + len(values))
                values += packed + bytes(len(packed) % 2)
        if values_at + len(values) > _NEWEST_BYTES:
            raise TooLarge("a TIFF holds at most 4 GiB; export fewer pages, or a PDF")
        self._file.write(struct.pack("<H", len(fields)) + entries + bytes(4) + values)
        self._file.seek(self._link_at)
        self._file.write(struct.pack("<I", at))
        self._file.seek(0, 2)
        self._link_at = at + 2 + 12 * len(fields)


def _fields(
    page: PageStrips, compression: Compression, offsets: tuple[int, ...], sizes: tuple[int, ...]
) -> list[_Field]:
    image = page.image
    samples = samples_per_pixel(image)
    is_jpeg = compression is Compression.JPEG
    depth = 8 if is_jpeg else image.depth
    fields: list[_Field] = [
        (254, _LONG, (2,)),
        (256, _LONG, (image.width_px,)),
        (257, _LONG, (image.height_px,)),
        (258, _SHORT, (depth,) * samples),
        (259, _SHORT, (_NUMBERS[compression],)),
        (262, _SHORT, (_photometric(image, is_jpeg=is_jpeg),)),
        (_STRIP_OFFSETS, _LONG, offsets),
        (277, _SHORT, (samples,)),
        (278, _LONG, (page.strip_rows,)),
        (_STRIP_BYTES, _LONG, sizes),
        (282, _RATIONAL, (round(image.x_dpi * _FRACTION), _FRACTION)),
        (283, _RATIONAL, (round(image.y_dpi * _FRACTION), _FRACTION)),
        (296, _SHORT, (_INCH,)),
    ]
    if compression is Compression.DEFLATE and image.depth > 1:
        fields.append((317, _SHORT, (2,)))
    if is_jpeg and image.mode is Mode.COLOR:
        fields.append((530, _SHORT, (2, 2)))
    return fields


def _photometric(image: Image, *, is_jpeg: bool) -> int:
    if image.mode is Mode.COLOR:
        return _YCBCR if is_jpeg else _RGB
    return _WHITE_IS_ZERO if image.depth == 1 and not is_jpeg else _BLACK_IS_ZERO


def _read_directory(file: BinaryIO) -> list[_Field]:
    """The first image file directory."""
    file.seek(4)
    (at,) = struct.unpack("<I", file.read(4))
    file.seek(at)
    (count,) = struct.unpack("<H", file.read(2))
    entries = [struct.unpack("<HHI4s", file.read(12)) for _ in range(count)]
    fields: list[_Field] = []
    for tag, kind, length, value in entries:
        size = length * _SIZES[kind]
        if size > 4:
            file.seek(struct.unpack("<I", value)[0])
            value = file.read(size)
        form = _FORMATS.get(kind, "I")
        fields.append((tag, kind, struct.unpack(f"<{size // _WORDS[form]}{form}", value[:size])))
    return fields


def _packed(kind: int, numbers: tuple[int, ...]) -> bytes:
    if kind == _RATIONAL:
        return struct.pack(f"<{len(numbers)}I", *numbers)
    return struct.pack(f"<{len(numbers)}{_FORMATS[kind]}", *numbers)


def _predicted(strip: Strip, image: Image) -> bytes:
    """Each sample less the same one of the pixel before it (TIFF 6.0, section 14)."""
    if image.depth == 1:
        return strip.tobytes()
    kind = "<u2" if image.depth == 16 else np.uint8
    samples = strip.view(kind).reshape(len(strip), image.width_px, samples_per_pixel(image))
    difference = samples.copy()
    difference[:, 1:] -= samples[:, :-1]
    return difference.tobytes()


def _lzw(strip: Strip) -> bytes:
    """A code of bytes, whatever pixels they are."""
    rows = Pillow.fromarray(np.ascontiguousarray(strip), "L")
    return _encoded(rows, "tiff_lzw")


def _group4(strip: Strip, image: Image) -> bytes:
    size = (image.width_px, len(strip))
    # Pillow's 1 is white; the code's is black, as in a strip of ours.
    rows = Pillow.frombuffer("1", size, np.ascontiguousarray(strip), "raw", "1", 0, 1)
    return _encoded(rows, "group4")


def _jpeg(strip: Strip, image: Image, quality: int) -> bytes:
    encoded = BytesIO()
    rows = picture(strip, image)
    words = {"subsampling": "4:2:0"} if rows.mode == "RGB" else {}
    rows.save(encoded, "JPEG", quality=quality, **words)
    return encoded.getvalue()


def _encoded(rows: Pillow.Image, compression: str) -> bytes:
    """The one strip of the TIFF that Pillow makes of these rows."""
    file = BytesIO()
    rows.save(file, "TIFF", compression=compression, strip_size=(rows.width + 1) * rows.height)
    with Pillow.open(file) as made:
        assert isinstance(made, TiffImagePlugin.TiffImageFile)
        (start,), (size,) = made.tag_v2[_STRIP_OFFSETS], made.tag_v2[_STRIP_BYTES]
    return file.getvalue()[start : start + size]
