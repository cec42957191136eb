"""Description: all calls of the HTTP door, as OpenAPI 3.1."""

import hashlib
from collections.abc import Mapping

from aiohttp import web

from sheetfed.web.answers import json_bytes
from sheetfed.web.rest.operation import Asked


class Description:
    """Made once, from the tables that the door itself dispatches by."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._body = json_bytes(document)
        self._etag = hashlib.sha256(self._body).hexdigest()[:32]

    async def document(self, asked: Asked) -> web.StreamResponse:
        headers = {
            "Content-Type": "application/json",
            "Cache-Control": "private, no-cache",
            "ETag": f'"{self._etag}"',
        }
        known = asked.request.if_none_match or ()
        if any(tag.value in (self._etag, "*") for tag in known):
            return web.Response(status=304, headers=headers)
        return web.Response(body=self._body, headers=headers)
