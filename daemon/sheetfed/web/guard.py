"""Guard: what every request passes before anything is done, and what every answer carries."""

import logging
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from sheetfed.core.errors import (
    InternalError,
    MethodNotAllowed,
    NotFound,
    OriginNotGranted,
    ScanError,
    TooLarge,
    TooMany,
)
from sheetfed.web.answers import RPC_CALL, error_answer
from sheetfed.web.identity import VISITOR, Visitor, visitor

IN_FLIGHT_AT_MOST: Final = 500
"""Requests of one user that are being answered, event streams among them."""

_CORS_METHODS: Final = "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"
_CORS_HEADERS: Final = (
    "Content-Type, Last-Event-ID, DWT-PRODUCT-KEY, X-DICS-LICENSE-KEY, DWT-DOC-PASSWORD, "
    "DWT-PDF-PASSWORD"
)
_PREFLIGHT_KEPT_S: Final = "600"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)


class Guard:
    """The one middleware: identity, limits, errors as answers, headers."""

    def __init__(
        self,
        *,
        aliases: tuple[str, ...],
        is_granted: Callable[[str], bool],
        open_paths: Callable[[str], bool],
        image_path: Callable[[str], bool],
    ) -> None:
        self._aliases = aliases
        self._is_granted = is_granted
        self._is_open = open_paths
        self._is_image = image_path
        self._in_flight: Counter[int] = Counter()

    @web.middleware
    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The middleware itself."""
        VISITOR.set(None)
        RPC_CALL.set(None)
        try:
            who = visitor(request, aliases=self._aliases, is_granted=self._is_granted)
            VISITOR.set(who)
            if request.method == "OPTIONS":
                return _preflight(request, who)
            self._admit(request, who)
        except ScanError as error:
            return error_answer(request, error)
        uid = who.connection.uid
        if self._in_flight[uid] >= IN_FLIGHT_AT_MOST:
            return error_answer(request, TooMany("too many requests at once"))
        self._in_flight[uid] += 1
        try:
            return await handler(request)
        except ScanError as error:
            return error_answer(request, error)
        except web.HTTPException as error:
            return error_answer(request, _translated(error))
        except ConnectionError:
            raise
        except Exception:
            number = secrets.token_hex(8)
            log.exception("request %s failed unexpectedly", number, extra={"request": number})
            return error_answer(request, InternalError(details={"request": number}))
        finally:
            self._in_flight[uid] -= 1
            if not self._in_flight[uid]:
                del self._in_flight[uid]

    def _admit(self, request: web.Request, who: Visitor) -> None:
        if who.caller is not None:
            return
        if who.is_navigation and self._is_open(request.path):
            return
        if self._is_image(request.path) and request.method in ("GET", "HEAD"):
            return
        raise OriginNotGranted


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """What every answer carries, given when its head is about to be sent."""
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
    headers.pop("Server", None)
    who = VISITOR.get(None)
    if who is not None and who.cors_origin is not None:
        headers["Access-Control-Allow-Origin"] = who.cors_origin
        headers["Access-Control-Expose-Headers"] = "ETag, Content-Disposition, Retry-After"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers["Vary"] = "Origin"


def _preflight(request: web.Request, who: Visitor) -> web.Response:
    if who.cors_origin is None:
        raise OriginNotGranted
    headers = {
        "Access-Control-Allow-Methods": _CORS_METHODS,
        "Access-Control-Allow-Headers": _CORS_HEADERS,
        "Access-Control-Max-Age": _PREFLIGHT_KEPT_S,
    }
    if request.headers.get("Access-Control-Request-Private-Network") == "true":
        headers["Access-Control-Allow-Private-Network"] = "true"
    return web.Response(status=204, headers=headers)


def _translated(error: web.HTTPException) -> ScanError:
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = sorted(error.allowed_methods)
        return MethodNotAllowed(details={"allowed": list(allowed)})
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return TooLarge("the request's body is larger than the limit")
    if isinstance(error, web.HTTPNotFound):
        return NotFound("there is nothing at this address")
    log.warning("aiohttp answered %d %s", error.status, error.reason)
    return NotFound("there is nothing at this address")
