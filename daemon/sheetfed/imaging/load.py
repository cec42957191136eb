"""Load: a file that others made, image or PDF, page by page into masters and previews."""

from pathlib import Path
from typing import Final

from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Image
from sheetfed.imaging import pdfpages, picturefile
from sheetfed.imaging import preview as previews
from sheetfed.imaging.encode import encoded
from sheetfed.imaging.files import written
from sheetfed.imaging.master import MasterWriter
from sheetfed.imaging.reducer import Reducer
from sheetfed.imaging.rows import picture, strip_rows
from sheetfed.imaging.samples import Samples, packed

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
        image, pixels = pdfpages.decoded(source, number, master.with_name(f"{master.name}.draw"))
    else:
        with picturefile.opened(source) as found:
            image, pixels = picturefile.decoded(found, number)
    if not pixels.size:
        raise DamagedImage("the image has no pixels")
    _write(image, pixels, master, preview)
    return image


def _write(image: Image, pixels: Samples, master: Path, preview: Path) -> None:
    factor = previews.factor(image)
    rows = strip_rows(image, multiple_of=factor)
    reducer = Reducer(width_px=image.width_px, height_px=image.height_px, factor=factor)
    with written(master) as file:
        writer = MasterWriter(file, image=image, strip_rows=rows)
        for strip in packed(pixels, image, rows):
            writer.add(strip)
            reducer.add(picture(strip, image))
        writer.close()
    with written(preview) as file:
        file.write(encoded(reducer.result(), previews.image_type(image)))


def _is_pdf(source: Path) -> bool:
    """The header may follow something else, as long as that is short (ISO 32000-1 annex H)."""
    with source.open("rb") as file:
        return pdfpages.MAGIC in file.read(_HEAD_BYTES)
