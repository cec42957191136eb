"""Heads: the header lines that every answer carries."""

from collections.abc import MutableMapping
from typing import Final

from aiohttp import web

from sheetfed.web.identity import VISITOR

_EXPOSED: Final = "Accept-Ranges, Allow, Content-Disposition, Content-Range, ETag, Retry-After"


def add_headers(answer: web.StreamResponse) -> None:
    """What every answer carries; a handler that sends its own head calls this before."""
    who = VISITOR.get(None)
    add_lines(answer.headers, readable_by=None if who is None else who.cors_origin)


def add_lines(headers: MutableMapping[str, str], *, readable_by: str | None) -> None:
    """The same, for an answer that this web origin may read."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
    headers["Server"] = "sheetfed"
    if readable_by is not None:
        headers["Access-Control-Allow-Origin"] = readable_by
        headers["Access-Control-Expose-Headers"] = _EXPOSED
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers["Vary"] = "Origin"


def is_known(request: web.BaseRequest, tag: str) -> bool:
    """Whether the client has what this ETag, here without its quotes, stands for."""
    return any(each.value in (tag, "*") for each in request.if_none_match or ())
