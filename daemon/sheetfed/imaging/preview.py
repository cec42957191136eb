"""Preview: the small picture of a page that thumbnails are made from."""

from typing import BinaryIO

from PIL import Image as Pillow

from sheetfed.core.model import Image, Mode

QUALITY = 85
_LONGER_SIDE_PX = 1536


def factor(image: Image) -> int:
    """By how much a page is reduced: its longer side comes to between 768 and 1536 pixels.

    A page that is smaller than that is not reduced.
    """
    return -(-max(image.width_px, image.height_px) // _LONGER_SIDE_PX)


def write(picture: Pillow.Image, mode: Mode, file: BinaryIO) -> None:
    """A JPEG for colour and gray; for black and white a PNG, whose shades smooth the edges."""
    if mode is Mode.BW:
        picture.save(file, "PNG", compress_level=1)
    else:
        picture.save(file, "JPEG", quality=QUALITY)
