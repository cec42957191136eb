"""Server: aiohttp's, with our own words for what is not HTTP."""

import asyncio
import contextlib
import logging
from typing import Any, Final

from aiohttp import web

from sheetfed.core.errors import InternalError, InvalidParameter
from sheetfed.web.answers import RPC_CALL, error_answer
from sheetfed.web.guard import UNDECODABLE
from sheetfed.web.heads import add_headers
from sheetfed.web.identity import VISITOR
from sheetfed.web.limits import Limits

_BAD_REQUEST: Final = 400
LINGERING_S: Final = 2.0
"""What is left of a body that nobody wanted is read so long, for its sender to hear the answer."""

HEAD_AT_MOST_BYTES: Final = 1 << 20
"""What comes before a request is whole: its head, with what came along with it."""

AHEAD_AT_MOST: Final = 100
"""Requests that wait for the one before them to be answered."""

TAIL_AT_MOST_BYTES: Final = 1 << 16
"""What follows a request that wants another protocol, and is not looked at."""

log = logging.getLogger(__name__)


class Server(web.Server):
    """Makes one protocol for each connection, and knows those that have asked nothing yet."""

    def __init__(self, *args: Any, limits: Limits, **words: Any) -> None:
        """Bodies are left as they come: aiohttp would unpack them without an end."""
        super().__init__(
            *args,
            keepalive_timeout=limits.idle_timeout_s,
            lingering_time=LINGERING_S,
            auto_decompress=False,
            **words,
        )
        self.limits = limits
        self._newcomers: dict[web.RequestHandler, asyncio.TimerHandle] = {}
        self._is_closing = False
        self._nobody_new = asyncio.Event()

    def change(self, limits: Limits) -> None:
        """For the connections that come from now on."""
        self.limits = limits
        self._kwargs["keepalive_timeout"] = limits.idle_timeout_s

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        self._newcomers[handler] = self._loop.call_later(
            self.limits.header_timeout_s, handler.force_close
        )

    def connection_lost(
        self, handler: web.RequestHandler, exc: BaseException | None = None
    ) -> None:
        super().connection_lost(handler, exc)
        self._settled(handler)

    def has_asked(self, handler: web.RequestHandler) -> None:
        """A request of this connection's is about to be answered."""
        if self._is_closing:
            handler.close()
        if isinstance(handler, _Protocol):
            handler.has_asked()
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
        if handler in self._newcomers:
            self._newcomers.pop(handler).cancel()
        if self._is_closing and not self._newcomers:
            self._nobody_new.set()

    def __call__(self) -> web.RequestHandler:
        return _Protocol(self, loop=self._loop, **self._kwargs)


class _Protocol(web.RequestHandler):
    """One connection. What it sends without having been answered is bounded."""

    __slots__ = ("_head_bytes",)

    def __init__(self, server: Server, **words: Any) -> None:
        super().__init__(server, **words)
        self._head_bytes = 0

    def has_asked(self) -> None:
        """A request is whole, as far as its head."""
        self._head_bytes = 0

    def data_received(self, data: bytes) -> None:
        if not data:
            super().data_received(data)
            return
        is_waiting = self._current_request is None and not self._messages
        self._head_bytes += len(data) if is_waiting else 0
        if self._head_bytes > HEAD_AT_MOST_BYTES or len(self._messages) > AHEAD_AT_MOST:
            self.force_close()
            return
        super().data_received(data)
        if len(self._message_tail) > TAIL_AT_MOST_BYTES:
            self.force_close()

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
