"""Guard: what every request passes before anything is done, and what every answer carries."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from aiohttp import web
from aiohttp.http import HttpProcessingError

from sheetfed.core import origins
from sheetfed.core.asker import ASKER
from sheetfed.core.errors import (
    InternalError,
    InvalidParameter,
    NotFound,
    OriginNotGranted,
    ScanError,
    TooLarge,
)
from sheetfed.core.meter import Meter
from sheetfed.core.model import Owner
from sheetfed.core.permissions import Permissions
from sheetfed.web.answers import RPC_CALL, error_answer
from sheetfed.web.heads import add_headers
from sheetfed.web.identity import VISITOR, Visitor, visitor
from sheetfed.web.routes import Routes
from sheetfed.web.turnstile import Turnstile

UNDECODABLE: Final = (HttpProcessingError, web.RequestPayloadError)
"""What aiohttp raises when a body is not what its headers say."""

LARGE_BYTES: Final = 1 << 18
"""More than what is on its way to a client that does not read."""

TAKEN_WITHIN_S: Final = 60.0

_CORS_METHODS: Final = "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"
_CORS_HEADERS: Final = (
    "Content-Type, Last-Event-ID, Range, If-Range, DWT-PRODUCT-KEY, X-DICS-LICENSE-KEY, "
    "DWT-DOC-PASSWORD, X-DICS-DOC-PASSWORD, DWT-PDF-PASSWORD"
)
_PREFLIGHT_KEPT_S: Final = "600"

log = logging.getLogger(__name__)


class Guard:
    """Around every handler: identity, limits, errors as answers, headers."""

    def __init__(
        self,
        *,
        aliases: tuple[str, ...],
        permissions: Callable[[Owner], Permissions],
        routes: Routes,
        open_paths: Callable[[str], bool],
        image_path: Callable[[str], object],
        asking_path: Callable[[str], object],
        turnstile: Turnstile,
        meter: Meter,
    ) -> None:
        self._aliases = aliases
        self._permissions = permissions
        self._routes = routes
        self._is_open = open_paths
        self._is_image = image_path
        self._is_asking = asking_path
        self._turnstile = turnstile
        self._meter = meter

    def change(self, *, aliases: tuple[str, ...]) -> None:
        """For the requests that come from now on."""
        self._aliases = aliases

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer any request, also those that are refused or go wrong."""
        VISITOR.set(None)
        RPC_CALL.set(None)
        try:
            who = self._let_in(request)
        except ScanError as error:
            answer: web.StreamResponse = self._refusal(request, error)
            add_headers(answer)
            return answer
        uid = who.connection.uid
        try:
            answer = await self._handled(request, who)
            if not answer.prepared:
                add_headers(answer)
                if _is_large(answer):
                    await _send(request, answer)
        finally:
            self._turnstile.leave(uid)
        return answer

    def _let_in(self, request: web.BaseRequest) -> Visitor:
        """Who makes this request, which is counted from now on. Raises a ScanError."""
        who = visitor(request, aliases=self._aliases, permissions=self._permissions)
        if who.caller is None and who.origin is not None:
            who = self._asking(request, who.origin, who)
        VISITOR.set(who)
        ASKER.set(who.asker)
        self._admit(request, who)
        self._turnstile.check(request, who)
        self._turnstile.enter(who.connection.uid)
        return who

    async def _handled(self, request: web.BaseRequest, who: Visitor) -> web.StreamResponse:
        try:
            if request.method == "OPTIONS":
                return _options(request, who, self._routes.allowed(request.path))
            handler, named, needs = self._routes.find(request.method, request.path)
            if who.caller is not None:
                who.require(needs)
            return await handler(request, named)
        except InternalError as error:
            return self._refusal(request, _unexpected(error))
        except ScanError as error:
            return self._refusal(request, error)
        except web.HTTPException as error:
            return self._refusal(request, _translated(error))
        except ConnectionError:
            return web.Response(status=400)  # nobody is there to read it
        except UNDECODABLE:
            return self._refusal(request, InvalidParameter("the body cannot be decoded"))
        except Exception as error:  # noqa: BLE001
            return self._refusal(request, _unexpected(error))

    def _refusal(self, request: web.BaseRequest, error: ScanError) -> web.Response:
        self._meter.refused(error.code)
        return error_answer(request, error)

    def _asking(self, request: web.BaseRequest, origin: str, who: Visitor) -> Visitor:
        """A page without permission may ask for it, and read the answer; nothing else."""
        if self._is_asking(request.path) and origins.is_serialised(origin):
            return replace(who, cors_origin=origin)
        raise OriginNotGranted(details={"origin": origin})

    def _admit(self, request: web.BaseRequest, who: Visitor) -> None:
        if who.caller is not None or who.cors_origin is not None:
            return
        if who.is_navigation and self._is_open(request.path):
            return
        if self._is_image(request.path) and request.method in ("GET", "HEAD"):
            return
        raise OriginNotGranted


def _is_large(answer: web.StreamResponse) -> bool:
    body = answer.body if isinstance(answer, web.Response) else None
    return isinstance(body, bytes) and len(body) >= LARGE_BYTES


async def _send(request: web.BaseRequest, answer: web.StreamResponse) -> None:
    """Here, while it counts; who does not take it is cut off."""
    try:
        async with asyncio.timeout(TAKEN_WITHIN_S):
            await answer.prepare(request)
            await answer.write_eof()
    except (TimeoutError, ConnectionError):
        if request.transport is not None:
            request.transport.abort()


def _unexpected(error: Exception) -> InternalError:
    """No detail on the wire, all of it in the journal, under one number."""
    number = secrets.token_hex(8)
    log.error("request %s failed unexpectedly", number, exc_info=error, extra={"request": number})
    return InternalError(details={"request": number})


def _options(request: web.BaseRequest, who: Visitor, allowed: Sequence[str]) -> web.Response:
    """What may be asked at this address; to a page of another origin, as CORS has it."""
    headers = {"Allow": ", ".join((*allowed, "OPTIONS"))}
    if who.cors_origin is not None:
        headers |= {
            "Access-Control-Allow-Methods": _CORS_METHODS,
            "Access-Control-Allow-Headers": _CORS_HEADERS,
            "Access-Control-Max-Age": _PREFLIGHT_KEPT_S,
        }
        if request.headers.get("Access-Control-Request-Private-Network") == "true":
            headers["Access-Control-Allow-Private-Network"] = "true"
    return web.Response(status=204, headers=headers)


def _translated(error: web.HTTPException) -> ScanError:
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return TooLarge("the request's body is larger than the limit")
    log.warning("aiohttp answered %d %s", error.status, error.reason)
    return NotFound("there is nothing at this address")
