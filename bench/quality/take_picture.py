"""Take the picture of docs/documents.md: python -m bench.quality.take_picture docs/deskew.png"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.quality import sheets
from sheetfed.core.edits import Rotate
from sheetfed.imaging.edited import EditedPage
from sheetfed.imaging.paper import paper_box
from sheetfed.imaging.samples import unpacked
from sheetfed.imaging.skew import skew_angle

DEGREES = 6.0
LID = 40
HEIGHT_PX, MARGIN_PX = 560, 16
GROUND, TITLE = 226, 30
SHADES = 12


def main(target: Path) -> None:
    before = scanned()
    page = sheets.PicturePage(before)
    degrees = skew_angle(page)
    # What the turn fills in is no paper when the sheet is looked for.
    box = paper_box(EditedPage(page, [Rotate(-degrees, fill="#000000")]))
    assert box is not None
    after = EditedPage(page, [Rotate(-degrees), box])
    titles = (f"scanned: turned by {degrees:.1f}°", "Deskew, then AutoCrop")
    panels = (before, picture(after))
    whole = side_by_side(titles, panels)
    whole.quantize(SHADES, dither=Image.Dither.NONE).save(target, optimize=True)


def scanned() -> Image.Image:
    """A page of text that lies askew under a dark lid."""
    page = sheets.text(7, size_pt=14)
    return page.rotate(-DEGREES, Image.Resampling.BICUBIC, expand=True, fillcolor=LID)


def picture(page: EditedPage) -> Image.Image:
    pixels = unpacked(page.strips(), page.image)
    return Image.fromarray(np.ascontiguousarray(pixels[:, :, 0]), "L")


def side_by_side(titles: tuple[str, ...], panels: tuple[Image.Image, ...]) -> Image.Image:
    font = ImageFont.truetype(sheets.FONT.replace("Serif", "Sans"), 18)
    small = [
        panel.resize((panel.width * HEIGHT_PX // panel.height, HEIGHT_PX), Image.Resampling.LANCZOS)
        for panel in panels
    ]
    width = sum(panel.width for panel in small) + MARGIN_PX * (len(small) + 1)
    whole = Image.new("L", (width, HEIGHT_PX + 3 * MARGIN_PX + 8), GROUND)
    draw, left = ImageDraw.Draw(whole), MARGIN_PX
    for title, panel in zip(titles, small, strict=True):
        draw.text((left, MARGIN_PX - 4), title, TITLE, font)
        whole.paste(panel, (left, 2 * MARGIN_PX + 8))
        left += panel.width + MARGIN_PX
    return whole


if __name__ == "__main__":
    main(Path(sys.argv[1]))
