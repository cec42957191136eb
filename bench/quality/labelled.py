"""Labelled: pages of which it is known whether they are blank, and whether that is found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from bench.quality import sheets
from sheetfed.core.blank import BLANK_BELOW
from sheetfed.imaging.blank import ink_ratio


@dataclass(frozen=True, slots=True)
class Measured:
    name: str
    is_blank: bool
    ratio: float

    @property
    def is_right(self) -> bool:
        return (self.ratio < BLANK_BELOW) == self.is_blank


Maker = Callable[[int], Image.Image]


def measured() -> Iterator[Measured]:
    """Six pages of each kind."""
    for is_blank, kinds in ((True, _BLANK), (False, _WRITTEN)):
        for kind, make in kinds.items():
            for seed in range(6):
                page = sheets.PicturePage(make(seed))
                yield Measured(f"{kind} {seed}", is_blank, ink_ratio(page))


def _noisy(seed: int) -> Image.Image:
    return sheets.blank(seed, paper=235 - seed * 8, noise=4.0 + seed * 2)


def _shadowed(seed: int) -> Image.Image:
    """The fold of a book, or an uneven lamp."""
    page = sheets.blank(seed)
    across = np.linspace(0, 1, page.width)
    shade = 1 - 0.45 * np.exp(-(((across - seed / 6) / 0.08) ** 2)) - 0.1 * across
    rows = np.asarray(page, dtype=np.float64) * shade[np.newaxis, :]
    return Image.fromarray(np.clip(rows, 0, 255).astype(np.uint8), "L")


def _punched(seed: int) -> Image.Image:
    page = sheets.blank(seed)
    draw = ImageDraw.Draw(page)
    for middle_mm in (108.5, 188.5) if seed % 2 else (28.5, 108.5, 188.5, 268.5):
        across, down, radius = sheets.px(11 + seed), sheets.px(middle_mm), sheets.px(2.75)
        draw.ellipse((across - radius, down - radius, across + radius, down + radius), 30)
    return page


def _shining_through(seed: int) -> Image.Image:
    """The other side's text, mirrored and faint."""
    back = sheets.text(seed).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    faint = back.filter(ImageFilter.GaussianBlur(1.5)).point(
        lambda value: sheets.PAPER - (sheets.PAPER - value) * (8 + seed * 2) // 100
    )
    return ImageChops.darker(sheets.blank(seed), faint)


def _dusty(seed: int) -> Image.Image:
    page = sheets.blank(seed)
    draw = ImageDraw.Draw(page)
    for row, column in np.random.default_rng(seed).integers(0, page.width, (40, 2)):
        draw.ellipse((column, row, column + 1, row + 1), 90)
    return page


def _edged(seed: int) -> Image.Image:
    """The shadow along the edges of a sheet that a feeder drew in."""
    page = sheets.blank(seed)
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, sheets.px(1.0 + seed / 4), page.height), 60)
    draw.rectangle((0, page.height - sheets.px(1.5), page.width, page.height), 90)
    return page


def _numbered(seed: int) -> Image.Image:
    page = sheets.blank(seed)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(sheets.FONT, round(10 / 72 * sheets.DPI))
    draw.text((page.width // 2, sheets.px(280)), str(seed + 2), sheets.INK, font)
    return page


def _one_line(seed: int) -> Image.Image:
    return sheets.text(seed, lines=1, size_pt=9 + seed / 2)


def _stamped(seed: int) -> Image.Image:
    """A stamp in color, not strong."""
    page = sheets.blank(seed).convert("RGB")
    draw = ImageDraw.Draw(page)
    color = ((190, 60, 70), (60, 80, 190), (110, 60, 150))[seed % 3]
    left, top = sheets.px(30 + seed * 20), sheets.px(40 + seed * 30)
    box = (left, top, left + sheets.px(34), top + sheets.px(14))
    draw.rectangle(box, outline=color, width=4)
    font = ImageFont.truetype(sheets.FONT, round(12 / 72 * sheets.DPI))
    draw.text((left + 12, top + 18), "RECEIVED", color, font)
    return page


def _signed(seed: int) -> Image.Image:
    """A stroke of a pen."""
    page = sheets.blank(seed)
    draw = ImageDraw.Draw(page)
    across = np.linspace(0, 50, 120)
    down = 230 + 5 * np.sin(across / 2 + seed) * np.exp(-across / 40)
    points = [(sheets.px(80 + x), sheets.px(y)) for x, y in zip(across, down, strict=True)]
    draw.line(points, fill=70, width=3)
    return page


def _written_in_shadow(seed: int) -> Image.Image:
    return ImageChops.darker(_shadowed(seed), sheets.text(seed, lines=2))


def _written_and_punched(seed: int) -> Image.Image:
    return ImageChops.darker(_punched(seed), _numbered(seed))


_BLANK: dict[str, Maker] = {
    "noise": _noisy,
    "shadow": _shadowed,
    "punch holes": _punched,
    "other side": _shining_through,
    "dust": _dusty,
    "edges": _edged,
}
_WRITTEN: dict[str, Maker] = {
    "page number": _numbered,
    "one line": _one_line,
    "stamp": _stamped,
    "signature": _signed,
    "lines in a shadow": _written_in_shadow,
    "number and holes": _written_and_punched,
}
