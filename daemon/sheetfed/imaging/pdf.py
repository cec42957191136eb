"""PDF: one page around an encoded image, and many files as one."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image as Pillow

from sheetfed.core.model import Image
from sheetfed.imaging.files import written

_UNKNOWN_DPI = 72.0


def write(encoded: bytes, image: Image, file: BinaryIO) -> None:
    """A PDF of one page, as large as the sheet was, that holds the image as it is encoded."""
    # Loaded by the first PDF: a fifth of a second that no worker's start should pay for.
    import img2pdf

    dpi = tuple(given if given > 0 else _UNKNOWN_DPI for given in (image.x_dpi, image.y_dpi))
    with _of_any_size():
        img2pdf.convert(
            encoded, outputstream=file, layout_fun=img2pdf.get_fixed_dpi_layout_fun(dpi)
        )


def join(*, parts: Sequence[Path], target: Path) -> None:
    """All pages of the parts in one file. They are read while it is written, so memory is small."""
    import pikepdf

    with ExitStack() as stack, written(target) as file:
        whole = stack.enter_context(pikepdf.new())
        for part in parts:
            whole.pages.extend(stack.enter_context(pikepdf.open(part)).pages)
        whole.docinfo["/Producer"] = "Sheetfed"
        whole.save(file)


@contextmanager
def _of_any_size() -> Iterator[None]:
    """Pillow's guard against decompression bombs is for others' images, not for our own."""
    limit = Pillow.MAX_IMAGE_PIXELS
    Pillow.MAX_IMAGE_PIXELS = None
    try:
        yield
    finally:
        Pillow.MAX_IMAGE_PIXELS = limit
