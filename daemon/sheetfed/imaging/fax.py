"""Fax: a black and white page in CCITT group 4 (ITU-T T.6), as a TIFF of one strip."""

from typing import BinaryIO

from PIL import Image as Pillow

from sheetfed.imaging.edited import PageStrips
from sheetfed.imaging.rows import bilevel, row_bytes


def write(page: PageStrips, file: BinaryIO) -> None:
    """Takes a byte of memory for a pixel: the code knows no strips."""
    image = page.image
    whole = Pillow.new("1", (image.width_px, image.height_px))
    top = 0
    for strip in page.strips():
        whole.paste(bilevel(strip, image), (0, top))
        top += len(strip)
    whole.save(file, "TIFF", compression="group4", strip_size=row_bytes(image) * image.height_px)
