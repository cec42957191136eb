"""Load: a file that others made, image or PDF, page by page into masters and previews."""

from pathlib import Path
from typing import Final

from sheetfed.core.edits import PIXELS_AT_MOST
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


def load(
    *,
    source: Path,
    number: int,
    master: Path,
    preview: Path,
    pixels_at_most: int = PIXELS_AT_MOST,
) -> Image:
    """Write one of the file's pages, from 0. Raises as `count` does."""
    decoded = pdfpages.decoded if _is_pdf(source) else picturefile.decoded
    page = decoded(source, number, pixels_at_most=pixels_at_most)
    store(page, master=master, preview=preview)
    return page.image


def _is_pdf(source: Path) -> bool:
    """The header may follow something else, as long as that is short (ISO 32000-1 annex H)."""
    with opened(source) as file:
        return pdfpages.MAGIC in file.read(_HEAD_BYTES)
