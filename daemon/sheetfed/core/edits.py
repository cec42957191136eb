"""Edits: what can be done to a page, as values; nothing of the page itself is overwritten."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SIDE_AT_MOST_PX: Final = 65_000
PIXELS_AT_MOST: Final = 600_000_000
"""More than a page of A3 at 1200 dpi."""

WHITE: Final = "#ffffff"


class Resampling(StrEnum):
    """How pixels are made from others when a page changes its size."""

    NEAREST = "nearest"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    LANCZOS = "lanczos"


class Threshold(StrEnum):
    """How the threshold between black and white is found."""

    AUTO = "auto"  # one for the page: N. Otsu, IEEE Trans. SMC 9(1), 1979
    ADAPTIVE = "adaptive"  # one for each place, from what is around it


@dataclass(frozen=True, slots=True)
class Rotate:
    """Clockwise. The page grows so that all is on it, unless it keeps its size."""

    degrees: float
    keep_size: bool = False
    fill: str = WHITE


@dataclass(frozen=True, slots=True)
class Mirror:
    """Left and right change places."""


@dataclass(frozen=True, slots=True)
class Flip:
    """Top and bottom change places."""


@dataclass(frozen=True, slots=True)
class Crop:
    """Keep this rectangle: pixels from the top left corner, right and bottom not included."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Erase:
    """Fill this rectangle."""

    left: int
    top: int
    right: int
    bottom: int
    fill: str = WHITE


@dataclass(frozen=True, slots=True)
class Resize:
    """To exactly this many pixels; the paper's size stays, the resolution changes."""

    width: int
    height: int
    method: Resampling = Resampling.LANCZOS


@dataclass(frozen=True, slots=True)
class SetDpi:
    """Resampled, the paper's size stays; else the pixels stay and the paper's size changes."""

    x: float
    y: float
    resample: bool = False


@dataclass(frozen=True, slots=True)
class Gray:
    """Rec. 601 luma."""


@dataclass(frozen=True, slots=True)
class BlackWhite:
    """One bit a pixel: white where it is at least the threshold, 0–255."""

    threshold: int | Threshold = Threshold.AUTO


@dataclass(frozen=True, slots=True)
class Invert:
    """Every sample becomes the highest less itself."""


@dataclass(frozen=True, slots=True)
class Brightness:
    """−100 is all black, 100 all white."""

    percent: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """−100 is one gray, 100 black and white alone."""

    percent: int


Edit = (
    Rotate
    | Mirror
    | Flip
    | Crop
    | Erase
    | Resize
    | SetDpi
    | Gray
    | BlackWhite
    | Invert
    | Brightness
    | Contrast
)
