"""Export: a page at its full size, as a file for others."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sheetfed.core.model import ImageType, Mode
from sheetfed.imaging import fax, pdf
from sheetfed.imaging.files import written
from sheetfed.imaging.jpeg import JpegWriter
from sheetfed.imaging.master import Master, opened
from sheetfed.imaging.png import PngWriter
from sheetfed.imaging.rows import picture


def export(*, master: Path, image_type: ImageType, quality: int, target: Path) -> None:
    """One page. A PNG keeps its depth; JPEG and PDF have 8 bits a sample. Raises DamagedImage."""
    with opened(master) as page, written(target) as file:
        match image_type:
            case ImageType.PNG:
                _write_png(page, file)
            case ImageType.JPEG:
                _write_jpeg(page, file, quality)
            case ImageType.PDF:
                _write_pdf(page, file, quality)


def _write_png(page: Master, file: BinaryIO) -> None:
    writer = PngWriter(file, page.image)
    for strip in page.strips():
        writer.add(strip)
    writer.close()


def _write_jpeg(page: Master, file: BinaryIO, quality: int) -> None:
    image = page.image
    dpi = (image.x_dpi, image.y_dpi)
    writer = JpegWriter(file, height_px=image.height_px, dpi=dpi, quality=quality)
    for strip in page.strips():
        writer.add(picture(strip, image))
    writer.close()


def _write_pdf(page: Master, file: BinaryIO, quality: int) -> None:
    encoded = BytesIO()
    if page.image.mode is Mode.BW:
        fax.write(page, encoded)
    else:
        _write_jpeg(page, encoded, quality)
    pdf.write(encoded.getvalue(), page.image, file)
