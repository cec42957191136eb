"""Deep color: the lower half of each sample of 16-bit color, which Pillow leaves out.

Of two bytes a sample its decoders keep the higher one; told the other order of bytes they keep
the lower one. So such a picture is decoded twice.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL.ImageFile import ImageFile

from sheetfed.imaging.samples import Samples

_MODES: Final = ("RGB", "RGBA")
_FORMATS: Final = ("PNG", "TIFF")
_OTHER_ORDER: Final = {"B": "L", "L": "B", "N": "B"}
_PLANES, _APART = 284, 2
_HIGHEST: Final = 65535


def is_held(picture: Pillow.Image) -> bool:
    """Whether a picture that is not decoded yet has samples of 16 bits that are left out.

    Not where red, green and blue lie apart: there Pillow knows one order of bytes alone.
    """
    if not isinstance(picture, ImageFile) or picture.format not in _FORMATS:
        return False
    if picture.mode not in _MODES or "transparency" in picture.info or _lies_apart(picture):
        return False
    orders = [_order(tile[3]) for tile in picture.tile]
    return bool(orders) and all(orders)


def lower(picture: Pillow.Image) -> Pillow.Image:
    """Decode the lower halves, of a picture that is not decoded yet and holds them."""
    assert isinstance(picture, ImageFile)
    picture.tile = [_with_other_order(tile) for tile in picture.tile]
    picture.load()
    return picture


def whole(high: Pillow.Image, low: Pillow.Image) -> Samples:
    """Both halves put together, what shines through over white: shape (rows, columns, 3)."""
    samples = np.asarray(high).astype(np.uint16)
    samples <<= 8
    samples |= np.asarray(low)
    if high.mode == "RGB":
        return samples
    return _over_white(samples)


def _over_white(samples: NDArray[np.uint16]) -> Samples:
    color, alpha = samples[:, :, :3].astype(np.uint64), samples[:, :, 3:].astype(np.uint64)
    mixed = color * alpha + _HIGHEST * (_HIGHEST - alpha)
    return ((mixed + _HIGHEST // 2) // _HIGHEST).astype(np.uint16)


def _lies_apart(picture: Pillow.Image) -> bool:
    tags = getattr(picture, "tag_v2", None) or {}
    return bool(tags.get(_PLANES, 1) == _APART)


def _raw_mode(arguments: Any) -> str:
    """A decoder's arguments are this word, or begin with it."""
    return str(arguments if isinstance(arguments, str) else arguments[0])


def _order(arguments: Any) -> str | None:
    """B, L or N for the order of a sample's two bytes; None for other samples."""
    name, _, order = _raw_mode(arguments).partition(";16")
    return order if name in _MODES and order in _OTHER_ORDER else None


def _with_other_order(tile: Any) -> Any:
    name, _, order = _raw_mode(tile[3]).partition(";16")
    word = f"{name};16{_OTHER_ORDER[order]}"
    arguments = word if isinstance(tile[3], str) else (word, *tile[3][1:])
    made = (*tile[:3], arguments)
    return type(tile)(*made) if hasattr(tile, "_fields") else made
