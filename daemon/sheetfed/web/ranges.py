"""Ranges: which part of a file a client asks for (RFC 9110 §14)."""

import re
from typing import Final

from aiohttp import web

from sheetfed.web.sending import Span

_ONE: Final = re.compile(r"bytes=(?:(\d{1,19})-(\d{0,19})|-(\d{1,19}))", re.IGNORECASE)


class Unsatisfiable(Exception):
    """The file has no such part."""


def span(request: web.BaseRequest, *, size_bytes: int, etag: str) -> Span | None:
    """The part that is asked for; None: all of it, also when it is another file by now, or when
    several parts are asked for at once.

    Raises Unsatisfiable.
    """
    if request.headers.get("If-Range", etag) != etag:
        return None
    found = _ONE.fullmatch(request.headers.get("Range", "").strip())
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        wanted = Span(max(0, size_bytes - int(suffix)), size_bytes - 1)
    else:
        wanted = Span(int(first), min(int(last) if last else size_bytes, size_bytes - 1))
        if last and int(last) < int(first):
            return None
    if wanted.size_bytes < 1:
        raise Unsatisfiable
    return wanted
