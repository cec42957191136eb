"""Encode: a small picture as a JPEG, PNG or WebP in memory."""

from io import BytesIO

from PIL import Image as Pillow

from sheetfed.core.imagetype import ImageType

QUALITY = 85


def encoded(picture: Pillow.Image, image_type: ImageType) -> bytes:
    """In memory first: Pillow does not say why it could not write a file."""
    buffer = BytesIO()
    if image_type is ImageType.PNG:
        picture.save(buffer, "PNG", compress_level=1)
    elif image_type is ImageType.WEBP:
        picture.save(buffer, "WEBP", quality=QUALITY)
    else:
        picture.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
