"""Cursors: how far a job's pages were handed out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from sheetfed.core.errors import Gone
from sheetfed.core.model import JobId
from sheetfed.web.presence import while_there

REMEMBERED: Final = 2000
"""Jobs; of others everything is handed out anew."""


class Cursor:
    """One request after the other has its turn. `last`: the sequence number of the last page."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self.last = -1
        self._is_end_told = False

    @asynccontextmanager
    async def turn(self, request: web.BaseRequest) -> AsyncIterator[None]:
        """Raises ConnectionError when the client has gone before it is its turn."""
        await while_there(request, self._turn.acquire())
        try:
            yield
        finally:
            self._turn.release()

    def advance(self, sequence: int) -> None:
        self.last = sequence
        self._is_end_told = False

    def end(self) -> web.Response:
        """204 once; then Gone is raised: some clients stop on the one, some only on the other."""
        if self._is_end_told:
            raise Gone("every page of this job was handed out")
        self._is_end_told = True
        return web.Response(status=204)


class Cursors:
    """One for each job that was asked for its pages."""

    def __init__(self) -> None:
        self._of: dict[JobId, Cursor] = {}

    def of(self, job: JobId) -> Cursor:
        cursor = self._of.pop(job, None) or Cursor()
        self._of[job] = cursor
        if len(self._of) > REMEMBERED:
            del self._of[next(iter(self._of))]
        return cursor

    def forget(self, job: JobId) -> None:
        self._of.pop(job, None)
