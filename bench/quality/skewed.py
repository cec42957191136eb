"""Skewed: pages of text turned by a known angle, and how far off the measured one is."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.quality import sheets
from sheetfed.imaging.skew import skew_angle

TOLERANCE_DEGREES = 0.2


@dataclass(frozen=True, slots=True)
class Measured:
    name: str
    degrees: float
    found: float

    @property
    def off(self) -> float:
        return abs(self.found - self.degrees)


def measured() -> Iterator[Measured]:
    """Turned by −10…10 degrees, in three sizes of type."""
    for number, tenths in enumerate(range(-100, 101, 8)):
        size_pt = (9, 11, 14)[number % 3]
        degrees = tenths / 10
        page = sheets.turned(sheets.text(number, size_pt=size_pt), degrees)
        found = skew_angle(sheets.PicturePage(page))
        yield Measured(f"{size_pt} pt, {degrees:+.1f}°", degrees, found)
    few = sheets.turned(sheets.text(99, lines=4), 3.3)
    yield Measured("four lines, +3.3°", 3.3, skew_angle(sheets.PicturePage(few)))
    yield Measured("no lines", 0.0, skew_angle(sheets.PicturePage(sheets.blank(5))))
