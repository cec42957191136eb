"""PDF finish: a PDF whose pages are all there gets its metadata, archive profile and password."""

import shutil
from pathlib import Path
from typing import Any, Final

from PIL import ImageCms

from sheetfed.core.errors import StoreFull
from sheetfed.core.exports import ExportOptions, Metadata
from sheetfed.imaging.files import written

_PRODUCER: Final = "Sheetfed"
_AES_256: Final = 6
_VERSION: Final = "1.7"
_INFO: Final = {
    "title": "/Title",
    "author": "/Author",
    "subject": "/Subject",
    "keywords": "/Keywords",
    "creator": "/Creator",
    "producer": "/Producer",
}
_XMP: Final = {
    "title": "dc:title",
    "author": "dc:creator",
    "subject": "dc:description",
    "keywords": "pdf:Keywords",
    "creator": "xmp:CreatorTool",
    "producer": "pdf:Producer",
}


def finish(source: Path, target: Path, options: ExportOptions) -> None:
    """Copied while it is written: memory does not grow with the pages.

    Raises StoreFull when it could not be written whole.
    """
    import pikepdf

    with written(target) as file:
        try:
            with pikepdf.open(source) as pdf:
                _describe(pdf, options.metadata)
                if options.is_archive:
                    _archive(pdf)
                pdf.save(
                    file.name,
                    encryption=_encryption(options.password) or False,
                    deterministic_id=not options.password,
                    min_version=_VERSION,
                    fix_metadata_version=True,
                )
            pikepdf.open(file.name, password=options.password, attempt_recovery=False).close()
        except (pikepdf.PdfError, OSError) as error:
            if shutil.disk_usage(target.parent).free < source.stat().st_size:
                raise StoreFull("the PDF could not be written whole: the disk is full") from error
            raise


def _describe(pdf: Any, metadata: Metadata) -> None:
    """The document information, and the same as XMP, as PDF/A wants it (ISO 19005-2 §6.6)."""
    words = {name: getattr(metadata, name) for name in _INFO}
    words["producer"] = words["producer"] or _PRODUCER
    for name, key in _INFO.items():
        if words[name]:
            pdf.docinfo[key] = words[name]
        elif key in pdf.docinfo:
            del pdf.docinfo[key]
    for key in ("/CreationDate", "/ModDate"):
        if key in pdf.docinfo:
            del pdf.docinfo[key]
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        for name, key in _XMP.items():
            if words[name]:
                xmp[key] = [words[name]] if name == "author" else words[name]


def _archive(pdf: Any) -> None:
    """PDF/A-2b: what it says it is, and what its colors mean (ISO 19005-2 §6.2.3, §6.6.4)."""
    import pikepdf

    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["pdfaid:part"] = "2"
        xmp["pdfaid:conformance"] = "B"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    profile = pikepdf.Stream(pdf, srgb.tobytes())
    profile.N = 3
    profile.Alternate = pikepdf.Name.DeviceRGB
    pdf.Root.OutputIntents = pikepdf.Array(
        [
            pikepdf.Dictionary(
                Type=pikepdf.Name.OutputIntent,
                S=pikepdf.Name.GTS_PDFA1,
                OutputConditionIdentifier="sRGB IEC61966-2.1",
                Info="sRGB IEC61966-2.1",
                DestOutputProfile=pdf.make_indirect(profile),
            )
        ]
    )


def _encryption(password: str) -> Any:
    import pikepdf

    if not password:
        return None
    return pikepdf.Encryption(owner=password, user=password, R=_AES_256)
