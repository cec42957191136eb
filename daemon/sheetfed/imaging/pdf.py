"""PDF: one page around an encoded image, and many files as one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image as Pillow

from sheetfed.core.model import Image
from sheetfed.imaging.files import opened, written
from sheetfed.imaging.pdfwriter import PdfWriter

_UNKNOWN_DPI = 72.0
_POINTS_PER_INCH = 72.0
_MM_PER_INCH = 25.4

_Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Laid:
    """The sizes of a page and of the image in its middle: width and height in points."""

    page: _Size
    image: _Size

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Where the image is: left, lower, right and upper edge."""
        left, lower = (
            (whole - part) / 2 for whole, part in zip(self.page, self.image, strict=True)
        )
        return left, lower, left + self.image[0], lower + self.image[1]


def write(
    encoded: bytes,
    image: Image,
    file: BinaryIO,
    *,
    page_mm: _Size | None = None,
    text: bytes | None = None,
) -> None:
    """A PDF of one page that holds the image as it is encoded.

    The page is as large as the sheet was, or of this size, turned as the image lies, with the
    image in its middle, no larger than the sheet and than the page. `text` is a PDF whose only
    page has what is written on the image.
    """
    # Loaded by the first PDF: a fifth of a second that no worker's start should pay for.
    import img2pdf

    laid = _laid(image, page_mm)
    with _of_any_size():
        made = img2pdf.convert(encoded, layout_fun=lambda *_: (*laid.page, *laid.image))
    # In memory first: pikepdf 6 aborts the process when a stream's disk is full.
    file.write(made if text is None else _with_text(made, text, laid))


def join(*, parts: Sequence[Path], target: Path) -> None:
    """All pages of the parts in one file. Raises OSError."""
    with written(target) as file:
        writer = PdfWriter(file)
        for part in parts:
            with opened(part) as page:
                writer.append(page)
        writer.close()


def _laid(image: Image, page_mm: _Size | None) -> _Laid:
    dpi = (given if given > 0 else _UNKNOWN_DPI for given in (image.x_dpi, image.y_dpi))
    wide, high = (
        pixels / density * _POINTS_PER_INCH
        for pixels, density in zip((image.width_px, image.height_px), dpi, strict=True)
    )
    if page_mm is None:
        return _Laid((wide, high), (wide, high))
    width, height = (side / _MM_PER_INCH * _POINTS_PER_INCH for side in page_mm)
    if (wide > high) != (width > height):
        width, height = height, width
    scale = min(1.0, width / wide, height / high)
    return _Laid((width, height), (wide * scale, high * scale))


def _with_text(made: bytes, text: bytes, laid: _Laid) -> bytes:
    import pikepdf

    whole = BytesIO()
    with pikepdf.open(BytesIO(made)) as pdf, pikepdf.open(BytesIO(text)) as written_on_it:
        page = pikepdf.Page(pdf.pages[0])
        page.add_underlay(pikepdf.Page(written_on_it.pages[0]), pikepdf.Rectangle(*laid.box))
        pdf.save(whole)
    return whole.getvalue()


@contextmanager
def _of_any_size() -> Iterator[None]:
    """Pillow's guard against decompression bombs is for others' images, not for our own."""
    limit = Pillow.MAX_IMAGE_PIXELS
    Pillow.MAX_IMAGE_PIXELS = None
    try:
        yield
    finally:
        Pillow.MAX_IMAGE_PIXELS = limit
