"""Secret header: a password that a request carries beside its address and its body."""

from aiohttp import web

from sheetfed.core.settings import invalid


def password(request: web.BaseRequest, name: str) -> str:
    """In UTF-8 or, as a browser writes a header's characters, in Latin-1; empty without one."""
    words = request.headers.getall(name, [""])
    if len(words) != 1:
        raise invalid(name, "one password")
    raw = words[0].encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
