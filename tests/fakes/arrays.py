"""Pages that are only arrays: noise or gradients of every mode and depth."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sheetfed.core.model import Image, Mode
from sheetfed.imaging.edited import PageStrips
from sheetfed.imaging.rows import Strip, strip_rows
from sheetfed.imaging.samples import Samples, highest, packed, unpacked

KINDS = [(Mode.COLOR, 8), (Mode.COLOR, 16), (Mode.GRAY, 8), (Mode.GRAY, 16), (Mode.BW, 1)]


class ArrayPage:
    """A page that is only an array; `pixels` may be changed."""

    def __init__(self, pixels: Samples, image: Image) -> None:
        self.image = image
        self.strip_rows = strip_rows(image)
        self.pixels = pixels

    def strips(self) -> Iterator[Strip]:
        return packed(self.pixels, self.image)


def page_of(
    kind: tuple[Mode, int], width_px: int = 37, height_px: int = 53, *, smooth: bool = False
) -> ArrayPage:
    """Noise, or shades that change slowly."""
    image = Image(width_px, height_px, *kind, 100.0, 100.0)
    shape = (height_px, width_px, 3 if image.mode is Mode.COLOR else 1)
    if smooth:
        places = np.add.outer(np.arange(height_px), np.arange(width_px)) / (height_px + width_px)
        values = (places[:, :, np.newaxis] * highest(image) * np.ones(shape)).astype(np.int64)
    else:
        values = np.random.default_rng(7).integers(0, highest(image) + 1, shape)
    if image.mode is Mode.BW:
        values = np.where(values < 128, 0, 255)
    return ArrayPage(values.astype(np.uint16 if image.depth == 16 else np.uint8), image)


def pixels_of(page: PageStrips) -> NDArray[np.int64]:
    return unpacked(page.strips(), page.image).astype(np.int64)
