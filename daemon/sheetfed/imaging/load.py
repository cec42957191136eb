"""Load: a file that others made, image or PDF, page by page into masters and previews."""

from pathlib import Path
from typing import Final

from sheetfed.core.model import Image
from sheetfed.imaging import pdfpages, picturefile
from sheetfed.imaging.files import opened
from sheetfed.imaging.ingest import store

_HEAD_BYTES: Final = 1024


def count(source: Path) -> int:
    """How many pages the file has. Raises UnsupportedImage, DamagedImage or TooLarge."""
    if _is_pdf(source):
        return pdfpages.pages(source)
    with picturefile.opened(source) as found:
        return picturefile.frames(found)


def load(*, source: Path, number: int, master: Path, preview: Path) -> Image:
    """Write one of the file's pages, from 0. Raises as `count` does."""
    if _is_pdf(source):
        page = pdfpages.decoded(source, number)
    else:
        page = picturefile.decoded(source, number)
    store(page, master=master, preview=preview)
    return page.image


def _is_pdf(source: Path) -> bool:
    """The header may follow something else, as long as that is short (ISO 32000-1 annex H)."""
    with opened(source) as file:
        return pdfpages.MAGIC in file.read(_HEAD_BYTES)
