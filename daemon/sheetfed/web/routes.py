"""Routes: from a method and a path to what answers it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web

from sheetfed.core.errors import MethodNotAllowed, NotFound
from sheetfed.core.permissions import Permission

Handler = Callable[[web.BaseRequest, Mapping[str, str]], Awaitable[web.StreamResponse]]
"""Takes the request and what the path's pattern named."""

GET: Final = frozenset({"GET", "HEAD"})
GET_ONLY: Final = frozenset({"GET"})
POST_ONLY: Final = frozenset({"POST"})

LOOKING: Final = (None, Permission.LIST, Permission.READ)
"""What calls need that change nothing."""


class Routes:
    """Tried in the order in which they were added; a path is matched as a whole."""

    def __init__(self) -> None:
        self._routes: list[tuple[re.Pattern[str], frozenset[str], Handler, Permission | None]] = []

    def add(
        self,
        methods: frozenset[str],
        pattern: str,
        handler: Handler,
        *,
        needs: Permission | None = Permission.SCAN,
    ) -> None:
        """`needs`: what a web origin has to be allowed; None: the handler sees to that."""
        self._routes.append((re.compile(pattern), methods, handler, needs))

    def every(self) -> list[tuple[re.Pattern[str], frozenset[str]]]:
        """What each takes."""
        return [(pattern, methods) for pattern, methods, *_ in self._routes]

    def find(self, method: str, path: str) -> tuple[Handler, Mapping[str, str], Permission | None]:
        """What answers, what the pattern named, and what it needs.

        Raises NotFound, or MethodNotAllowed with the methods that are allowed.
        """
        for pattern, methods, handler, needs in self._routes:
            if method in methods and (match := pattern.fullmatch(path)) is not None:
                return handler, match.groupdict(), needs
        raise MethodNotAllowed(details={"allowed": self.allowed(path)})

    def allowed(self, path: str) -> list[str]:
        """The methods that this address takes. Raises NotFound when it takes none."""
        allowed: set[str] = set()
        for pattern, methods, *_ in self._routes:
            if pattern.fullmatch(path) is not None:
                allowed |= methods
        if not allowed:
            raise NotFound("there is nothing at this address")
        return sorted(allowed)
