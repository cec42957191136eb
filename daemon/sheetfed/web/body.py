"""Body: what a request carries, as it comes, within limits of size and time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final

from aiohttp import web

from sheetfed.core.errors import ScanError, TooLarge
from sheetfed.web import envelope
from sheetfed.web.limits import Limits
from sheetfed.web.packed import CODINGS, unpacked

STALLED_S: Final = 60.0
"""So long a client may send nothing of what it has announced."""

DISCARD_S: Final = 5.0


class Request(web.BaseRequest):
    """A request as aiohttp makes it, whose body has an end."""

    limits = Limits()

    async def read(self) -> bytes:
        """All of a body that is JSON. Raises TooLarge."""
        if self._read_bytes is None:
            # Most bodies have come with their heads.
            if self.content.is_eof() and "Content-Encoding" not in self.headers:
                self._read_bytes = self.content.read_nowait(-1)
                if len(self._read_bytes) > self.limits.json_bytes:
                    raise _too_large(self.limits.json_bytes)
            else:
                self._read_bytes = await self._read()
        return self._read_bytes

    async def _read(self) -> bytes:
        at_most_bytes = self.limits.json_bytes
        if (self.content_length or 0) > at_most_bytes:
            await discard(self)
            raise _too_large(at_most_bytes)
        found = bytearray()
        async with pieces(self) as coming:
            async for piece in coming:
                found += piece
                if len(found) > at_most_bytes:
                    raise _too_large(at_most_bytes)
        return bytes(found)


async def read_object(request: web.BaseRequest) -> Mapping[str, object]:
    """A body that is an object in JSON. Raises TooLarge or InvalidParameter."""
    return envelope.parse(await request.read(), depth_at_most=_limits(request).json_depth)


@asynccontextmanager
async def pieces(request: web.BaseRequest) -> AsyncIterator[AsyncIterator[bytes]]:
    """The body, piece by piece. When it is refused, the rest is read, so that its sender comes to
    hear why.

    Raises ConnectionError when its sender falls silent, or does not come to an end.
    """
    if _waits_to_be_asked(request):
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
    coming = _pieces(request)
    try:
        yield unpacked(coming) if is_packed(request) else coming
    except ScanError:
        await _read_to_the_end(request)
        raise


async def discard(request: web.BaseRequest) -> None:
    """Read it for nothing, unless its sender waits to be asked for it."""
    if not _waits_to_be_asked(request):
        await _read_to_the_end(request)


def is_packed(request: web.BaseRequest) -> bool:
    return request.headers.get("Content-Encoding", "").lower() in CODINGS


def _waits_to_be_asked(request: web.BaseRequest) -> bool:
    """RFC 9110 §10.1.1."""
    return request.headers.get("Expect", "").lower() == "100-continue"


async def _pieces(request: web.BaseRequest) -> AsyncIterator[bytes]:
    limits = _limits(request)
    time = asyncio.get_running_loop().time
    last = time() + limits.body_timeout_s
    while True:
        try:
            async with asyncio.timeout_at(min(last, time() + STALLED_S)):
                piece = await request.content.readany()
        except TimeoutError as error:
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionError("the sender has fallen silent, or goes on for ever") from error
        if not piece:
            return
        yield piece


def _limits(request: web.BaseRequest) -> Limits:
    return request.limits if isinstance(request, Request) else Limits()


async def _read_to_the_end(request: web.BaseRequest) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCARD_S):
            while await request.content.readany():
                pass


def _too_large(at_most_bytes: int) -> TooLarge:
    return TooLarge(
        "the request's body is larger than the limit", details={"at_most_bytes": at_most_bytes}
    )
