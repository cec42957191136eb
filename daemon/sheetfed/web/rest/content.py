"""Content: pages as a file, whole or in parts."""

from collections.abc import Sequence

from aiohttp import web

from sheetfed.core.errors import NotFound
from sheetfed.core.model import Page
from sheetfed.core.renders import Renders
from sheetfed.web.downloads import download
from sheetfed.web.parameters import query_type
from sheetfed.web.rest import contentwords
from sheetfed.web.rest.operation import Asked


class Content:
    """What is made of pages for a call that asks for a file."""

    def __init__(self, *, renders: Renders) -> None:
        self._renders = renders

    async def send(
        self, asked: Asked, pages: Sequence[Page], *, are_chosen: bool
    ) -> web.StreamResponse:
        """Of pages that nobody chose, a type that holds one page takes the first.

        Raises InvalidParameter, or NotFound when there is no page.
        """
        request = asked.request
        wanted = query_type(request.query, contentwords.TYPES)
        options = contentwords.options(request, wanted)
        if not pages:
            raise NotFound("there are no pages")
        if not (are_chosen or wanted.holds_many):
            pages = pages[:1]
        async with self._renders.export(pages, wanted, options) as file:
            return await download(request, file, wanted, options)
