"""Receiving: what a client sends becomes a file, a piece at a time, and goes with the request."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from sheetfed.core.errors import TooLarge
from sheetfed.core.ports import Incoming, IncomingFile
from sheetfed.web import body as bodies
from sheetfed.web import envelope
from sheetfed.web.base64text import Base64Text
from sheetfed.web.limits import Limits
from sheetfed.web.longtext import LongText

_WRITTEN_AT_ONCE_BYTES: Final = 1 << 20
_HEAD_AT_MOST_BYTES: Final = 4096
_BLANKS: Final = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that a client has sent; it is there until its request is answered."""

    path: Path


class Receiving:
    """Bodies that may be too large for the memory."""

    def __init__(self, *, incoming: Incoming, limits: Limits) -> None:
        self._incoming = incoming
        self.change(limits)

    def change(self, limits: Limits) -> None:
        """For the bodies that come from now on."""
        self._json_at_most_bytes = limits.json_bytes
        self._json_depth = limits.json_depth
        self._file_at_most_bytes = limits.file_bytes

    @asynccontextmanager
    async def body(self, request: web.BaseRequest) -> AsyncIterator[Received]:
        """The body as it is. Raises TooLarge or StoreFull."""
        await self._require_bounded(request)
        async with self._incoming.receive() as file:
            async with bodies.pieces(request) as pieces:
                await self._fill(file, pieces)
            yield Received(file.path)

    @asynccontextmanager
    async def either(
        self, request: web.BaseRequest
    ) -> AsyncIterator[Received | Mapping[str, object]]:
        """A file, or an object in JSON: its first character tells it from any image. No body is
        an empty object. Raises TooLarge, StoreFull or InvalidParameter."""
        await self._require_bounded(request)
        found: Received | Mapping[str, object]
        async with AsyncExitStack() as until_answered:
            async with bodies.pieces(request) as pieces:
                head = await _head(pieces)
                if head.lstrip(_BLANKS)[:1] in (b"", b"{"):
                    found = envelope.parse(
                        await self._whole(head, pieces), depth_at_most=self._json_depth
                    )
                else:
                    file = await until_answered.enter_async_context(self._incoming.receive())
                    await self._fill(file, pieces, head)
                    found = Received(file.path)
            yield found

    async def _require_bounded(self, request: web.BaseRequest) -> None:
        if (request.content_length or 0) > self._file_at_most_bytes:
            await bodies.discard(request)
            raise _too_large(self._file_at_most_bytes)

    async def _fill(
        self, file: IncomingFile, pieces: AsyncIterator[bytes], head: bytes = b""
    ) -> None:
        inflow = _Inflow(file, at_most_bytes=self._file_at_most_bytes)
        inflow.take(head)
        async for piece in pieces:
            inflow.take(piece)
            await inflow.flush(at_least_bytes=_WRITTEN_AT_ONCE_BYTES)
        await inflow.end()

    async def _whole(self, head: bytes, pieces: AsyncIterator[bytes]) -> bytes:
        text = bytearray(head)
        while len(text) <= self._json_at_most_bytes:
            piece = await anext(pieces, b"")
            if not piece:
                return bytes(text)
            text += piece
        raise TooLarge("the request's body is larger than the limit")

    @asynccontextmanager
    async def call(self, request: web.BaseRequest) -> AsyncIterator[Mapping[str, object]]:
        """An RPC call's body; its first parameter, base64, is a Received.

        Raises TooLarge, StoreFull, or InvalidParameter for what is neither JSON nor base64.
        """
        async with self._incoming.receive() as file:
            inflow = _Inflow(file, at_most_bytes=self._file_at_most_bytes)
            data = Base64Text(inflow.take)
            text = LongText(json_at_most_bytes=self._json_at_most_bytes, put_aside=data.feed)
            left_bytes = 2 * self._file_at_most_bytes + self._json_at_most_bytes
            async with bodies.pieces(request) as pieces:
                async for piece in pieces:
                    left_bytes -= len(piece)
                    if left_bytes < 0:
                        raise _too_large(self._file_at_most_bytes)
                    text.feed(piece)
                    await inflow.flush(at_least_bytes=_WRITTEN_AT_ONCE_BYTES)
            call = dict(envelope.parse(text.json, depth_at_most=self._json_depth))
            match call.get("parameter"):
                case [first, *others] if text.is_found and first == text.token:
                    call["parameter"] = [Received(file.path), *others]
                case [str(first), *others] if not text.is_found:
                    data.feed_text(first)
                    call["parameter"] = [Received(file.path), *others]
                case _:
                    pass
            data.finish()
            await inflow.end()
            yield call


class _Inflow:
    """Bytes on their way into the file, written in large pieces."""

    def __init__(self, file: IncomingFile, *, at_most_bytes: int) -> None:
        self._file = file
        self._at_most_bytes = self._left_bytes = at_most_bytes
        self._waiting = bytearray()

    def take(self, data: bytes) -> None:
        """Raises TooLarge."""
        self._left_bytes -= len(data)
        if self._left_bytes < 0:
            raise _too_large(self._at_most_bytes)
        self._waiting += data

    async def flush(self, *, at_least_bytes: int) -> None:
        if len(self._waiting) >= at_least_bytes:
            written, self._waiting = bytes(self._waiting), bytearray()
            await self._file.write(written)

    async def end(self) -> None:
        await self.flush(at_least_bytes=1)
        await self._file.close()


async def _head(pieces: AsyncIterator[bytes]) -> bytes:
    """As much as tells what the body is."""
    head = b""
    async for piece in pieces:
        head += piece
        if head.lstrip(_BLANKS) or len(head) > _HEAD_AT_MOST_BYTES:
            break
    return head


def _too_large(at_most_bytes: int) -> TooLarge:
    return TooLarge(
        f"a file has at most {at_most_bytes >> 20} MiB", details={"at_most_bytes": at_most_bytes}
    )
