"""Picture file: others' images as pages, whatever mode, orientation and colors they come in."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps, UnidentifiedImageError

from sheetfed.core.edits import PIXELS_AT_MOST, SIDE_AT_MOST_PX
from sheetfed.core.errors import DamagedImage, TooLarge, UnsupportedImage
from sheetfed.core.model import Image, Mode
from sheetfed.imaging.samples import Samples

FORMATS: Final = ("JPEG", "PNG", "BMP", "WEBP", "TIFF")
FRAMES_AT_MOST: Final = 5000

_A4_LONGER_SIDE_INCH = 297 / 25.4
_SCREEN_DPI = 96.0
_DPI = (10.0, 20_000.0)
_DEEP: Final = ("I", "I;16", "I;16B", "I;16L", "I;16N")
_WITH_ALPHA: Final = ("RGBA", "LA", "PA", "La", "RGBa")


@contextmanager
def opened(path: Path) -> Iterator[Pillow.Image]:
    """An image of a format we take, not decoded yet.

    Raises UnsupportedImage, DamagedImage or TooLarge, also while it is decoded in the block.
    """
    limit = Pillow.MAX_IMAGE_PIXELS
    # Sizes are checked here, each page's when its turn comes.
    Pillow.MAX_IMAGE_PIXELS = None
    try:
        with Pillow.open(path, formats=FORMATS) as picture:
            yield picture
    except UnidentifiedImageError as error:
        raise UnsupportedImage("this is no image of a format that is taken") from error
    except MemoryError as error:
        raise TooLarge("the image needs more memory than there is") from error
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DamagedImage("the image cannot be decoded") from error
    finally:
        Pillow.MAX_IMAGE_PIXELS = limit


def frames(picture: Pillow.Image) -> int:
    """How many pages it has; an animation counts as its first picture. Raises TooLarge."""
    if picture.format != "TIFF":
        return 1
    count = int(getattr(picture, "n_frames", 1))
    if count > FRAMES_AT_MOST:
        raise TooLarge(f"the file has {count} pages, at most {FRAMES_AT_MOST} are taken")
    return count


def decoded(picture: Pillow.Image, number: int = 0) -> tuple[Image, Samples]:
    """One page of the file, upright, over white, in sRGB or gray."""
    if number:
        picture.seek(number)
    require_size(picture.width, picture.height)
    dpi = _resolution(picture)
    upright = ImageOps.exif_transpose(picture)
    if upright.size != picture.size:
        dpi = (dpi[1], dpi[0])
    return as_page(upright, dpi)


def as_page(picture: Pillow.Image, dpi: tuple[float, float]) -> tuple[Image, Samples]:
    """A decoded picture as a page of this resolution."""
    mode, depth, pixels = _pixels(_in_srgb(picture))
    height_px, width_px = pixels.shape[:2]
    return Image(width_px, height_px, mode, depth, *dpi), pixels


def require_size(width_px: int, height_px: int) -> None:
    """Raises TooLarge."""
    if max(width_px, height_px) > SIDE_AT_MOST_PX or width_px * height_px > PIXELS_AT_MOST:
        raise TooLarge(
            f"the image has {width_px} x {height_px} pixels",
            details={"pixels": width_px * height_px, "at_most": PIXELS_AT_MOST},
        )


def usual_dpi(width_px: int, height_px: int) -> float:
    """For a picture that does not say: as on A4, or on a screen when it is small."""
    return max(_SCREEN_DPI, max(width_px, height_px) / _A4_LONGER_SIDE_INCH)


def _resolution(picture: Pillow.Image) -> tuple[float, float]:
    told = picture.info.get("dpi")
    with suppress(TypeError, ValueError, ZeroDivisionError):
        x_dpi, y_dpi = (float(number) for number in told or ())
        if all(_DPI[0] <= number <= _DPI[1] for number in (x_dpi, y_dpi)):
            return round(x_dpi, 3), round(y_dpi, 3)
    usual = round(usual_dpi(picture.width, picture.height), 3)
    return usual, usual


def _in_srgb(picture: Pillow.Image) -> Pillow.Image:
    """Colors as sRGB has them; a profile that cannot be applied is left out."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return picture
    with suppress(ImageCms.PyCMSError, OSError, ValueError):
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if picture.mode == "L":
            return picture
        target = "RGBA" if picture.mode == "RGBA" else "RGB"
        made = ImageCms.profileToProfile(
            picture, source, ImageCms.createProfile("sRGB"), outputMode=target
        )
        return made or picture
    return picture


def _pixels(picture: Pillow.Image) -> tuple[Mode, int, Samples]:
    if picture.mode == "1":
        return Mode.BW, 1, np.asarray(picture.convert("L"))[:, :, np.newaxis]
    if picture.mode in _DEEP:
        plane = np.asarray(picture)
        return Mode.GRAY, 16, np.clip(plane, 0, 65535).astype(np.uint16)[:, :, np.newaxis]
    if picture.mode == "P":
        is_gray = picture.palette is not None and _is_gray(picture)
        if "transparency" in picture.info:
            picture = picture.convert("RGBA")
        else:
            picture = picture.convert("L" if is_gray else "RGB")
    if picture.mode in _WITH_ALPHA or "transparency" in picture.info:
        picture = _over_white(picture)
    if picture.mode == "L":
        return Mode.GRAY, 8, np.asarray(picture)[:, :, np.newaxis]
    return Mode.COLOR, 8, np.asarray(picture.convert("RGB"))


def _is_gray(picture: Pillow.Image) -> bool:
    colors = np.asarray(picture.getpalette() or [], dtype=np.uint8).reshape(-1, 3)
    return bool((colors == colors[:, :1]).all())


def _over_white(picture: Pillow.Image) -> Pillow.Image:
    is_gray = picture.mode in ("LA", "La", "L")
    full = picture.convert("RGBA")
    white = Pillow.new("RGBA", full.size, "white")
    flat = Pillow.alpha_composite(white, full)
    return flat.convert("L" if is_gray else "RGB")
