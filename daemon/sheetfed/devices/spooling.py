"""Spooling: the spool file that came with a request, for writing pixels into it."""

from io import FileIO
from typing import BinaryIO, cast


def opened(fd: int, key: bytes | None) -> BinaryIO:
    """Its content from the header on; sealed with the key when there is one. `fd` stays open."""
    raw = FileIO(fd, "r+b", closefd=False)
    if key is None:
        return cast("BinaryIO", raw)
    # Loaded with the first sealed page: without any, nobody pays for it.
    from sheetfed.sealed.sealedfile import SealedFile

    return cast("BinaryIO", SealedFile(raw, key))


def cut(file: BinaryIO, size_bytes: int) -> None:
    """Drop what lies beyond: an earlier attempt, a row that is not whole."""
    file.truncate(size_bytes)
    file.seek(size_bytes)


def write(file: BinaryIO, data: memoryview) -> None:
    while data:
        data = data[file.write(data) :]
