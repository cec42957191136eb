"""Words: the query strings, headers and answers that several operations have."""

from typing import Final

from sheetfed.core.describing import PASSWORD_AT_MOST
from sheetfed.core.exports import PDF_VERSIONS
from sheetfed.core.exportwords import TEXT_AT_MOST
from sheetfed.web.encoding import PASSWORD_HEADER
from sheetfed.web.rest.contentwords import PAGE_TYPES, TYPES
from sheetfed.web.rest.operation import Answer, Word
from sheetfed.web.rest.storage import DOCUMENT_PASSWORD
from sheetfed.web.schemas import flag, one_of, text, whole

_MEDIA_TYPES: Final = tuple(each.media_type for each in TYPES)

HEADER: Final = {"type": "string", "pattern": "^[!-~]([ -~]*[!-~])?$"}
"""What any client can send; passwords may also be in UTF-8 or Latin-1."""


def file(media_types: tuple[str, ...]) -> tuple[Answer, ...]:
    """What a call answers that sends one of such a type, whole or in part."""
    return (
        Answer(200, "the file", media_types=media_types),
        Answer(206, "the part of it that `Range` asks for", media_types=media_types),
        Answer(304, "it is as it was, see `ETag`", media_types=()),
        Answer(416, "it has no such part", media_types=()),
    )


FILE: Final = file(_MEDIA_TYPES)

CONTENT: Final = (
    Word("type", one_of(_MEDIA_TYPES), "application/pdf"),
    Word("quality", whole(low=1, high=100), "of JPEG, also within a PDF or TIFF; 85"),
    Word(
        "compression",
        whole(low=0, high=7),
        "PDF: 0 automatic, 2 group 4, 5 JPEG; TIFF: 0 automatic, 1 none, 4 group 4, 5 LZW, 7 JPEG",
    ),
    Word("pageType", one_of(tuple(PAGE_TYPES)), "2 A4, 4 A3, 6 Letter, 8 Legal; as scanned"),
    Word("title", text(longest=TEXT_AT_MOST)),
    Word("author", text(longest=TEXT_AT_MOST)),
    Word("subject", text(longest=TEXT_AT_MOST)),
    Word("keyWords", text(longest=TEXT_AT_MOST)),
    Word("creator", text(longest=TEXT_AT_MOST)),
    Word("producer", text(longest=TEXT_AT_MOST)),
    Word("version", one_of(PDF_VERSIONS), "of a PDF without a password"),
    Word("archive", flag(), "PDF/A-2b"),
    Word("languages", text(), "tesseract's names, to make the text of a PDF searchable"),
    Word("password", text(), "of a PDF, from old clients; better in the header"),
)

PAGES_HEADERS: Final = (
    Word(PASSWORD_HEADER, HEADER, "encrypts a PDF"),
    Word("Range", HEADER, "a part of the file"),
)

DOCUMENT_HEADERS: Final = (
    Word(DOCUMENT_PASSWORD, {**HEADER, "maxLength": PASSWORD_AT_MOST}, "the document's"),
)
