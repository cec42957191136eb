"""Exif: what a picture's Exif block says of its resolution and of how it was held (Exif 2.3)."""

from contextlib import suppress
from typing import Final

from PIL import Image as Pillow
from PIL import TiffImagePlugin

_ORIENTATION, _X, _Y, _UNIT = 274, 282, 283, 296
_INCHES: Final = {2: 1.0, 3: 2.54}
_FRACTION: Final = 1000

UNREADABLE: Final = (SyntaxError, OSError, ValueError, LookupError, TypeError, ArithmeticError)


def block(dpi: tuple[float, float]) -> Pillow.Exif:
    """A block that tells this resolution."""
    tags = Pillow.Exif()
    for tag, number in zip((_X, _Y), dpi, strict=True):
        tags[tag] = TiffImagePlugin.IFDRational(round(number * _FRACTION), _FRACTION)
    tags[_UNIT] = 2
    return tags


def resolution(picture: Pillow.Image) -> tuple[float, float] | None:
    """In dots per inch, where it is told."""
    with suppress(*UNREADABLE):
        tags = picture.getexif()
        inches = _INCHES[tags.get(_UNIT, 2)]
        return float(tags[_X]) * inches, float(tags[_Y]) * inches
    return None


def orientation(picture: Pillow.Image) -> int:
    """1–8; 1, upright, where it is not told."""
    with suppress(*UNREADABLE):
        # A TIFF's page has tags of its own.
        tags = getattr(picture, "tag_v2", None)
        return int((picture.getexif() if tags is None else tags).get(_ORIENTATION, 1))
    return 1
