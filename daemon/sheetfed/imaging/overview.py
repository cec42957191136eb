"""Overview: a page made small enough to be looked at as a whole, at a known resolution."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from sheetfed.imaging.edited import PageStrips
from sheetfed.imaging.reducer import Reducer
from sheetfed.imaging.rows import picture

MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Overview:
    """The page with 8 bits a sample; `px_per_mm` across and down."""

    picture: Pillow.Image
    px_per_mm: tuple[float, float]

    @property
    def gray(self) -> NDArray[np.uint8]:
        return np.asarray(self.picture.convert("L"))

    @property
    def darkest(self) -> NDArray[np.uint8]:
        """Of each pixel its darkest sample: colored ink is dark there too."""
        if self.picture.mode == "L":
            return np.asarray(self.picture)
        return np.asarray(np.asarray(self.picture).min(axis=2))


def overview(page: PageStrips, dpi: float) -> Overview:
    """At about this resolution, which the page itself may be below; pixels are square."""
    image = page.image
    factor = max(1, round(min(image.x_dpi, image.y_dpi) / dpi))
    reducer = Reducer(width_px=image.width_px, height_px=image.height_px, factor=factor)
    for strip in page.strips():
        reducer.add(picture(strip, image))
    small = reducer.result()
    x_dpi, y_dpi = image.x_dpi / factor, image.y_dpi / factor
    if abs(x_dpi / y_dpi - 1) > 0.01:
        square = min(x_dpi, y_dpi)
        size = (
            max(1, round(small.width * square / x_dpi)),
            max(1, round(small.height * square / y_dpi)),
        )
        small = small.resize(size, Pillow.Resampling.BOX)
        x_dpi = y_dpi = square
    return Overview(small, (x_dpi / MM_PER_INCH, y_dpi / MM_PER_INCH))
