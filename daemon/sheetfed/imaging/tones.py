"""Tones: edits that change how bright pixels are: gray, black and white, brightness, contrast."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from sheetfed.core.edits import BlackWhite, Brightness, Contrast, Threshold
from sheetfed.core.model import Image, Mode
from sheetfed.imaging.samples import WHITE, Samples, highest

_LUMA = (19595, 38470, 7471)
"""Rec. 601's weights in 65536ths, as Pillow has them."""

_NEIGHBOURHOOD_MM = 4.0
_DARKER_BY = 0.12
_MM_PER_INCH = 25.4
_BAND_ROWS = 256


def gray(pixels: Samples, image: Image) -> Samples:
    if image.mode is not Mode.COLOR:
        return pixels
    made = np.empty((*pixels.shape[:2], 1), dtype=pixels.dtype)
    for rows in _bands(pixels):
        made[rows, :, 0] = _luma(pixels[rows])
    return made


def black_white(pixels: Samples, image: Image, edit: BlackWhite) -> Samples:
    """0 and 255 alone. Of a page that is black and white nothing changes."""
    if image.mode is Mode.BW:
        return pixels
    plane = _eight_bits(gray(pixels, image))[:, :, 0]
    match edit.threshold:
        case Threshold.ADAPTIVE:
            is_white = _brighter_than_around(plane, image)
        case Threshold.AUTO:
            is_white = plane >= otsu(plane)
        case limit:
            is_white = plane >= limit
    return (is_white.view(np.uint8) * np.uint8(WHITE))[:, :, np.newaxis]


def inverted(pixels: Samples, image: Image) -> Samples:
    return highest(image) - pixels


def brighter(pixels: Samples, image: Image, edit: Brightness) -> Samples:
    scale = np.arange(highest(image) + 1, dtype=np.float64)
    part = edit.percent / 100
    scale = scale + (highest(image) - scale) * part if part > 0 else scale * (1 + part)
    return _looked_up(pixels, scale)


def contrasted(pixels: Samples, image: Image, edit: Contrast) -> Samples:
    middle = highest(image) / 2
    scale = np.arange(highest(image) + 1, dtype=np.float64) - middle
    part = edit.percent / 100
    slope = 1 + part if part <= 0 else 1 / max(1 - part, 1e-9)
    return _looked_up(pixels, scale * slope + middle)


def otsu(plane: NDArray[np.uint8]) -> int:
    """The threshold that parts the histogram best (N. Otsu, 1979); white is at least that."""
    counts = np.asarray(Pillow.fromarray(plane, "L").histogram(), dtype=np.float64)
    below = np.cumsum(counts)
    above = below[-1] - below
    total = np.cumsum(counts * np.arange(256))
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (total / below - (total[-1] - total) / above) ** 2 * below * above
    # Every threshold in a gap of the histogram is as good: the middle one.
    best = np.flatnonzero(apart >= np.nanmax(apart, initial=0.0) * (1 - 1e-12))
    return int(best.mean()) + 1 if len(best) else 128


def _brighter_than_around(plane: NDArray[np.uint8], image: Image) -> NDArray[np.bool_]:
    """What counts as white at each place: what is a little darker than its neighbourhood, too.

    D. Bradley and G. Roth, Adaptive Thresholding Using the Integral Image, 2007.
    """
    radius = max(2, round(_NEIGHBOURHOOD_MM / _MM_PER_INCH * max(image.x_dpi, image.y_dpi) / 2))
    mean = np.asarray(Pillow.fromarray(plane, "L").filter(ImageFilter.BoxBlur(radius)))
    least = (np.arange(256) * (1 - _DARKER_BY)).astype(np.float32)
    made = np.empty(plane.shape, dtype=np.bool_)
    for rows in _bands(plane):
        made[rows] = plane[rows] >= least[mean[rows]]
    return made


def _luma(pixels: Samples) -> NDArray[Any]:
    if pixels.dtype == np.uint8:
        return np.asarray(Pillow.fromarray(np.ascontiguousarray(pixels), "RGB").convert("L"))
    total = np.full(pixels.shape[:2], 32768, dtype=np.uint32)
    for place, weight in enumerate(_LUMA):
        total += pixels[:, :, place].astype(np.uint32) * np.uint32(weight)
    return total >> 16


def _bands(pixels: NDArray[Any]) -> Iterator[slice]:
    """Some rows at a time: what is made of them meanwhile takes little memory."""
    for top in range(0, len(pixels), _BAND_ROWS):
        yield slice(top, top + _BAND_ROWS)


def _eight_bits(pixels: Samples) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint8:
        return np.ascontiguousarray(pixels, dtype=np.uint8)
    return (pixels >> 8).astype(np.uint8)


def _looked_up(pixels: Samples, scale: NDArray[np.float64]) -> Samples:
    table = np.clip(np.rint(scale), 0, len(scale) - 1)
    if pixels.dtype == np.uint8:
        return table.astype(np.uint8)[pixels]
    return table.astype(np.uint16)[pixels]
