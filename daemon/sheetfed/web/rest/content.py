"""Content: pages as a file, whole or in parts."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import BinaryIO, Final

from aiohttp import web

from sheetfed.core.errors import NotFound
from sheetfed.core.model import ImageType, Page
from sheetfed.core.renders import Renders
from sheetfed.web.rest import contentwords, ranges
from sheetfed.web.rest.operation import Asked
from sheetfed.web.sending import send, size_of

_CHUNK_BYTES: Final = 1 << 20


class Content:
    """The file is made anew for each request. The same pages give the same bytes, and the same
    ETag, unless a PDF has a password or says things about itself."""

    def __init__(self, *, renders: Renders) -> None:
        self._renders = renders

    async def send(
        self, asked: Asked, pages: Sequence[Page], *, are_chosen: bool
    ) -> web.StreamResponse:
        """Of pages that nobody chose, a type that holds one page takes the first.

        Raises InvalidParameter, or NotFound when there is no page.
        """
        request = asked.request
        wanted = contentwords.file_type(request.query)
        options = contentwords.options(request, wanted)
        if not pages:
            raise NotFound("there are no pages")
        if not (are_chosen or wanted.holds_many):
            pages = pages[:1]
        async with self._renders.export(pages, wanted, options) as file:
            return await _answered(request, file, wanted)


async def _answered(
    request: web.BaseRequest, file: BinaryIO, wanted: ImageType
) -> web.StreamResponse:
    size_bytes = await asyncio.to_thread(size_of, file)
    etag = f'"{await asyncio.to_thread(_digest, file)}"'
    headers = {
        "Content-Type": wanted.media_type,
        "Content-Disposition": f'attachment; filename="{_name(wanted)}"',
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
        "ETag": etag,
    }
    if any(f'"{tag.value}"' == etag or tag.value == "*" for tag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    try:
        span = ranges.span(request, size_bytes=size_bytes, etag=etag)
    except ranges.Unsatisfiable:
        part = {"Content-Range": f"bytes */{size_bytes}"}
        return web.Response(status=416, headers={"Accept-Ranges": "bytes", **part})
    return await send(request, file, headers, span=span)


def _name(wanted: ImageType) -> str:
    return f"scan.{'jpg' if wanted is ImageType.JPEG else wanted}"


def _digest(file: BinaryIO) -> str:
    digest = hashlib.blake2b(digest_size=16)
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
