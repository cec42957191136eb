"""PDF finish: a PDF whose pages are all there gets its metadata, archive profile and password."""

from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from PIL import ImageCms

from sheetfed.core.exports import ExportOptions, Metadata
from sheetfed.imaging.files import opened, written

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
    """Copied while it is written: memory does not grow with the pages. Raises OSError."""
    import pikepdf

    with opened(source) as whole, written(target) as file:
        saved = _Saved(file)
        with pikepdf.open(whole) as pdf:
            _describe(pdf, options.metadata)
            if options.is_archive:
                _archive(pdf)
            pdf.save(
                cast("BinaryIO", saved),
                encryption=_encryption(options.password) or False,
                min_version=_VERSION if options.password else options.pdf_version or _VERSION,
                force_version="" if options.password else options.pdf_version,
                fix_metadata_version=True,
            )
        saved.finish()


class _Saved:
    """Takes what pikepdf writes; of a full disk it is told when it is done: pikepdf 6 can abort
    the process of a stream that fails."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._error: OSError | None = None

    def write(self, data: bytes) -> int:
        if self._error is None:
            try:
                self._file.write(data)
            except OSError as error:
                self._error = error
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def flush(self) -> None:
        """Done by `finish`."""

    def finish(self) -> None:
        """Raises OSError."""
        if self._error is not None:
            raise self._error
        self._file.flush()


def _describe(pdf: Any, metadata: Metadata) -> None:
    """The document information, and the same as XMP, as PDF/A wants it (ISO 19005-2 §6.6)."""
    words = {name: _printable(getattr(metadata, name)) for name in _INFO}
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


def _printable(text: str) -> str:
    """Without what XML cannot hold, and in one line."""
    return "".join(each if each.isprintable() else " " for each in text).strip()


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
