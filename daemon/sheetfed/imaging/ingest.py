"""Ingest: one pass over a spooled page that writes its master and its preview."""

from pathlib import Path

from sheetfed.core.model import Image
from sheetfed.imaging import preview as previews
from sheetfed.imaging.encode import encoded
from sheetfed.imaging.files import written
from sheetfed.imaging.master import MasterWriter
from sheetfed.imaging.pixels import SpooledPage
from sheetfed.imaging.reducer import Reducer
from sheetfed.imaging.rows import picture, strip_rows


def ingest(*, spool: Path, master: Path, preview: Path) -> Image:
    """Raises DamagedImage."""
    with spool.open("rb", buffering=0) as pixels, written(master) as master_file:
        page = SpooledPage(pixels)
        image = page.image
        factor = previews.factor(image)
        rows = strip_rows(image, multiple_of=factor)
        writer = MasterWriter(master_file, image=image, strip_rows=rows)
        reducer = Reducer(width_px=image.width_px, height_px=image.height_px, factor=factor)
        for strip in page.strips(rows):
            writer.add(strip)
            reducer.add(picture(strip, image))
        writer.close()
        with written(preview) as preview_file:
            preview_file.write(encoded(reducer.result(), previews.image_type(image)))
    return image
