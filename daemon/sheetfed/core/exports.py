"""Exports: what a file of pages is to be like."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sheetfed.core.settings import invalid

_SIDE_MM: Final = (10.0, 5080.0)
"""The longest is what a PDF can have without a unit of its own (ISO 32000-1, annex C)."""

PDF_VERSIONS: Final = ("1.4", "1.5", "1.6", "1.7", "2.0")
"""Older ones have no metadata streams."""

_PASSWORD_BYTES: Final = 127
"""ISO 32000-2 §7.6.4.3.3."""


class Compression(StrEnum):
    """How the pixels of a TIFF or PDF are coded; `auto` is the best that loses nothing visible."""

    AUTO = "auto"
    NONE = "none"
    LZW = "lzw"
    DEFLATE = "deflate"
    GROUP4 = "group4"
    JPEG = "jpeg"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a PDF says about itself; empty is left out."""

    title: str = ""
    author: str = ""
    subject: str = ""
    keywords: str = ""
    creator: str = ""
    producer: str = ""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """`quality` 1–100 of JPEG and WebP. The rest is for TIFF and PDF.

    `page_mm`: width and height of the paper that pages are fitted on, centred and turned as they
    need; None: as large as they were scanned. `password` encrypts a PDF with AES-256.
    `is_archive`: PDF/A-2b. `text_languages`: tesseract's names of the languages to make the text
    searchable in; empty: not. `pdf_version`: what a PDF without a password says it is.
    """

    quality: int = 85
    compression: Compression = Compression.AUTO
    page_mm: tuple[float, float] | None = None
    metadata: Metadata = Metadata()
    password: str = field(default="", repr=False)
    is_archive: bool = False
    text_languages: tuple[str, ...] = ()
    pdf_version: str = ""

    @property
    def is_about_whole(self) -> bool:
        """Whether a PDF needs more than its pages."""
        is_said = self.metadata != Metadata() or bool(self.pdf_version)
        return is_said or self.is_archive or bool(self.password)


def require_possible(options: ExportOptions) -> None:
    """Raises InvalidParameter for what no file can be like."""
    if not 1 <= options.quality <= 100:
        raise invalid("quality", "1 to 100")
    shortest, longest = _SIDE_MM
    if not all(shortest <= side <= longest for side in options.page_mm or ()):
        raise invalid("page_mm", f"{shortest:g} to {longest:g} a side")
    password = options.password
    if not password.isprintable() or len(password.encode()) > _PASSWORD_BYTES:
        raise invalid("password", f"printable, at most {_PASSWORD_BYTES} bytes")
    if options.pdf_version not in ("", *PDF_VERSIONS):
        raise invalid("version", ", ".join(PDF_VERSIONS))
    if options.is_archive and options.pdf_version not in ("", "1.7"):
        raise invalid("version", "1.7 for PDF/A-2b")
    if options.is_archive and password:
        raise invalid("password", "none for PDF/A")
