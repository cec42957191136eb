"""Encode: a small picture as a JPEG or PNG in memory."""

from io import BytesIO

from PIL import Image as Pillow

from sheetfed.core.model import ImageType

QUALITY = 85


def encoded(picture: Pillow.Image, image_type: ImageType) -> bytes:
    """In memory first: Pillow does not say why it could not write a file."""
    buffer = BytesIO()
    if image_type is ImageType.PNG:
        picture.save(buffer, "PNG", compress_level=1)
    else:
        picture.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
