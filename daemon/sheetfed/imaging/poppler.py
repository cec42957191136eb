"""Poppler: a page of others' PDFs as pixels."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from sheetfed.core.errors import DamagedImage, UnsupportedImage
from sheetfed.imaging import files, programs

_SECONDS_AT_MOST: Final = 40


@contextmanager
def drawn(source: Path, number: int, dpi: float) -> Iterator[Path]:
    """One page, from 0, as a PNG in memory. Raises DamagedImage or UnsupportedImage."""
    with files.readable(source) as clear, files.in_memory() as made:
        _draw(clear, str(number + 1), dpi, made)
        yield files.place(made)


def _draw(source: Path, page: str, dpi: float, made: BinaryIO) -> None:
    try:
        programs.run(
            [
                *("pdftoppm", "-png", "-singlefile", "-cropbox", "-r", f"{dpi:g}"),
                *("-f", page, "-l", page, str(source)),
            ],
            seconds=_SECONDS_AT_MOST,
            into=made,
        )
    except programs.ProgramMissing as error:
        raise UnsupportedImage("PDFs are drawn by pdftoppm: install poppler-utils") from error
    except programs.ProgramFailed as error:
        raise DamagedImage("a page of the PDF cannot be drawn") from error
    if not made.seek(0, os.SEEK_END):
        raise DamagedImage("a page of the PDF cannot be drawn")
