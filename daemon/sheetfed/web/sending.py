"""Sending: a file to a client, as it is or as base64 within an answer, a piece at a time."""

import asyncio
import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from aiohttp import web

from sheetfed.core.errors import ScanError
from sheetfed.web.heads import add_headers

CHUNK_BYTES: Final = 3 << 18
"""A multiple of three: base64 of the pieces is that of the whole."""

STALLED_S: Final = 60.0
"""So long a client may take nothing of what it asked for."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a file: where its first and its last byte are."""

    first: int
    last: int

    @property
    def size_bytes(self) -> int:
        return self.last - self.first + 1


class _Part:
    """So many bytes of a file from where it stands."""

    def __init__(self, file: BinaryIO, size_bytes: int) -> None:
        self._file = file
        self._left_bytes = size_bytes

    def read(self, size_bytes: int) -> bytes:
        data = self._file.read(min(size_bytes, self._left_bytes))
        self._left_bytes -= len(data)
        return data


async def send(
    request: web.BaseRequest,
    file: BinaryIO,
    headers: Mapping[str, str],
    *,
    as_base64_within: tuple[bytes, bytes] | None = None,
    span: Span | None = None,
) -> web.StreamResponse:
    """Send all of a file, or a part of it, read in a thread; in base64 between two texts, when
    these are given.

    Raises ConnectionError when the client has gone or takes nothing.
    """
    size_bytes = await asyncio.to_thread(size_of, file)
    if span is not None:
        part = {"Content-Range": f"bytes {span.first}-{span.last}/{size_bytes}"}
        answer = web.StreamResponse(status=206, headers={**headers, **part})
        answer.content_length = span.size_bytes
        await asyncio.to_thread(file.seek, span.first)
        await _transfer(request, answer, _Part(file, span.size_bytes))
        return answer
    answer = web.StreamResponse(headers=dict(headers))
    if as_base64_within is None:
        answer.content_length = size_bytes
        await _transfer(request, answer, file)
    else:
        before, after = as_base64_within
        answer.content_length = len(before) + -(-size_bytes // 3) * 4 + len(after)
        await _transfer(request, answer, file, before=before, coded=base64.b64encode, after=after)
    return answer


async def _transfer(
    request: web.BaseRequest,
    answer: web.StreamResponse,
    file: BinaryIO | _Part,
    *,
    before: bytes = b"",
    coded: Callable[[bytes], bytes] = bytes,
    after: bytes = b"",
) -> None:
    add_headers(answer)
    try:
        await answer.prepare(request)
        if request.method != "HEAD":
            await _write(answer, before)
            while chunk := await asyncio.to_thread(_chunk, file):
                await _write(answer, coded(chunk))
            await _write(answer, after)
        async with asyncio.timeout(STALLED_S):
            await answer.write_eof()
    except (OSError, ScanError) as error:
        # Half an answer must not look like a whole one, nor another follow it.
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionError("the file could not be sent whole") from error


def size_of(file: BinaryIO) -> int:
    """In bytes; it stands at its beginning then."""
    size_bytes = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size_bytes


def _chunk(file: BinaryIO | _Part) -> bytes:
    """Fewer bytes than a chunk has are the last ones."""
    chunk = file.read(CHUNK_BYTES)
    while 0 < len(chunk) < CHUNK_BYTES and (more := file.read(CHUNK_BYTES - len(chunk))):
        chunk += more
    return chunk


async def _write(answer: web.StreamResponse, data: bytes) -> None:
    if data:
        async with asyncio.timeout(STALLED_S):
            await answer.write(data)
