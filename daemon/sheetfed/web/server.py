"""Server: aiohttp's, with our own words for what is not HTTP."""

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
    """Makes one protocol for each connection."""

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
