"""Server: aiohttp's, with our own words for what is not HTTP."""

import asyncio
import contextlib
import logging
from typing import Any, Final

from aiohttp import web

from sheetfed.core.errors import InternalError, InvalidParameter
from sheetfed.web.answers import RPC_CALL, error_answer
from sheetfed.web.guard import UNDECODABLE, add_headers
from sheetfed.web.identity import VISITOR

_BAD_REQUEST: Final = 400

log = logging.getLogger(__name__)


class Server(web.Server):
    """Makes one protocol for each connection, and knows those that have asked nothing yet."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self._newcomers: set[web.RequestHandler] = set()
        self._is_closing = False
        self._nobody_new = asyncio.Event()

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        self._newcomers.add(handler)

    def connection_lost(
        self, handler: web.RequestHandler, exc: BaseException | None = None
    ) -> None:
        super().connection_lost(handler, exc)
        self._settled(handler)

    def has_asked(self, handler: web.RequestHandler) -> None:
        """A request of this connection's is about to be answered."""
        if self._is_closing:
            handler.close()
        self._settled(handler)

    async def see_off(self, newcomers_s: float) -> None:
        """Close what is idle, and the rest after its answer. Who came just now and has asked
        nothing yet is waited for as long, so that a restart refuses nobody."""
        self._is_closing = True
        for connection in self.connections:
            if connection not in self._newcomers:
                connection.close()
        if self._newcomers:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(newcomers_s):
                    await self._nobody_new.wait()
        for connection in self.connections:
            connection.close()

    def _settled(self, handler: web.RequestHandler) -> None:
        self._newcomers.discard(handler)
        if self._is_closing and not self._newcomers:
            self._nobody_new.set()

    def __call__(self) -> web.RequestHandler:
        return _Protocol(self, loop=self._loop, **self._kwargs)


class _Protocol(web.RequestHandler):
    """One connection."""

    __slots__ = ()

    def log_exception(self, *args: Any, **words: Any) -> None:
        """A body that cannot be decoded is its sender's fault, also when nobody reads it."""
        if not isinstance(words.get("exc_info"), UNDECODABLE):
            super().log_exception(*args, **words)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002
    ) -> web.StreamResponse:
        """What could not be read as a request is answered without its bytes and without a log."""
        if request.writer.output_size > 0:
            raise ConnectionError("the answer is on its way already")
        RPC_CALL.set(None)
        VISITOR.set(None)
        if status == _BAD_REQUEST:
            answer = error_answer(request, InvalidParameter("this is not an HTTP request"))
        else:
            log.error("a request failed unexpectedly", exc_info=exc)
            answer = error_answer(request, InternalError())
        add_headers(answer)
        answer.force_close()
        return answer
