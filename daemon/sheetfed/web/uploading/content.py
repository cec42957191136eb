"""Content: an upload's body, a form around the file or the file alone, a piece at a time."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from aiohttp import Payload
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import StreamWriter

from sheetfed.core.uploads import Upload, UploadMethod

PIECE_BYTES: Final = 1 << 18
STALLED_S: Final = 60.0
"""So long a server may take nothing of what it is sent."""

_ESCAPED: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


@dataclass(frozen=True, slots=True)
class Content:
    """What stands before and after the file, and what the whole is called and measures."""

    before: bytes
    after: bytes
    media_type: str
    size_bytes: int


def content(upload: Upload, file_bytes: int) -> Content:
    """A form as browsers send it (RFC 7578, WHATWG HTML §4.10.21.8), or no form."""
    if upload.method is UploadMethod.PUT:
        return Content(b"", b"", upload.image_type.media_type, file_bytes)
    boundary = f"sheetfed-{secrets.token_hex(16)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'
        for name, value in upload.fields
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(upload.field_name)}"; '
        f'filename="{_quoted(upload.file_name)}"\r\n'
        f"Content-Type: {upload.image_type.media_type}\r\n\r\n"
    )
    before, after = "".join(parts).encode(), f"\r\n--{boundary}--\r\n".encode()
    return Content(
        before=before,
        after=after,
        media_type=f"multipart/form-data; boundary={boundary}",
        size_bytes=len(before) + file_bytes + len(after),
    )


class Outflow(Payload):
    """The body on its way. `has_begun`: some of it may have left; `fault`: it could not be read."""

    def __init__(self, content: Content, file: BinaryIO, told: Callable[[int], None]) -> None:
        super().__init__(content, content_type=content.media_type)
        self._size = content.size_bytes
        self.has_begun = False
        self.fault: Exception | None = None
        self._content = content
        self._file = file
        self._told = told
        self._transport: asyncio.Transport | None = None
        self._stalled: asyncio.Timeout | None = None

    @asynccontextmanager
    async def under_way(self) -> AsyncIterator[None]:
        """While it is sent, and answered. A connection that is given up is cut: what a server that
        takes nothing has been written would stay with it.

        Raises TimeoutError.
        """
        try:
            async with asyncio.timeout(None) as self._stalled:
                yield
        except BaseException:
            if self._transport is not None:
                self._transport.abort()
            raise

    async def write(self, writer: AbstractStreamWriter) -> None:
        """A piece is written when the one before has left, and puts the deadline off."""
        self.has_begun = True
        self._transport = cast("StreamWriter", writer).transport
        sent_bytes = 0
        if self._content.before:
            await self._write(writer, self._content.before)
        while piece := await self._read(is_first=sent_bytes == 0):
            await self._write(writer, piece)
            sent_bytes += len(piece)
            self._told(sent_bytes)
        if self._content.after:
            await self._write(writer, self._content.after)
        if self._stalled is not None:
            self._stalled.reschedule(None)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:  # noqa: ARG002
        """It is never held as a whole."""
        raise TypeError("this body is sent piece by piece")

    async def _write(self, writer: AbstractStreamWriter, data: bytes) -> None:
        if self._stalled is not None:
            self._stalled.reschedule(asyncio.get_running_loop().time() + STALLED_S)
        await writer.write(data)

    async def _read(self, *, is_first: bool) -> bytes:
        def read() -> bytes:
            if is_first:
                self._file.seek(0)
            return self._file.read(PIECE_BYTES)

        try:
            return await asyncio.to_thread(read)
        except Exception as error:
            self.fault = error
            raise


def _quoted(word: str) -> str:
    return word.translate(_ESCAPED)
