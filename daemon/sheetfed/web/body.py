"""Body: what a request carries, as it comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from aiohttp import web

from sheetfed.core.errors import ScanError

STALLED_S: Final = 60.0
"""So long a client may send nothing of what it has announced."""

DISCARD_S: Final = 5.0


@asynccontextmanager
async def pieces(request: web.BaseRequest) -> AsyncIterator[AsyncIterator[bytes]]:
    """The body, piece by piece. When it is refused, the rest is read, so that its sender comes to
    hear why.

    Raises ConnectionError when its sender falls silent.
    """
    if _waits_to_be_asked(request):
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
    try:
        yield _pieces(request)
    except ScanError:
        await _read_to_the_end(request)
        raise


async def discard(request: web.BaseRequest) -> None:
    """Read it for nothing, unless its sender waits to be asked for it."""
    if not _waits_to_be_asked(request):
        await _read_to_the_end(request)


def _waits_to_be_asked(request: web.BaseRequest) -> bool:
    """RFC 9110 §10.1.1."""
    return request.headers.get("Expect", "").lower() == "100-continue"


async def _pieces(request: web.BaseRequest) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(STALLED_S):
                piece = await request.content.readany()
        except TimeoutError as error:
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionError("the sender has fallen silent") from error
        if not piece:
            return
        yield piece


async def _read_to_the_end(request: web.BaseRequest) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCARD_S):
            while await request.content.readany():
                pass
