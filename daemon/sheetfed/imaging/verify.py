"""Verify: whether a page's files can be read to their ends, and are no larger than a page is."""

from pathlib import Path
from typing import Final

from sheetfed.core.edits import PIXELS_AT_MOST, SIDE_AT_MOST_PX
from sheetfed.core.errors import DamagedImage, TooLarge, UnsupportedImage
from sheetfed.core.model import Image
from sheetfed.imaging import master as masters
from sheetfed.imaging import picturefile
from sheetfed.imaging.rows import row_bytes

_STRIP_BYTES_AT_MOST: Final = 512 * 1024**2
_PREVIEW_SIDE_PX_AT_MOST: Final = 4096


def verify(*, master: Path, preview: Path) -> Image:
    """Raises DamagedImage."""
    with masters.opened(master) as page:
        image = page.image
        _require_bounds(image, page.strip_rows)
        # Every strip has a checksum, which is compared when it is read.
        for _ in page.strips():
            pass
    try:
        with picturefile.opened(preview) as picture:
            if max(picture.size) > _PREVIEW_SIDE_PX_AT_MOST:
                raise DamagedImage("a page's preview is larger than a preview can be")
            picture.load()
    except FileNotFoundError as error:
        raise DamagedImage("a page's preview is missing") from error
    except (UnsupportedImage, TooLarge) as error:
        raise DamagedImage("a page's preview is damaged") from error
    return image


def _require_bounds(image: Image, strip_rows: int) -> None:
    rows = min(strip_rows, image.height_px)
    if (
        max(image.width_px, image.height_px) > SIDE_AT_MOST_PX
        or image.width_px * image.height_px > PIXELS_AT_MOST
        or rows * row_bytes(image) > _STRIP_BYTES_AT_MOST
    ):
        raise DamagedImage("a page's master is larger than a page can be")
