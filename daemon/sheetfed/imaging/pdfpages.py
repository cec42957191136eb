"""PDF pages: others' PDFs as pages; a page that is one image gives just that image."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image as Pillow

from sheetfed.core.edits import PIXELS_AT_MOST
from sheetfed.core.errors import DamagedImage, TooLarge, UnsupportedImage
from sheetfed.imaging import files, picturefile, poppler
from sheetfed.imaging.picturepage import PicturePage

MAGIC: Final = b"%PDF-"
PAGES_AT_MOST: Final = 5000

_POINTS_PER_INCH = 72.0
_DRAWN_DPI = 300.0
_DRAWN_SIDE_PX = 20_000
# A sheet of A0 at 300 dpi has not quite as many.
_DRAWN_PIXELS = 144_000_000
_HARMLESS: Final = frozenset({"q", "Q", "cm", "Do", "gs", "BT", "ET", "Tr", "i", "ri"})
_TOLERANCE = 0.02
_CONTENT_BYTES_MOST: Final = 1 << 16

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def pages(source: Path) -> int:
    """How many pages it has. Raises DamagedImage, UnsupportedImage or TooLarge."""
    with _opened(source) as pdf:
        count = len(pdf.pages)
    if not count:
        raise DamagedImage("the PDF has no pages")
    if count > PAGES_AT_MOST:
        raise TooLarge(f"the PDF has {count} pages, at most {PAGES_AT_MOST} are taken")
    return count


def decoded(source: Path, number: int, *, pixels_at_most: int = PIXELS_AT_MOST) -> PicturePage:
    """One page, from 0."""
    with _opened(source) as pdf:
        page = pdf.pages[number]
        found = _only_image(page, pixels_at_most)
        if found is not None:
            return found
        width_inch, height_inch = _size_inch(page)
    dpi = _drawn_dpi(width_inch, height_inch)
    with (
        poppler.drawn(source, number, dpi) as drawn,
        picturefile.opened(drawn) as picture,
    ):
        picturefile.require_size(picture.width, picture.height, pixels_at_most)
        picture.load()
        return PicturePage(picture, (dpi, dpi))


def _drawn_dpi(width_inch: float, height_inch: float) -> float:
    """As sharp as a scan, unless the page is larger than any sheet."""
    least = 1 / _POINTS_PER_INCH
    longer_inch = max(width_inch, height_inch, least)
    square_inches = max(width_inch, least) * max(height_inch, least)
    return min(_DRAWN_DPI, _DRAWN_SIDE_PX / longer_inch, math.sqrt(_DRAWN_PIXELS / square_inches))


@contextmanager
def _opened(source: Path) -> Iterator[Any]:
    # Loaded by the first PDF: no worker's start should pay for it.
    import pikepdf

    try:
        with files.opened(source) as file, pikepdf.open(file) as pdf:
            yield pdf
    except pikepdf.PasswordError as error:
        raise UnsupportedImage("the PDF is protected by a password") from error
    except (
        *(pikepdf.PdfError, ValueError, LookupError, TypeError, AttributeError, RuntimeError),
        *(ArithmeticError, AssertionError),
    ) as error:
        raise DamagedImage("the PDF is damaged") from error


def _size_inch(page: Any) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    return abs(right - left) / _POINTS_PER_INCH, abs(top - bottom) / _POINTS_PER_INCH


def _only_image(page: Any, pixels_at_most: int) -> PicturePage | None:
    """The page's image, when it covers the page and nothing else is drawn on it."""
    import pikepdf

    placed = _placed(page)
    if placed is None or "/Annots" in page:
        return None
    name, matrix = placed
    stream = page.resources.XObject[name]
    if stream.get("/Subtype") != "/Image" or "/SMask" in stream or "/Mask" in stream:
        return None
    if not _covers(matrix, page):
        return None
    picturefile.require_size(int(stream.Width), int(stream.Height), pixels_at_most)
    try:
        picture = pikepdf.PdfImage(stream).as_pil_image()
        picture.load()
    except Exception:  # noqa: BLE001
        # Of the many ways to code an image some are only known to poppler.
        return None
    width_inch, height_inch = _size_inch(page)
    dpi = (picture.width / width_inch, picture.height / height_inch)
    turn = int(page.get("/Rotate", 0)) % 360
    if turn:
        picture = picture.transpose(_TURNS[turn]) if turn in _TURNS else picture
        dpi = (dpi[1], dpi[0]) if turn in (90, 270) else dpi
    return PicturePage(picture, dpi)


_TURNS: Final = {
    90: Pillow.Transpose.ROTATE_270,
    180: Pillow.Transpose.ROTATE_180,
    270: Pillow.Transpose.ROTATE_90,
}


def _placed(page: Any) -> tuple[str, Matrix] | None:
    """The one image that is drawn and how it lies; None when anything else is drawn."""
    import pikepdf

    if _content_bytes(page) > _CONTENT_BYTES_MOST:
        return None
    matrix, kept, found = _UNIT, [], None
    for instruction in pikepdf.parse_content_stream(page):
        operands, word = instruction.operands, str(instruction.operator)
        if word not in _HARMLESS:
            return None
        if word == "q":
            kept.append(matrix)
        elif word == "Q":
            matrix = kept.pop() if kept else _UNIT
        elif word == "cm":
            matrix = _product(_matrix(operands), matrix)
        elif word == "Do":
            if found is not None:
                return None
            found = str(operands[0]), matrix
    return found


def _content_bytes(page: Any) -> int:
    """How long what is drawn is written, compressed as it may be."""
    import pikepdf

    contents = page.get("/Contents", [])
    streams = [contents] if isinstance(contents, pikepdf.Stream) else contents
    return sum(len(stream.read_raw_bytes()) for stream in streams)


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(number) for number in operands)
    return a, b, c, d, e, f


def _product(left: Matrix, right: Matrix) -> Matrix:
    """First the left, then the right (ISO 32000-1 §8.3.4)."""
    a, b, c, d, e, f = left
    g, h, i, j, k, m = right
    return (
        *(a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j),
        *(e * g + f * i + k, e * h + f * j + m),
    )


def _covers(matrix: Matrix, page: Any) -> bool:
    """Whether the unit square, upright, lies where the page is."""
    width, height, left, bottom = matrix[0], matrix[3], matrix[4], matrix[5]
    if abs(matrix[1]) > 1e-6 or abs(matrix[2]) > 1e-6 or width <= 0 or height <= 0:
        return False
    edges = tuple(float(edge) for edge in page.cropbox)
    allowed = _TOLERANCE * max(edges[2] - edges[0], edges[3] - edges[1], 1.0)
    mine = (left, bottom, left + width, bottom + height)
    return all(abs(own - edge) <= allowed for own, edge in zip(mine, edges, strict=True))
