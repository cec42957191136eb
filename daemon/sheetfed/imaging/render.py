"""Render: a page at exactly the size that is asked for."""

from pathlib import Path
from typing import Final

from PIL import Image as Pillow

from sheetfed.core.edited import after_all
from sheetfed.core.edits import Edit
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import Image, Mode
from sheetfed.core.ports import PageFiles
from sheetfed.imaging import master, preview
from sheetfed.imaging.edited import EditedPage, PageStrips, edited
from sheetfed.imaging.encode import QUALITY, encoded
from sheetfed.imaging.export import export
from sheetfed.imaging.files import opened, written
from sheetfed.imaging.picturepage import PicturePage
from sheetfed.imaging.reducer import Reducer
from sheetfed.imaging.reduction import reduced
from sheetfed.imaging.rows import picture

Size = tuple[int, int]

# Of a picture that is nearly as small already it is as good as Lanczos', in two thirds of the time.
_FILTER: Final = Pillow.Resampling.BICUBIC


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
    with master.opened(page.master) as whole:
        shown = after_all(whole.image, page.edits)
        if size == (shown.width_px, shown.height_px):
            options = ExportOptions(QUALITY)
            made = edited(whole, page.edits)
            export(made, image_type=image_type, options=options, target=target)
            return
        small = _from_preview(page, whole.image, size)
        small = small or _from_strips(edited(whole, page.edits), size)
    with written(target) as file:
        file.write(encoded(small, image_type))


def _from_preview(page: PageFiles, image: Image, size: Size) -> Pillow.Image | None:
    """None when the preview is too small, missing or damaged."""
    try:
        with opened(page.preview) as file, Pillow.open(file, formats=("JPEG", "PNG")) as small:
            if page.edits:
                return _edited_small(small, page.edits, image, size)
            if small.width < size[0] or small.height < size[1]:
                return None
            small.draft(None, size)
            return small.resize(size, _FILTER)
    except (OSError, SyntaxError, ValueError):
        return None


def _edited_small(
    small: Pillow.Image, edits: tuple[Edit, ...], image: Image, size: Size
) -> Pillow.Image | None:
    """None when the page itself has to be edited. Black and white is edited before it is reduced:
    a preview of it has grays."""
    if image.mode is Mode.BW:
        return None
    factor = preview.factor(image)
    whole = PicturePage(small, (image.x_dpi / factor, image.y_dpi / factor))
    smaller = reduced(edits, whole.image, factor)
    if smaller is None:
        return None
    made = EditedPage(whole, smaller)
    if made.image.width_px < size[0] or made.image.height_px < size[1]:
        return None
    return _from_strips(made, size)


def _from_strips(page: PageStrips, size: Size) -> Pillow.Image:
    image = page.image
    factor = max(1, min(image.width_px // size[0], image.height_px // size[1]))
    reducer = Reducer(width_px=image.width_px, height_px=image.height_px, factor=factor)
    for strip in page.strips():
        reducer.add(picture(strip, image))
    whole = (0.0, 0.0, image.width_px / factor, image.height_px / factor)
    return reducer.result().resize(size, _FILTER, whole)
