"""Encoding: pages as a file, for an RPC method and at /doc."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from sheetfed.core.errors import NotFound
from sheetfed.core.imagetype import ImageType
from sheetfed.core.renders import Renders
from sheetfed.web import export_words, identity
from sheetfed.web.buffer import Buffers
from sheetfed.web.downloads import download
from sheetfed.web.method import Base64File, Call, Result
from sheetfed.web.parameters import image_type, query_indices
from sheetfed.web.secretheader import password

PASSWORD_HEADER: Final = "DWT-PDF-PASSWORD"  # noqa: S105


class Encoding:
    """The file is made first and sent then: a slow reader keeps no image worker."""

    def __init__(self, *, buffers: Buffers, renders: Renders) -> None:
        self._buffers = buffers
        self._renders = renders

    async def base64(
        self,
        call: Call,
        indices: Sequence[int],
        wanted: ImageType,
        options: Mapping[str, object] | None,
    ) -> Result:
        pages = self._buffers.pages(call, indices)
        parsed = export_words.parse(options or {}, wanted)
        return Base64File(self._renders.export(pages, wanted, parsed))

    async def document(self, request: web.BaseRequest, _: Mapping[str, str]) -> web.StreamResponse:
        """GET /dwt/{version}/doc"""
        query = request.query
        wanted = image_type(query.get("type") or ImageType.PDF)
        options = export_words.from_query(query, wanted, password(request, PASSWORD_HEADER))
        buffer = self._buffers.of(identity.caller(), query.get("id", ""))
        if buffer is None or not buffer.pages:
            raise NotFound("this instance has no pages")
        indices = query_indices(query, "indices")
        pages = self._buffers.at(buffer, range(len(buffer.pages)) if indices is None else indices)
        async with self._renders.export(pages, wanted, options) as file:
            return await download(request, file, wanted, options)
