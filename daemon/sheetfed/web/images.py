"""Images: /img, one page as a picture."""

from collections.abc import Mapping

from aiohttp import web

from sheetfed.core import renders
from sheetfed.core.documents import Documents
from sheetfed.core.errors import NotFound
from sheetfed.core.model import Caller, Owner, Page, PageId
from sheetfed.core.renders import Renders
from sheetfed.core.settings import invalid
from sheetfed.web import identity
from sheetfed.web.buffer import Buffers
from sheetfed.web.heads import is_known
from sheetfed.web.identity import Visitor
from sheetfed.web.parameters import image_type, query_int


class Images:
    """What is asked for by `pageid` is served to whoever has it; the rest to its owner alone."""

    def __init__(self, *, buffers: Buffers, documents: Documents, renders: Renders) -> None:
        self._buffers = buffers
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
        if is_known(request, render.digest):
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=await self._renders.read(render),
            content_type=render.image_type.media_type,
            headers=headers,
        )

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
        buffer = self._buffers.of(caller, request.query.get("id", ""))
        if buffer is None:
            raise NotFound("this instance has no pages")
        return self._documents.page_at(buffer, index)


def _length(value: int | None) -> int | None:
    """A box's width or height in pixels; missing, -1 and 0 mean full size."""
    return None if value is None or value <= 0 else value
