"""Turnstile: what is turned away before its body is read, because it is too much or too late."""

import asyncio
import math
from collections.abc import Callable, Hashable
from itertools import chain
from time import monotonic
from typing import Final

from aiohttp import web

from sheetfed.core.errors import ShuttingDown, TooLarge, TooMany
from sheetfed.core.settings import invalid
from sheetfed.web.identity import Visitor
from sheetfed.web.limits import Limits
from sheetfed.web.packed import CODINGS
from sheetfed.web.rates import Rates

_NOBODY: Final = "null"
_CODINGS: Final = ("identity", *CODINGS)
_CHANGING: Final = frozenset({"POST", "PUT", "PATCH"})


class Turnstile:
    """Of every request, once it is known who makes it."""

    def __init__(self, *, limits: Limits, ends_work: Callable[[str], bool]) -> None:
        """`ends_work`: whether a POST to this path is of use while the service stops."""
        self._limits = limits
        self._ends_work = ends_work
        self._rates = Rates(per_s=limits.requests_per_s, time=monotonic)
        self._in_flight: dict[int, int] = {}
        self._one_less = asyncio.Event()
        self._is_stopping = False

    def change(self, limits: Limits) -> None:
        """For the requests that come from now on."""
        if limits.requests_per_s != self._limits.requests_per_s:
            self._rates = Rates(per_s=limits.requests_per_s, time=monotonic)
        self._limits = limits

    @property
    def in_flight(self) -> int:
        """How many requests are being answered."""
        return sum(self._in_flight.values())

    def stop(self) -> None:
        """From now on nothing begins."""
        self._is_stopping = True

    def check(self, request: web.BaseRequest, who: Visitor) -> None:
        """Raises TooLarge, InvalidParameter, TooMany or ShuttingDown."""
        self._check_head(request)
        wait_s = self._rates.wait_s(_payer(who))
        if wait_s:
            raise TooMany("too many requests", details={"retry_after_s": math.ceil(wait_s)})
        if self._is_stopping and request.method in _CHANGING and not self._ends_work(request.path):
            raise ShuttingDown

    def enter(self, uid: int) -> None:
        """One request more of this user's is being answered. Raises TooMany."""
        under_way = self._in_flight.get(uid, 0)
        if under_way >= self._limits.requests:
            raise TooMany("too many requests at once")
        self._in_flight[uid] = under_way + 1

    def leave(self, uid: int) -> None:
        left = self._in_flight.pop(uid) - 1
        if left:
            self._in_flight[uid] = left
        self._one_less.set()

    async def quiet(self) -> None:
        """Wait until no request is being answered, also none whose client has gone."""
        while self._in_flight:
            self._one_less.clear()
            await self._one_less.wait()

    def _check_head(self, request: web.BaseRequest) -> None:
        lines = request.raw_headers
        if (
            len(lines) > self._limits.headers
            or sum(map(len, chain.from_iterable(lines))) > self._limits.header_bytes
        ):
            raise TooLarge(
                "the request's header lines are more than the limit",
                details={"lines": self._limits.headers, "bytes": self._limits.header_bytes},
            )
        coding = request.headers.get("Content-Encoding")
        if coding is not None and coding.lower() not in _CODINGS:
            raise invalid("Content-Encoding", ", ".join(_CODINGS))


def _payer(who: Visitor) -> Hashable:
    """Whose rate it is. Pages without permission have one of their own, for all of a user's."""
    return who.connection.uid, who.origin if who.caller is not None else _NOBODY
