"""Ingest: one pass over the rows of a page that writes its master and its preview."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from sheetfed.core.model import Image
from sheetfed.imaging import preview as previews
from sheetfed.imaging.encode import encoded
from sheetfed.imaging.files import opened, written
from sheetfed.imaging.master import MasterWriter
from sheetfed.imaging.pixels import SpooledPage
from sheetfed.imaging.reducer import Reducer
from sheetfed.imaging.rows import Strip, picture, strip_rows


class PageRows(Protocol):
    """A page that can be read from the top in strips of any height."""

    @property
    def image(self) -> Image: ...

    def strips(self, rows: int) -> Iterator[Strip]: ...


def ingest(*, spool: Path, master: Path, preview: Path) -> Image:
    """Raises DamagedImage."""
    with opened(spool) as pixels:
        page = SpooledPage(pixels)
        store(page, master=master, preview=preview)
    return page.image


def store(page: PageRows, *, master: Path, preview: Path) -> None:
    """Both files, or neither."""
    image = page.image
    factor = previews.factor(image)
    rows = strip_rows(image, multiple_of=factor)
    reducer = Reducer(width_px=image.width_px, height_px=image.height_px, factor=factor)
    with written(master) as master_file:
        writer = MasterWriter(master_file, image=image, strip_rows=rows)
        for strip in page.strips(rows):
            writer.add(strip)
            reducer.add(picture(strip, image))
        writer.close()
        with written(preview) as preview_file:
            preview_file.write(encoded(reducer.result(), previews.image_type(image)))
