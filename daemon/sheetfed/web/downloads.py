"""Downloads: a file of pages, whole or the part that is asked for, or that it is known already."""

import asyncio
import hashlib
from typing import BinaryIO, Final

from aiohttp import web

from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.web import ranges
from sheetfed.web.heads import is_known
from sheetfed.web.sending import send, size_of

_CHUNK_BYTES: Final = 1 << 20


async def download(
    request: web.BaseRequest, file: BinaryIO, wanted: ImageType, options: ExportOptions
) -> web.StreamResponse:
    """The file is made anew for each request. The same pages give the same bytes and the same
    ETag, unless a PDF has a password or says things about itself: parts of that would not fit
    together."""
    extension = "jpg" if wanted is ImageType.JPEG else str(wanted)
    headers = {
        "Content-Type": wanted.media_type,
        "Content-Disposition": f'attachment; filename="scan.{extension}"',
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "none",
    }
    if wanted is ImageType.PDF and options.is_about_whole:
        return await send(request, file, headers)
    size_bytes = await asyncio.to_thread(size_of, file)
    digest = await asyncio.to_thread(_digest, file)
    etag = f'"{digest}"'
    headers |= {"Cache-Control": "private, no-cache", "Accept-Ranges": "bytes", "ETag": etag}
    if is_known(request, digest):
        return web.Response(status=304, headers=headers)
    try:
        span = ranges.span(request, size_bytes=size_bytes, etag=etag)
    except ranges.Unsatisfiable:
        part = {"Content-Range": f"bytes */{size_bytes}"}
        return web.Response(status=416, headers={"Accept-Ranges": "bytes", **part})
    return await send(request, file, headers, span=span)


def _digest(file: BinaryIO) -> str:
    digest = hashlib.blake2b(digest_size=16)
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
