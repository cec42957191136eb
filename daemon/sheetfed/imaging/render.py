"""Render: a page at exactly the size that is asked for."""

from pathlib import Path

from PIL import Image as Pillow

from sheetfed.core.exports import ExportOptions
from sheetfed.core.model import ImageType
from sheetfed.core.ports import PageFiles
from sheetfed.imaging.edited import PageStrips, opened
from sheetfed.imaging.encode import QUALITY, encoded
from sheetfed.imaging.export import export
from sheetfed.imaging.files import written
from sheetfed.imaging.reducer import Reducer
from sheetfed.imaging.rows import picture

Size = tuple[int, int]


def render(
    *,
    page: PageFiles,
    width_px: int,
    height_px: int,
    image_type: ImageType,
    target: Path,
) -> None:
    """At full size what `export` gives; smaller from the preview when that has the pixels.

    A smaller picture has 8 bits a sample, also of a black and white page. Raises DamagedImage.
    """
    size = (width_px, height_px)
    with opened(page.master, page.edits) as whole:
        if size == (whole.image.width_px, whole.image.height_px):
            export(whole, image_type=image_type, options=ExportOptions(QUALITY), target=target)
            return
        small = None if page.edits else _from_preview(page.preview, size)
        small = small or _from_strips(whole, size)
    with written(target) as file:
        file.write(encoded(small, image_type))


def _from_preview(preview: Path, size: Size) -> Pillow.Image | None:
    """None when the preview is too small, missing or damaged."""
    try:
        with Pillow.open(preview, formats=("JPEG", "PNG")) as picture:
            if picture.width < size[0] or picture.height < size[1]:
                return None
            picture.draft(None, size)
            return picture.resize(size, Pillow.Resampling.LANCZOS)
    except (OSError, SyntaxError, ValueError):
        return None


def _from_strips(page: PageStrips, size: Size) -> Pillow.Image:
    image = page.image
    factor = max(1, min(image.width_px // size[0], image.height_px // size[1]))
    reducer = Reducer(width_px=image.width_px, height_px=image.height_px, factor=factor)
    for strip in page.strips():
        reducer.add(picture(strip, image))
    whole = (0.0, 0.0, image.width_px / factor, image.height_px / factor)
    return reducer.result().resize(size, Pillow.Resampling.LANCZOS, whole)
