"""Preview: the small picture of a page that thumbnails are made from."""

from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import Image, Mode

_LONGER_SIDE_PX = 1536


def factor(image: Image) -> int:
    """By how much a page is reduced: its longer side comes to between 768 and 1536 pixels.

    A page that is smaller than that is not reduced.
    """
    return -(-max(image.width_px, image.height_px) // _LONGER_SIDE_PX)


def image_type(image: Image) -> ImageType:
    """PNG for black and white, whose shades smooth the edges; else JPEG."""
    return ImageType.PNG if image.mode is Mode.BW else ImageType.JPEG
