"""Images: /img, one page as a picture, and /doc, pages as a file."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from aiohttp import web

from sheetfed.core import renders
from sheetfed.core.documents import Documents
from sheetfed.core.errors import NotFound
from sheetfed.core.model import Caller, Document, ImageType, InstanceId, Owner, Page, PageId
from sheetfed.core.exports import ExportOptions
from sheetfed.core.renders import Renders
from sheetfed.core.settings import invalid
from sheetfed.web import identity
from sheetfed.web.guard import add_headers
from sheetfed.web.identity import Visitor
from sheetfed.web.parameters import image_type, query_int

DEFAULT_QUALITY: Final = 85
CHUNK_BYTES: Final = 1 << 20


class Images:
    """What is asked for by `pageid` is served to whoever has it; the rest to its owner alone."""

    def __init__(self, *, documents: Documents, renders: Renders) -> None:
        self._documents = documents
        self._renders = renders

    async def image(self, request: web.BaseRequest, _: Mapping[str, str]) -> web.StreamResponse:
        """GET /dwt/{version}/img"""
        who = identity.present()
        query = request.query
        wanted_type = image_type(query["type"]) if query.get("type") else None
        width_px, height_px = (_length(query_int(query, name)) for name in ("width", "height"))
        page = self._page(who, request)
        render = renders.fitted(page, width_px, height_px, wanted_type)
        headers = {
            "ETag": f'"{render.digest}"',
            "Cache-Control": "private, no-cache",
            "Cross-Origin-Resource-Policy": "same-origin" if who.caller else "cross-origin",
        }
        known = request.if_none_match or ()
        if any(tag.value in (render.digest, "*") for tag in known):
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=await self._renders.read(render),
            content_type=render.image_type.media_type,
            headers=headers,
        )

    async def document(self, request: web.BaseRequest, _: Mapping[str, str]) -> web.StreamResponse:
        """GET /dwt/{version}/doc"""
        query = request.query
        wanted_type = image_type(query.get("type") or "pdf")
        quality = query_int(query, "quality")
        if quality is not None and not 1 <= quality <= 100:
            raise invalid("quality", "a whole number from 1 to 100")
        buffer = self._buffer(identity.caller(), query.get("id", ""))
        pages = self._chosen(buffer, query.get("indices", ""))
        name = f"scan.{'jpg' if wanted_type is ImageType.JPEG else wanted_type}"
        async with self._renders.export(pages, wanted_type, ExportOptions(quality or DEFAULT_QUALITY)) as path:
            return await _sent(request, path, wanted_type.media_type, name)

    def _page(self, who: Visitor, request: web.BaseRequest) -> Page:
        uid = who.connection.uid
        page = request.query.get("pageid")
        if page:
            return self._documents.page_of_user(uid, PageId(page))
        caller = who.caller
        if caller is None:
            if who.referring_origin is None:
                raise NotFound("there is no such page")
            caller = Caller(Owner(uid, who.referring_origin))
        index = query_int(request.query, "index")
        if index is None:
            raise invalid("index", "a whole number, or pageid instead")
        return self._documents.page_at(self._buffer(caller, request.query.get("id", "")), index)

    def _buffer(self, caller: Caller, instance: str) -> Document:
        buffer = self._documents.buffer(caller, InstanceId(instance))
        if buffer is None:
            raise NotFound("this instance has no pages")
        return buffer

    def _chosen(self, buffer: Document, indices: str) -> list[Page]:
        if not indices:
            if not buffer.pages:
                raise NotFound("this instance has no pages")
            return self._documents.pages_of(buffer)
        try:
            numbers = [int(word) for word in indices.split(",")]
        except ValueError:
            raise invalid("indices", "whole numbers, separated by commas") from None
        return [self._documents.page_at(buffer, number) for number in numbers]


async def _sent(
    request: web.BaseRequest, path: Path, media_type: str, name: str
) -> web.StreamResponse:
    """Send a file that is there only now."""
    file = await asyncio.to_thread(path.open, "rb")
    try:
        answer = web.StreamResponse(
            headers={
                "Content-Type": media_type,
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "private, no-store",
            }
        )
        answer.content_length = os.fstat(file.fileno()).st_size
        add_headers(answer)
        await answer.prepare(request)
        while request.method != "HEAD":
            chunk = await asyncio.to_thread(file.read, CHUNK_BYTES)
            if not chunk:
                break
            await answer.write(chunk)
        await answer.write_eof()
        return answer
    finally:
        await asyncio.to_thread(file.close)


def _length(value: int | None) -> int | None:
    """A box's width or height in pixels; missing, -1 and 0 mean full size."""
    return None if value is None or value <= 0 else value
