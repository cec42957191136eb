"""Samples: a whole page as an array, for edits that cannot be done strip by strip.

Shape (rows, columns, samples of a pixel), uint8 or uint16 by the page's depth; of a black and
white page uint8 with 0 for black and 255 for white.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from sheetfed.core.model import Image, Mode
from sheetfed.imaging.rows import Strip, samples_per_pixel, strip_rows

Samples = NDArray[np.uint8] | NDArray[np.uint16]

WHITE = 255
MIDDLE = 128


def highest(image: Image) -> int:
    """The value of a sample that is as bright as can be."""
    return 65535 if image.depth == 16 else WHITE


def unpacked(strips: Iterable[Strip], image: Image) -> Samples:
    """The page's strips as one array."""
    kind = np.uint16 if image.depth == 16 else np.uint8
    pixels = np.empty((image.height_px, image.width_px, samples_per_pixel(image)), dtype=kind)
    top = 0
    for strip in strips:
        part = pixels[top : top + len(strip)]
        if image.depth == 1:
            bits = np.unpackbits(strip, axis=1, count=image.width_px)
            np.subtract(1, bits, out=part[:, :, 0])
            part *= WHITE
        else:
            part[:] = strip.view("<u2" if image.depth == 16 else np.uint8).reshape(part.shape)
        top += len(strip)
    return pixels


def packed(pixels: Samples, image: Image, rows: int | None = None) -> Iterator[Strip]:
    """The array as strips of the page, of so many rows or as `strip_rows` says."""
    rows = rows or strip_rows(image)
    for top in range(0, image.height_px, rows):
        part = pixels[top : top + rows]
        if image.depth == 1:
            yield np.packbits(part[:, :, 0] < MIDDLE, axis=1)
        elif image.depth == 16:
            yield np.ascontiguousarray(part, dtype="<u2").view(np.uint8).reshape(len(part), -1)
        else:
            yield np.ascontiguousarray(part, dtype=np.uint8).reshape(len(part), -1)


def planes(pixels: Samples) -> Iterator[Pillow.Image]:
    """Each sample of the pixels as a picture that can be resampled: 8 bits, or float for 16."""
    for plane in np.moveaxis(pixels, 2, 0):
        if plane.dtype == np.uint8:
            yield Pillow.fromarray(np.ascontiguousarray(plane), "L")
        else:
            yield Pillow.fromarray(plane.astype(np.float32), "F")


def stacked(pictures: Iterable[Pillow.Image], image: Image, size: tuple[int, int]) -> Samples:
    """Pictures of this size, as `planes` gives them, as one array of a page like this one."""
    kind = np.uint16 if image.depth == 16 else np.uint8
    pixels = np.empty((size[1], size[0], samples_per_pixel(image)), dtype=kind)
    for place, picture in enumerate(pictures):
        plane = np.asarray(picture)
        if image.depth == 16:
            plane = np.clip(np.rint(plane), 0, highest(image))
        elif image.mode is Mode.BW:
            plane = np.where(plane < MIDDLE, 0, WHITE)
        pixels[:, :, place] = plane
    return pixels


def fill_of(color: str, image: Image) -> tuple[int, ...]:
    """A color such as #ffffff as a pixel of the page."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    scale = highest(image) // WHITE
    if image.mode is Mode.COLOR:
        return red * scale, green * scale, blue * scale
    luma = (299 * red + 587 * green + 114 * blue + 500) // 1000
    if image.mode is Mode.BW:
        return (0 if luma < MIDDLE else WHITE,)
    return (luma * scale,)
