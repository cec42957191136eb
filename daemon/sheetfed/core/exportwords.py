"""Export words: what a file of pages is to be like, in the words of a caller's options."""

import re
from collections.abc import Mapping
from typing import Final

from sheetfed.core import exports
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.exports import Compression, ExportOptions, Metadata
from sheetfed.core.imagetype import ImageType
from sheetfed.core.settings import PAGE_SIZES_MM, invalid, number

TAKEN: Final[Mapping[ImageType, tuple[Compression, ...]]] = {
    ImageType.PDF: (
        Compression.AUTO,
        Compression.DEFLATE,
        Compression.GROUP4,
        Compression.JPEG,
    ),
    ImageType.TIFF: tuple(Compression),
}
"""Where there is a choice; else it is `auto`."""

DEFAULT_QUALITY: Final = 85
TEXT_AT_MOST: Final = 1024
LANGUAGES_AT_MOST: Final = 8
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9_]{2,32}(/[A-Za-z0-9_]{1,32})?")
METADATA: Final = ("title", "author", "subject", "keywords")
NAMES: Final = ("quality", "compression", "page_size", *METADATA, "archive", "languages")
"""The words of the options, beside `password`, which never stands in an address."""


def parse(words: Mapping[str, object], image_type: ImageType) -> ExportOptions:
    """Raises InvalidParameter, also for what cannot be had in a file of this type."""
    for name in words:
        if name not in NAMES and name != "password":
            raise invalid(name[:64], ", ".join((*NAMES, "password")))
    known = {name: value for name, value in words.items() if value not in (None, "")}
    options = ExportOptions(
        quality=_quality(known.get("quality", DEFAULT_QUALITY)),
        compression=_compression(known.get("compression", Compression.AUTO), image_type),
        page_mm=_page_mm(known.get("page_size")),
        metadata=Metadata(**{name: text(name, known.get(name, "")) for name in METADATA}),
        password=_password(known.get("password", "")),
        is_archive=_flag("archive", known.get("archive", False)),
        text_languages=_languages(known.get("languages", [])),
    )
    if image_type is not ImageType.PDF:
        for name in ("password", "archive", "languages"):
            if known.get(name):
                raise InvalidParameter(f"{name} is for a PDF alone", details={"name": name})
    exports.require_possible(options)
    return options


def _quality(value: object) -> int:
    read = number("quality", value, 1, 100)
    if read != int(read):
        raise invalid("quality", "a whole number from 1 to 100")
    return int(read)


def _compression(value: object, image_type: ImageType) -> Compression:
    taken = TAKEN.get(image_type, (Compression.AUTO,))
    found = value.lower() if isinstance(value, str) else value
    if found not in taken:
        raise invalid("compression", ", ".join(taken))
    return Compression(str(found))


def _page_mm(value: object) -> tuple[float, float] | None:
    if value is None:
        return None
    sizes = {name.lower(): size for name, size in PAGE_SIZES_MM.items()}
    if not isinstance(value, str) or value.lower() not in sizes:
        raise invalid("page_size", ", ".join(PAGE_SIZES_MM))
    return sizes[value.lower()]


def text(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > TEXT_AT_MOST or _UNPRINTABLE.search(value):
        raise invalid(name, f"a text of at most {TEXT_AT_MOST} printable characters")
    return value


def _password(value: object) -> str:
    if not isinstance(value, str) or _UNPRINTABLE.search(value):
        raise invalid("password", "a text")
    return value


def _languages(value: object) -> tuple[str, ...]:
    allowed = f"at most {LANGUAGES_AT_MOST} of tesseract's names, such as eng"
    if not isinstance(value, list) or len(value) > LANGUAGES_AT_MOST:
        raise invalid("languages", allowed)
    for name in value:
        if not isinstance(name, str) or not _LANGUAGE.fullmatch(name):
            raise invalid("languages", allowed)
    return tuple(value)


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise invalid(name, "true or false")
    return value
