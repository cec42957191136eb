"""Patterns: the virtual scanner's test pictures, computed from what each of them is.

Each is an array of shape (height, width) in gray and (height, width, 3) in colour. With 1 bit a
sample gray is true where it is black, and a sample of colour is true where it is brightest.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]

PICTURES = ("Solid black", "Solid white", "Color pattern", "Grid")
_MM_PER_INCH = 25.4
_SQUARE_MM = 10.0
_FILLING = 0x55


def pattern(
    picture: str,
    *,
    is_color: bool,
    depth: int,
    width_px: int,
    height_px: int,
    resolution: int,
    is_three_pass: bool = False,
) -> Pixels:
    """The picture as it is before anything of it is lost."""
    x, y = np.arange(width_px), np.arange(height_px)[:, np.newaxis]
    if picture == "Color pattern":
        if is_color:
            return {1: _stripes, 8: _tiles, 16: _ramps}[depth](x, y)
        return {1: _checks, 8: _gray_tiles, 16: _gray_ramps}[depth](x, y)
    if picture == "Grid":
        bright = _grid(x, y, resolution)
        if is_color and is_three_pass and depth == 1:
            # This one picture the driver draws the other way round.
            bright = ~bright
    else:
        bright = np.full((height_px, width_px), picture == "Solid white")
    if depth == 1:
        samples: Pixels = bright if is_color else ~bright
    else:
        samples = bright * np.dtype(f"u{depth // 8}").type(2**depth - 1)
    return np.repeat(samples[:, :, np.newaxis], 3, axis=2) if is_color else samples


def _grid(x: Pixels, y: Pixels, resolution: int) -> Pixels:
    square_px = _SQUARE_MM * resolution / _MM_PER_INCH
    below = y % int(2 * square_px + 0.5) > int(square_px + 0.5)
    return (x / square_px).astype(int) % 2 == below


def _checks(x: Pixels, y: Pixels) -> Pixels:
    return (x // 16 + y // 16) % 2 == 1


def _gray_tiles(x: Pixels, y: Pixels) -> Pixels:
    number = np.broadcast_to(x // 5 & 0xFF, np.broadcast_shapes(x.shape, y.shape))
    shades = np.where(y % 10 > 5, 0xFF - number, number)
    return np.where((x % 5 == 0) | (y % 5 == 0), _FILLING, shades).astype(np.uint8)


def _gray_ramps(x: Pixels, y: Pixels) -> Pixels:
    row, column = y % 260 - 4, x % 260 - 4
    shades = (row & 0xFF) | (column & 0xFF) << 8
    filling = _FILLING * 0x0101
    return np.where((row < 0) | (column < 0), filling, shades).astype(np.uint16)


def _stripes(x: Pixels, y: Pixels) -> Pixels:
    number = x // 16 % 8
    color = np.where(y % 32 < 16, number, 7 - number)
    return np.stack([color >> shift & 1 for shift in (2, 1, 0)], axis=2).astype(bool)


def _tiles(x: Pixels, y: Pixels) -> Pixels:
    band = y // 5 % 6
    shades = np.where(band % 2 == 1, 0xFF - (x // 5 & 0xFF), x // 5 & 0xFF)
    is_filling = (x % 5 == 0) | (y % 5 == 0)
    channels = [np.where(band // 2 == channel, shades, 0) for channel in range(3)]
    return np.stack([np.where(is_filling, _FILLING, each) for each in channels], axis=2).astype(
        np.uint8
    )


def _ramps(x: Pixels, y: Pixels) -> Pixels:
    gray = _gray_ramps(x, y)
    is_filling = (x % 260 < 4) | (y % 260 < 4)
    channels = [is_filling | (x // 260 % 3 == channel) for channel in range(3)]
    return np.stack([np.where(each, gray, 0) for each in channels], axis=2).astype(np.uint16)
