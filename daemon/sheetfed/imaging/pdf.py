"""PDF: one page around an encoded image, and many files as one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image as Pillow

from sheetfed.core.errors import StoreFull
from sheetfed.core.model import Image
from sheetfed.imaging.files import written

_UNKNOWN_DPI = 72.0
_POINTS_PER_INCH = 72.0
_MM_PER_INCH = 25.4


def write(
    encoded: bytes,
    image: Image,
    file: BinaryIO,
    *,
    page_mm: tuple[float, float] | None = None,
) -> None:
    """A PDF of one page that holds the image as it is encoded.

    The page is as large as the sheet was, or of this size, turned as the image lies, with the
    image in its middle, no larger than the sheet and than the page.
    """
    # Loaded by the first PDF: a fifth of a second that no worker's start should pay for.
    import img2pdf

    dpi = tuple(given if given > 0 else _UNKNOWN_DPI for given in (image.x_dpi, image.y_dpi))
    layout = img2pdf.get_fixed_dpi_layout_fun(dpi) if page_mm is None else _on_paper(page_mm)
    with _of_any_size():
        # In memory first: pikepdf 6 aborts the process when a stream's disk is full.
        file.write(img2pdf.convert(encoded, layout_fun=layout))


def join(*, parts: Sequence[Path], target: Path) -> None:
    """All pages of the parts in one file, copied while it is written: memory stays small.

    Raises StoreFull when it could not be written whole.
    """
    import pikepdf

    # Pdf.pages.extend would hold every page's image in memory; a job reads them when it writes.
    with written(target) as file:
        inputs = (str(part) for part in parts)
        pikepdf.Job(["sheetfed", "--empty", "--pages", *inputs, "--", file.name]).run()
        try:
            pikepdf.open(file.name, attempt_recovery=False).close()
        except pikepdf.PdfError as error:
            # The job itself says nothing of a disk that is full.
            raise StoreFull("the PDF could not be written whole: is the disk full?") from error


def _on_paper(page_mm: tuple[float, float]) -> Callable[..., tuple[float, ...]]:
    """img2pdf's layout: the sizes of the page and of the image on it, in points."""
    width, height = (side / _MM_PER_INCH * _POINTS_PER_INCH for side in page_mm)

    def lay(
        width_px: int, height_px: int, dpi: tuple[float, float]
    ) -> tuple[float, float, float, float]:
        wide, high = (
            pixels / density * _POINTS_PER_INCH
            for pixels, density in zip((width_px, height_px), dpi, strict=True)
        )
        lies = (wide > high) != (width > height)
        page = (height, width) if lies else (width, height)
        scale = min(1.0, page[0] / wide, page[1] / high)
        return *page, wide * scale, high * scale

    return lay


@contextmanager
def _of_any_size() -> Iterator[None]:
    """Pillow's guard against decompression bombs is for others' images, not for our own."""
    limit = Pillow.MAX_IMAGE_PIXELS
    Pillow.MAX_IMAGE_PIXELS = None
    try:
        yield
    finally:
        Pillow.MAX_IMAGE_PIXELS = limit
