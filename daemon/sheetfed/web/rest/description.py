"""Description: all calls of the HTTP door, as OpenAPI 3.1."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping

from aiohttp import web

from sheetfed.web.answers import json_bytes
from sheetfed.web.heads import is_known
from sheetfed.web.rest.operation import Asked


class Description:
    """Made once, when it is first asked for, from the tables that the door dispatches by."""

    def __init__(self, make: Callable[[], Mapping[str, object]]) -> None:
        self._make = make
        self._body = b""
        self._etag = ""

    async def document(self, asked: Asked) -> web.StreamResponse:
        if not self._body:
            self._body = await asyncio.to_thread(lambda: json_bytes(self._make()))
            self._etag = hashlib.sha256(self._body).hexdigest()[:32]
        headers = {
            "Content-Type": "application/json",
            "Cache-Control": "private, no-cache",
            "ETag": f'"{self._etag}"',
        }
        if is_known(asked.request, self._etag):
            return web.Response(status=304, headers=headers)
        return web.Response(body=self._body, headers=headers)
