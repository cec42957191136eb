"""Exports: what a file of pages is to be like."""

from dataclasses import dataclass
from enum import StrEnum


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
    searchable in; empty: not.
    """

    quality: int = 85
    compression: Compression = Compression.AUTO
    page_mm: tuple[float, float] | None = None
    metadata: Metadata = Metadata()
    password: str = ""
    is_archive: bool = False
    text_languages: tuple[str, ...] = ()

    @property
    def is_about_whole(self) -> bool:
        """Whether a PDF needs more than its pages."""
        return self.metadata != Metadata() or self.is_archive or bool(self.password)
