"""TIFF page: a compressed page of many, as the only one of a file where all is in its place.

For each page the decoders read what lies on the way to it, and the whole of a sealed file.
"""

import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedRandom, BufferedReader, FileIO
from typing import Any, Final

from sheetfed.imaging import files

_BYTES: Final[Mapping[int, int]] = {
    **dict.fromkeys((1, 2, 6, 7), 1),
    **dict.fromkeys((3, 8), 2),
    **dict.fromkeys((4, 9, 11, 13), 4),
    **dict.fromkeys((5, 10, 12, 16, 17, 18), 8),
}
_NUMBERS: Final[Mapping[int, str]] = {3: "H", 4: "I", 16: "Q"}
_COMPRESSION, _OFTEN_MISREAD = 259, (1, 6)
_STRIPS, _TILES = (273, 279), (324, 325)
_HEADER_BYTES: Final = 16
_FIELDS_AT_MOST: Final = 4096
_VALUES_BYTES_AT_MOST: Final = 1024**2
_PAGE_BYTES_AT_MOST: Final = 256 * 1024**2
_BYTES_FOR_A_PAGE_BEFORE: Final = 48 * 1024
"""As many are copied while the decoders look at one page on the way."""
_PIECE_BYTES: Final = 1024**2

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Form:
    """How the file's numbers are packed, and where it says where its first page is."""

    offset: str
    count: str
    field: str
    first_at: int


@dataclass(frozen=True, slots=True)
class _Field:
    kind: int
    at: int
    count: int

    @property
    def size_bytes(self) -> int:
        return self.count * _BYTES.get(self.kind, 0)


@dataclass(frozen=True, slots=True)
class _Directory:
    """What the file says of a page (TIFF 6.0, section 2)."""

    at: int
    next_at: int
    fields: Mapping[int, _Field]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a page is made of, and what is to be another than in the file."""

    spans: list[_Span]
    patches: Mapping[int, bytes]


@contextmanager
def alone(
    file: BufferedReader, number: int
) -> Iterator[tuple[BufferedReader | BufferedRandom, int]]:
    """A file in memory and its page, 0; the file itself and this number where that is not of a
    compressed TIFF's page, its parts are not found easily or nothing is gained. Raises
    DamagedImage."""
    size = file.seek(0, os.SEEK_END)
    at_most_bytes = _PAGE_BYTES_AT_MOST
    if isinstance(file.raw, FileIO):
        at_most_bytes = min(at_most_bytes, number * _BYTES_FOR_A_PAGE_BEFORE)
    parts = None
    with suppress(struct.error, OverflowError, OSError):
        parts = _parts(file, size, number, at_most_bytes) if at_most_bytes else None
    file.seek(0)
    if parts is None:
        yield file, number
        return
    with files.in_memory() as page:
        page.truncate(size)
        for span in parts.spans:
            _copy(file, page, span)
        for at, patch in parts.patches.items():
            page.seek(at)
            page.write(patch)
        page.seek(0)
        yield page, 0


def _parts(file: BufferedReader, size: int, number: int, at_most_bytes: int) -> _Parts | None:
    form = _form(file)
    found = form and _directory(file, form, size, number)
    if not form or not found:
        return None
    compression = (_values(file, form, found.fields.get(_COMPRESSION)) or (1,))[0]
    offsets, sizes = _data(file, form, found.fields)
    if compression in _OFTEN_MISREAD or not offsets or len(offsets) != len(sizes) or 0 in sizes:
        return None
    spans = [
        (0, _HEADER_BYTES),
        (found.at, found.next_at + struct.calcsize(form.offset)),
        *((field.at, field.at + field.size_bytes) for field in found.fields.values()),
        *((start, start + length) for start, length in zip(offsets, sizes, strict=True)),
    ]
    spans = _joined(spans, size)
    if sum(end - start for start, end in spans) > at_most_bytes:
        return None
    first, last = (struct.pack(form.offset, at) for at in (found.at, 0))
    return _Parts(spans, {form.first_at: first, found.next_at: last})


def _form(file: BufferedReader) -> _Form | None:
    file.seek(0)
    match file.read(4):
        case b"II*\0":
            return _Form("<I", "<H", "<HHI", 4)
        case b"MM\0*":
            return _Form(">I", ">H", ">HHI", 4)
        case b"II+\0":
            return _Form("<Q", "<Q", "<HHQ", 8)
    return None


def _directory(file: BufferedReader, form: _Form, size: int, number: int) -> _Directory | None:
    count_bytes, inline = struct.calcsize(form.count), struct.calcsize(form.offset)
    field_bytes = struct.calcsize(form.field) + inline
    next_at = form.first_at
    for _ in range(number + 1):
        (at,) = _read(file, form.offset, next_at)
        if not 0 < at < size:
            return None
        (count,) = _read(file, form.count, at)
        if count > _FIELDS_AT_MOST:
            return None
        next_at = at + count_bytes + count * field_bytes
    fields = {}
    for place in range(at + count_bytes, next_at, field_bytes):
        tag, kind, count = _read(file, form.field, place)
        value_at = place + struct.calcsize(form.field)
        if count * _BYTES.get(kind, 0) > inline:
            (value_at,) = _read(file, form.offset, value_at)
        fields[tag] = _Field(kind, value_at, count)
    return _Directory(at, next_at, fields)


def _data(
    file: BufferedReader, form: _Form, fields: Mapping[int, _Field]
) -> tuple[tuple[int, ...], ...]:
    """Where the page's strips or tiles are, and how long; empty where it is not said."""
    tags = _TILES if _TILES[0] in fields else _STRIPS
    return tuple(_values(file, form, fields.get(tag)) for tag in tags)


def _values(file: BufferedReader, form: _Form, field: _Field | None) -> tuple[int, ...]:
    if field is None or field.kind not in _NUMBERS or field.size_bytes > _VALUES_BYTES_AT_MOST:
        return ()
    return _read(file, f"{form.offset[0]}{field.count}{_NUMBERS[field.kind]}", field.at)


def _read(file: BufferedReader, form: str, at: int) -> tuple[Any, ...]:
    """Raises struct.error when the file ends before."""
    file.seek(at)
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _joined(spans: Iterable[_Span], size: int) -> list[_Span]:
    """The same bytes, none twice and none behind the file's end."""
    joined: list[_Span] = []
    for start, end in sorted(spans):
        end = min(end, size)
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        elif start < end:
            joined.append((start, end))
    return joined


def _copy(file: BufferedReader, page: BufferedRandom, span: _Span) -> None:
    start, end = span
    file.seek(start)
    page.seek(start)
    while start < end and (data := file.read(min(end - start, _PIECE_BYTES))):
        page.write(data)
        start += len(data)
