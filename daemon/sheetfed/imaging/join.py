"""Join: files of single pages become one file of all of them."""

from collections.abc import Sequence
from pathlib import Path

from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.imaging import pdf, pdffinish
from sheetfed.imaging.files import opened, written
from sheetfed.imaging.tiff import TiffWriter


def join(
    *, parts: Sequence[Path], image_type: ImageType, options: ExportOptions, target: Path
) -> None:
    """Parts are TIFFs or PDFs as `export` makes them. Raises StoreFull or TooLarge."""
    if image_type is ImageType.TIFF:
        with written(target) as file:
            writer = TiffWriter(file, quality=options.quality)
            for part in parts:
                with opened(part) as pages:
                    writer.append(pages)
    elif options.is_about_whole:
        together = target.with_name(f"{target.name}.joined")
        try:
            pdf.join(parts=parts, target=together)
            pdffinish.finish(together, target, options)
        finally:
            together.unlink(missing_ok=True)
    else:
        pdf.join(parts=parts, target=target)
