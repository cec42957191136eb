"""Picture file: others' images as pages, whatever mode, orientation and colors they come in."""

import errno
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import Final

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from sheetfed.core.edits import PIXELS_AT_MOST, SIDE_AT_MOST_PX
from sheetfed.core.errors import DamagedImage, TooLarge, UnsupportedImage
from sheetfed.imaging import deepcolor, exif, files, plaintiff, tiffpage
from sheetfed.imaging.picturepage import PicturePage
from sheetfed.imaging.plaintiff import PlainPage

FORMATS: Final = ("JPEG", "PNG", "BMP", "WEBP", "TIFF")
FRAMES_AT_MOST: Final = 5000

_A4_LONGER_SIDE_INCH = 297 / 25.4
_SCREEN_DPI = 96.0
_DPI = (10.0, 20_000.0)
_UPRIGHT: Final = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}
_LYING: Final = (5, 6, 7, 8)
_DECODERS_RAISE: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, RuntimeError, AssertionError, struct.error, zlib.error),
)


@contextmanager
def opened(path: Path, number: int | None = None) -> Iterator[Pillow.Image]:
    """An image of a format we take, not decoded yet; to decode one page of it, from 0, or to look
    at all.

    Raises UnsupportedImage, DamagedImage or TooLarge, also while it is decoded in the block.
    """
    limit = Pillow.MAX_IMAGE_PIXELS
    # Sizes are checked here, each page's when its turn comes.
    Pillow.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with (
                files.opened(path) as file,
                _placed(file, number) as (source, place),
                Pillow.open(source, formats=FORMATS) as picture,
            ):
                if place:
                    picture.seek(place)
                yield picture
    except UnidentifiedImageError as error:
        raise UnsupportedImage("this is no image of a format that is taken") from error
    except MemoryError as error:
        raise TooLarge("the image needs more memory than it may have") from error
    except _DECODERS_RAISE as error:
        # EINVAL is what a file that points to places before its begin gets.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise DamagedImage("the image cannot be decoded") from error
    finally:
        Pillow.MAX_IMAGE_PIXELS = limit


def _placed(
    file: BufferedReader, number: int | None
) -> AbstractContextManager[tuple[BufferedReader | BufferedRandom, int]]:
    return nullcontext((file, 0)) if number is None else tiffpage.alone(file, number)


def frames(picture: Pillow.Image) -> int:
    """How many pages it has; an animation counts as its first picture. Raises TooLarge."""
    if picture.format != "TIFF":
        return 1
    count = int(getattr(picture, "n_frames", 1))
    if count > FRAMES_AT_MOST:
        raise TooLarge(f"the file has {count} pages, at most {FRAMES_AT_MOST} are taken")
    return count


def decoded(
    path: Path, number: int = 0, *, pixels_at_most: int = PIXELS_AT_MOST
) -> PicturePage | PlainPage:
    """One page of the file, upright. Raises as `opened` does."""
    with opened(path, number) as picture:
        require_size(picture.width, picture.height, pixels_at_most)
        has_lower = deepcolor.is_held(picture)
        dpi = _resolution(picture)
        orientation = exif.orientation(picture)
        plain = None if orientation in _UPRIGHT else plaintiff.found(picture, path, dpi)
        if plain is not None:
            return plain
        picture.load()
    lower = _lower(path, number) if has_lower else None
    if orientation in _LYING:
        dpi = (dpi[1], dpi[0])
    # Of a TIFF Pillow has turned the pixels already.
    if orientation in _UPRIGHT and picture.format != "TIFF":
        way = _UPRIGHT[orientation]
        picture, lower = picture.transpose(way), lower and lower.transpose(way)
    return PicturePage(picture, dpi, lower)


def _lower(path: Path, number: int) -> Pillow.Image:
    with opened(path, number) as picture:
        return deepcolor.lower(picture)


def require_size(width_px: int, height_px: int, pixels_at_most: int = PIXELS_AT_MOST) -> None:
    """Raises TooLarge or DamagedImage."""
    if width_px < 1 or height_px < 1:
        raise DamagedImage("the image has no pixels")
    if max(width_px, height_px) > SIDE_AT_MOST_PX or width_px * height_px > pixels_at_most:
        raise TooLarge(
            f"the image has {width_px} x {height_px} pixels",
            details={"pixels": width_px * height_px, "at_most": pixels_at_most},
        )


def _resolution(picture: Pillow.Image) -> tuple[float, float]:
    """Where it does not say: as on A4, or on a screen when it is small."""
    told = picture.info.get("dpi") or exif.resolution(picture)
    with suppress(TypeError, ValueError, ZeroDivisionError):
        x_dpi, y_dpi = (float(number) for number in told or ())
        if all(_DPI[0] <= number <= _DPI[1] for number in (x_dpi, y_dpi)):
            return round(x_dpi, 3), round(y_dpi, 3)
    longer_px = max(picture.width, picture.height)
    usual = round(max(_SCREEN_DPI, longer_px / _A4_LONGER_SIDE_INCH), 3)
    return usual, usual
