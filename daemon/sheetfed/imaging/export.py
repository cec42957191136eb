"""Export: a page at its full size, as a file for others."""

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image as Pillow

from sheetfed.core.edits import BlackWhite
from sheetfed.core.errors import UnsupportedImage
from sheetfed.core.exports import Compression, ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import Mode
from sheetfed.imaging import exif, fax, pdf, tesseract
from sheetfed.imaging.edited import EditedPage, PageStrips
from sheetfed.imaging.files import written
from sheetfed.imaging.jpeg import JpegWriter
from sheetfed.imaging.png import PngWriter
from sheetfed.imaging.reduced import ReducedPage
from sheetfed.imaging.rows import Strip, bilevel, picture
from sheetfed.imaging.tiff import TiffWriter

_WEBP_SIDE_MOST_PX: Final = 16383


def export(
    page: PageStrips, *, image_type: ImageType, options: ExportOptions, target: Path
) -> None:
    """One page. PNG and TIFF keep its depth; the others have 8 bits a sample.

    Raises DamagedImage, or UnsupportedImage when the page is too large for the type.
    """
    with written(target) as file:
        _WRITERS[image_type](page, file, options)


def _write_png(page: PageStrips, file: BinaryIO, _: ExportOptions | None = None) -> None:
    writer = PngWriter(file, page.image)
    for strip in page.strips():
        writer.add(strip)
    writer.close()


def _write_jpeg(page: PageStrips, file: BinaryIO, options: ExportOptions) -> None:
    image = page.image
    dpi = (image.x_dpi, image.y_dpi)
    writer = JpegWriter(file, height_px=image.height_px, dpi=dpi, quality=options.quality)
    for strip in page.strips():
        writer.add(picture(strip, image))
    writer.close()


def _write_bmp(page: PageStrips, file: BinaryIO, _: ExportOptions) -> None:
    _whole(page).save(file, "BMP", dpi=(page.image.x_dpi, page.image.y_dpi))


def _write_webp(page: PageStrips, file: BinaryIO, options: ExportOptions) -> None:
    if max(page.image.width_px, page.image.height_px) > _WEBP_SIDE_MOST_PX:
        raise UnsupportedImage(f"a WebP has at most {_WEBP_SIDE_MOST_PX} pixels a side")
    is_drawn = page.image.mode is Mode.BW
    _whole(page).convert("RGB").save(
        file,
        "WEBP",
        quality=options.quality,
        lossless=is_drawn,
        exif=exif.block((page.image.x_dpi, page.image.y_dpi)),
    )


def _write_tiff(page: PageStrips, file: BinaryIO, options: ExportOptions) -> None:
    page, compression = _coded(page, options.compression, Compression.DEFLATE)
    TiffWriter(file, quality=options.quality).add(page, compression)


def _write_pdf(page: PageStrips, file: BinaryIO, options: ExportOptions) -> None:
    names = options.text_languages
    text = tesseract.text_pdf(page, names) if names else None
    page, compression = _coded(page, options.compression, Compression.JPEG)
    encoded = BytesIO()
    match compression:
        case Compression.GROUP4:
            fax.write(page, encoded)
        case Compression.JPEG:
            _write_jpeg(page, encoded, options)
        case _:
            _write_png(ReducedPage(page) if page.image.depth == 16 else page, encoded)
    pdf.write(encoded.getvalue(), page.image, file, page_mm=options.page_mm, text=text)


def _coded(
    page: PageStrips, asked: Compression, usual: Compression
) -> tuple[PageStrips, Compression]:
    """How the page is coded; for group 4 it is made black and white."""
    if asked is Compression.AUTO:
        return page, Compression.GROUP4 if page.image.mode is Mode.BW else usual
    if asked is Compression.GROUP4 and page.image.mode is not Mode.BW:
        return EditedPage(page, [BlackWhite()]), asked
    return page, asked


def _whole(page: PageStrips) -> Pillow.Image:
    """The page in memory, black and white with a bit a pixel."""
    image = page.image
    is_drawn = image.mode is Mode.BW
    mode = "1" if is_drawn else "RGB" if image.mode is Mode.COLOR else "L"
    whole = Pillow.new(mode, (image.width_px, image.height_px))
    for top, strip in _with_tops(page):
        whole.paste(bilevel(strip, image) if is_drawn else picture(strip, image), (0, top))
    return whole


def _with_tops(page: PageStrips) -> Iterator[tuple[int, Strip]]:
    top = 0
    for strip in page.strips():
        yield top, strip
        top += len(strip)


_WRITERS: Final[Mapping[ImageType, Callable[[PageStrips, BinaryIO, ExportOptions], None]]] = {
    ImageType.PNG: _write_png,
    ImageType.JPEG: _write_jpeg,
    ImageType.BMP: _write_bmp,
    ImageType.WEBP: _write_webp,
    ImageType.TIFF: _write_tiff,
    ImageType.PDF: _write_pdf,
}
