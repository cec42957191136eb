"""Brief: an answer of JSON whose head is known beforehand, sent with its body in one piece."""

from email.utils import formatdate
from functools import lru_cache
from time import time
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpVersion11

from sheetfed.web import identity
from sheetfed.web.heads import add_lines

AT_MOST_BYTES: Final = 1 << 16


def fits(request: web.BaseRequest, body: bytes) -> bool:
    """Whether this client gets it so: one that speaks HTTP/1.1, and whose connection stays."""
    return (
        request.version == HttpVersion11
        and request.keep_alive
        and request.method != "HEAD"
        and len(body) <= AT_MOST_BYTES
    )


class Brief(web.StreamResponse):
    """To a request that succeeded. aiohttp's own answer, put together anew and sent in two pieces,
    would take longer than most calls do."""

    keep_alive = True
    _whole = b""
    _writer: AbstractStreamWriter | None = None

    def __init__(self, body: bytes) -> None:
        super().__init__()
        head = _head(identity.present().cors_origin, int(time()))
        self._whole = b"%s%d\r\n\r\n%s" % (head, len(body), body)

    @property
    def prepared(self) -> bool:
        """Nothing can be added to it."""
        return bool(self._whole)

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        self._writer = request.writer
        return self._writer

    async def write_eof(self, data: bytes = b"") -> None:
        """Raises ConnectionError when the client has gone."""
        assert not data
        assert self._writer is not None
        await self._writer.write_eof(self._whole)


@lru_cache(maxsize=64)
def _head(readable_by: str | None, now: int) -> bytes:
    """All of it but the body's length; `now` in seconds since 1970-01-01 UTC."""
    headers = {"Content-Type": "application/json"}
    add_lines(headers, readable_by=readable_by)
    headers["Date"] = formatdate(now, usegmt=True)
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(("HTTP/1.1 200 OK", *lines, "Content-Length: ")).encode("ascii")
