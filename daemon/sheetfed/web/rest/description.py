"""Description: all calls of the HTTP door, as OpenAPI 3.1."""

from collections.abc import Mapping

from aiohttp import web

from sheetfed.web.answers import json_answer
from sheetfed.web.rest.operation import Asked


class Description:
    """Made once, from the tables that the door itself dispatches by."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._document = document

    async def document(self, _: Asked) -> web.StreamResponse:
        return json_answer(self._document)
