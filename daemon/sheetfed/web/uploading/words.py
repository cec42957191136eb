"""Words: what an upload is to be like, from a call's one object, checked."""

import re
from collections.abc import Mapping
from typing import Final

from sheetfed.core import targets
from sheetfed.core.imagetype import ImageType
from sheetfed.core.settings import invalid
from sheetfed.core.uploads import Upload, UploadMethod
from sheetfed.web import export_words, parameters

NAMES: Final = (
    "url",
    "method",
    "indices",
    "type",
    "options",
    "file_name",
    "field_name",
    "fields",
    "headers",
)
FIELD_NAME: Final = "RemoteFile"
_FIELDS_AT_MOST: Final = 100
_FIELD_CHARACTERS_AT_MOST: Final = 65536
_HEADERS_AT_MOST: Final = 50
_HEADER_CHARACTERS_AT_MOST: Final = 4096
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
_HEADER_VALUE: Final = re.compile(r"[!-~\u0080-\u00ff]([\t -~\u0080-\u00ff]*[!-~\u0080-\u00ff])?|")
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f]")
_HALVES: Final = re.compile("[\ud800-\udfff]")
_FORBIDDEN: Final = re.compile(
    r"accept-charset|accept-encoding|access-control-.*|connection|content-encoding|content-length"
    r"|content-range|content-transfer-encoding|cookie2?|date|dnt|expect|forwarded|host|http2-.*"
    r"|keep-alive|origin|proxy-.*|referer|sec-.*|set-cookie2?|te|trailer|transfer-encoding|upgrade"
    r"|user-agent|via|x-forwarded-.*|x-http-method(-override)?|x-method-override|x-real-ip"
)
"""Those that a page may not set either (Fetch §2.2.2), and what says who sends and how."""


def parse(words: Mapping[str, object]) -> Upload:
    """All but `indices`. Raises InvalidParameter."""
    for name in words:
        if name not in NAMES:
            raise invalid(name[:64], ", ".join(NAMES))
    known = {name: value for name, value in words.items() if value is not None}
    image_type = parameters.file_type("type", known.get("type", "pdf"))
    method = _method(known.get("method", UploadMethod.POST))
    extension = "jpg" if image_type is ImageType.JPEG else str(image_type)
    options = parameters.options("options", known.get("options", {}))
    upload = Upload(
        target=targets.parse("url", _text("url", known.get("url"))),
        method=method,
        image_type=image_type,
        options=export_words.parse(options, image_type),
        file_name=_line("file_name", known.get("file_name", f"scan.{extension}")),
        field_name=_line("field_name", known.get("field_name", FIELD_NAME)),
        fields=_fields(known.get("fields", {})),
        headers=_headers(known.get("headers", {}), method),
    )
    if upload.fields and method is UploadMethod.PUT:
        raise invalid("fields", "none with PUT, which sends the file alone")
    return upload


def _method(value: object) -> UploadMethod:
    word = value.upper() if isinstance(value, str) else value
    for known in UploadMethod:
        if word == known:
            return known
    raise invalid("method", ", ".join(UploadMethod))


def _fields(value: object) -> tuple[tuple[str, str], ...]:
    """In the order in which they stand; numbers and truth as JSON writes them."""
    allowed = (
        f"an object of at most {_FIELDS_AT_MOST} texts and numbers, of {_FIELD_CHARACTERS_AT_MOST} "
        "characters in all"
    )
    if not isinstance(value, Mapping) or len(value) > _FIELDS_AT_MOST:
        raise invalid("fields", allowed)
    found = tuple((_line("fields", name), _written(item, allowed)) for name, item in value.items())
    if sum(len(name) + len(text) for name, text in found) > _FIELD_CHARACTERS_AT_MOST:
        raise invalid("fields", allowed)
    return found


def _written(value: object, allowed: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str) or "\0" in value or _HALVES.search(value):
        raise invalid("fields", allowed)
    return value


def _headers(value: object, method: UploadMethod) -> tuple[tuple[str, str], ...]:
    allowed = (
        f"an object of at most {_HEADERS_AT_MOST} header lines that a page may set, without those "
        "of the connection, of cookies and of where it comes from"
    )
    if not isinstance(value, Mapping) or len(value) > _HEADERS_AT_MOST:
        raise invalid("headers", allowed)
    seen = set()
    for name, text in value.items():
        lower = name.lower()
        is_ours = _FORBIDDEN.fullmatch(lower) is not None or (
            lower == "content-type" and method is UploadMethod.POST
        )
        is_good = (
            _HEADER.fullmatch(name) is not None
            and isinstance(text, str)
            and len(text) <= _HEADER_CHARACTERS_AT_MOST
            and _HEADER_VALUE.fullmatch(text) is not None
        )
        if is_ours or not is_good or lower in seen:
            raise invalid("headers", f"{allowed}; not {name[:64]}")
        seen.add(lower)
    return tuple(value.items())


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise invalid(name, "a text")
    return value


def _line(name: str, value: object) -> str:
    if (
        not isinstance(value, str)
        or not 0 < len(value) <= 255
        or _UNPRINTABLE.search(value)
        or _HALVES.search(value)
    ):
        raise invalid(name, "1 to 255 printable characters")
    return value
