"""Framed: sheets on a scanner's dark lid, and how far off the measured edges are."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from bench.quality import sheets
from sheetfed.imaging.paper import paper_box

TOLERANCE_MM = 2.0
_LIDS = (8, 40, 90)
_SIZES_MM = {"A5": (148.0, 210.0), "A6": (105.0, 148.0), "receipt": (80.0, 200.0)}


@dataclass(frozen=True, slots=True)
class Measured:
    """Edges in mm: left, top, right, bottom; None where no sheet was seen."""

    name: str
    edges: tuple[float, ...] | None
    found: tuple[float, ...] | None

    @property
    def off_mm(self) -> float:
        if self.edges is None or self.found is None:
            return 0.0 if self.edges is self.found else 999.0
        return max(abs(a - b) for a, b in zip(self.edges, self.found, strict=True))


def measured() -> Iterator[Measured]:
    """Sheets of three sizes on lids of three shades, straight and turned; and none at all."""
    seed = 0
    for lid in _LIDS:
        for name, size in _SIZES_MM.items():
            for degrees in (0.0, 4.0):
                seed += 1
                page, edges = _on_lid(seed, lid, size, degrees)
                yield Measured(f"{name}, lid {lid}, {degrees:g}°", edges, _found(page))
    yield Measured("text without a lid", None, _found(sheets.text(1)))
    yield Measured("blank without a lid", None, _found(sheets.blank(2)))


def _found(page: Image.Image) -> tuple[float, ...] | None:
    box = paper_box(sheets.PicturePage(page))
    if box is None:
        return None
    return tuple(edge / sheets.DPI * 25.4 for edge in (box.left, box.top, box.right, box.bottom))


def _on_lid(
    seed: int, lid: int, size_mm: tuple[float, float], degrees: float
) -> tuple[Image.Image, tuple[float, ...]]:
    """A sheet with text at a place of its own, dust on the lid; the sheet's true edges."""
    page = sheets.blank(seed, paper=lid, noise=5.0)
    dust = ImageDraw.Draw(page)
    for row, column in np.random.default_rng(seed).integers(0, page.height, (60, 2)):
        dust.ellipse((column, row, column + 4, row + 4), 220)
    width, height = (sheets.px(side) for side in size_mm)
    sheet = sheets.text(seed).crop((0, 0, width, height)).convert("LA")
    sheet = sheet.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    left, top = sheets.px(12 + seed % 7 * 3), sheets.px(9 + seed % 5 * 4)
    page.paste(sheet.getchannel("L"), (left, top), sheet.getchannel("A"))
    box = (left, top, left + sheet.width, top + sheet.height)
    return page, tuple(edge / sheets.DPI * 25.4 for edge in box)
