"""Sheets: generated pages of text and what scanners add to them, always the same for a seed."""

import random
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sheetfed.core.model import Image as PageImage
from sheetfed.core.model import Mode
from sheetfed.imaging.rows import Strip, strip_rows
from sheetfed.imaging.samples import packed

DPI = 150
A4_MM = (210.0, 297.0)
PAPER, INK = 244, 40
FONT = "DejaVuSerif.ttf"
_TEXT = (
    "invoice page the of and scanner sheet number amount total please find enclosed our letter "
    "from court hospital office desk paper document date signed reference with kind regards"
)
_WORDS = tuple(_TEXT.split())


def px(mm: float) -> int:
    return round(mm / 25.4 * DPI)


def blank(seed: int, *, paper: int = PAPER, noise: float = 3.0) -> Image.Image:
    """White paper with a scanner's noise."""
    size = (px(A4_MM[0]), px(A4_MM[1]))
    grain = np.random.default_rng(seed).normal(paper, noise, (size[1], size[0]))
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8), "L")


def text(seed: int, *, size_pt: float = 11, lines: int | None = None) -> Image.Image:
    """A page of lines of words of uneven length, with a heading and paragraphs."""
    page = blank(seed)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(FONT, round(size_pt / 72 * DPI))
    words = random.Random(seed)
    line_px = round(size_pt * 1.5 / 72 * DPI)
    top, written = px(25), 0
    while top < px(270) and (lines is None or written < lines):
        if words.random() < 0.12:
            top += line_px
        width = px(words.uniform(90, 165))
        line = ""
        while draw.textlength(line, font) < width:
            line += words.choice(_WORDS) + " "
        draw.text((px(22), top), line, INK, font)
        top += line_px
        written += 1
    return page


def turned(page: Image.Image, degrees: float) -> Image.Image:
    """Clockwise, as it comes from a feeder: the same size, white where the paper is not."""
    return page.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=PAPER)


class PicturePage:
    """A picture as a page that can be measured."""

    def __init__(self, picture: Image.Image, dpi: float = DPI) -> None:
        self._pixels = np.atleast_3d(np.asarray(picture))
        mode = Mode.COLOR if picture.mode == "RGB" else Mode.GRAY
        self.image = PageImage(picture.width, picture.height, mode, 8, dpi, dpi)
        self.strip_rows = strip_rows(self.image)

    def strips(self) -> Iterator[Strip]:
        return packed(self._pixels, self.image)
