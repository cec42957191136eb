"""Picture page: a decoded picture as a page's rows, over white, in sRGB or gray."""

import io
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms

from sheetfed.core.errors import UnsupportedImage
from sheetfed.core.model import Image, Mode
from sheetfed.imaging import deepcolor
from sheetfed.imaging.rows import Strip, strip_rows
from sheetfed.imaging.samples import Samples, packed

_DEEP: Final = ("I", "I;16", "I;16B", "I;16L", "I;16N")
_WITH_ALPHA: Final = ("RGBA", "LA", "PA", "La", "RGBa")
_GRAY: Final = ("L", "LA", "La")
_ROUNDING: Final = 1
_PROFILED: Final = ("RGB", "RGBA", "CMYK")


class PicturePage:
    """Converted strip by strip: takes little memory beside the picture's own."""

    def __init__(
        self,
        picture: Pillow.Image,
        dpi: tuple[float, float],
        lower: Pillow.Image | None = None,
    ) -> None:
        """`lower`: the lower halves of color with 16 bits; left out where other colors than
        sRGB's have to be converted. Raises UnsupportedImage for colors that nobody knows the way
        to sRGB from."""
        self._picture = picture
        self._to_srgb = _to_srgb(picture)
        if lower is not None and self._to_srgb is not None and _changes_nothing(self._to_srgb):
            self._to_srgb = None
        self._lower = lower if self._to_srgb is None else None
        mode, depth = _kind(picture)
        if self._lower is not None:
            depth = 16
        self.image = Image(picture.width, picture.height, mode, depth, *dpi)
        self.strip_rows = strip_rows(self.image)
        try:
            self._samples((0, 0, 1, 1))
        except (ValueError, ImageCms.PyCMSError) as error:
            raise UnsupportedImage("the image has colors that are not taken") from error

    def strips(self, rows: int | None = None) -> Iterator[Strip]:
        """All rows from the top, `rows` or `strip_rows` at a time."""
        rows = rows or self.strip_rows
        width_px, height_px = self._picture.size
        for top in range(0, height_px, rows):
            bottom = min(top + rows, height_px)
            band = self._samples((0, top, width_px, bottom))
            yield next(packed(band, self.image, rows))

    def _samples(self, box: tuple[int, int, int, int]) -> Samples:
        band = self._picture.crop(box)
        if self._lower is not None:
            return deepcolor.whole(band, self._lower.crop(box))
        if self._to_srgb is not None:
            band = ImageCms.applyTransform(band, self._to_srgb) or band
        if self.image.depth == 16:
            deep = np.asarray(np.clip(np.asarray(band), 0, 65535), dtype=np.uint16)
            return deep[:, :, np.newaxis]
        if band.mode in _WITH_ALPHA or "transparency" in band.info:
            band = _over_white(band)
        if self.image.mode is Mode.COLOR:
            return np.asarray(_in(band, "RGB"))
        return np.asarray(_in(band, "L"))[:, :, np.newaxis]


def _kind(picture: Pillow.Image) -> tuple[Mode, int]:
    if picture.mode == "1":
        return Mode.BW, 1
    if picture.mode in _DEEP:
        return Mode.GRAY, 16
    if picture.mode in _GRAY or (picture.mode == "P" and _has_gray_palette(picture)):
        return Mode.GRAY, 8
    return Mode.COLOR, 8


def _has_gray_palette(picture: Pillow.Image) -> bool:
    if "transparency" in picture.info or picture.palette is None:
        return False
    colors = np.asarray(picture.getpalette() or [], dtype=np.uint8).reshape(-1, 3)
    return bool((colors == colors[:, :1]).all())


def _to_srgb(picture: Pillow.Image) -> Any:
    """The way from its own colors to sRGB's; None without a profile that can be applied."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in _PROFILED:
        return None
    with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = "RGBA" if picture.mode == "RGBA" else "RGB"
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), picture.mode, target)
    return None


def _changes_nothing(to_srgb: Any) -> bool:
    """Whether the colors are sRGB's already, but for rounding."""
    shades = np.arange(0, 256, 15, dtype=np.uint8)
    every = np.stack(np.meshgrid(shades, shades, shades), axis=-1).reshape(1, -1, 3)
    colors = Pillow.fromarray(every, "RGB").convert(to_srgb.input_mode)
    made = ImageCms.applyTransform(colors, to_srgb) or colors
    off = np.asarray(made.convert("RGB")).astype(int) - every
    return bool(np.abs(off).max() <= _ROUNDING)


def _in(band: Pillow.Image, mode: str) -> Pillow.Image:
    """Pillow would copy one that is in this mode."""
    return band if band.mode == mode else band.convert(mode)


def _over_white(band: Pillow.Image) -> Pillow.Image:
    full = band.convert("RGBA")
    return Pillow.alpha_composite(Pillow.new("RGBA", full.size, "white"), full)
