"""Identity: who makes a request, from its connection and its headers."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from sheetfed.core.errors import OriginNotGranted, WrongHost
from sheetfed.core.model import Caller, Owner

_PROXY_HEADERS: Final = re.compile(r"forwarded|via|x-forwarded-.*", re.IGNORECASE)
_BROWSER_HEADERS: Final = re.compile(r"sec-fetch-.*", re.IGNORECASE)
_LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Connection:
    """What is known of a connection since it was accepted."""

    uid: int
    port: int
    is_tls: bool

    @property
    def scheme(self) -> str:
        return "https" if self.is_tls else "http"


CONNECTION: ContextVar[Connection] = ContextVar("connection")
"""Set before a connection's protocol is made; its requests run in that context."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who makes this request.

    `caller` is None for a page that may only be shown (a navigation, a cross-site image);
    `cors_origin` is the origin that an answer may be read by.
    """

    connection: Connection
    host: str
    caller: Caller | None
    cors_origin: str | None
    is_navigation: bool
    referring_origin: str | None

    @property
    def base_url(self) -> str:
        """Scheme, host and port as the client used them."""
        return f"{self.connection.scheme}://{self.host}"


VISITOR: ContextVar[Visitor | None] = ContextVar("visitor")
"""Who makes the request that is being answered; set by the guard, None while unknown."""


def caller() -> Caller:
    """The caller of this request. Raises OriginNotGranted for who may only look at a page."""
    who = VISITOR.get(None)
    if who is None or who.caller is None:
        raise OriginNotGranted
    return who.caller


def present() -> Visitor:
    """Who makes this request; the guard let them in."""
    who = VISITOR.get()
    assert who is not None
    return who


def visitor(
    request: web.BaseRequest, *, aliases: tuple[str, ...], is_granted: Callable[[str], bool]
) -> Visitor:
    """Check the request's host and origin, in the order of the protocol's rules.

    Raises WrongHost or OriginNotGranted.
    """
    connection = CONNECTION.get()
    headers = request.headers
    host = _host(request, connection, aliases)
    if any(map(_PROXY_HEADERS.fullmatch, headers)):
        raise WrongHost("a proxy hides who calls: this service answers direct calls only")
    if headers.get("Service-Worker") == "script":
        raise OriginNotGranted("this service's page has no service worker")
    referrer = headers.get("Referer")
    referring_origin = None if referrer is None else _granted_referrer(referrer, is_granted)
    if "Origin" in headers:
        origin = _origin(request, f"{connection.scheme}://{host}", is_granted)
        caller = Caller(Owner(connection.uid, origin))
        return Visitor(connection, host, caller, origin, False, referring_origin)
    site = headers.get("Sec-Fetch-Site")
    if site == "same-origin" or not any(map(_BROWSER_HEADERS.fullmatch, headers)):
        caller = Caller(Owner(connection.uid))
        return Visitor(connection, host, caller, None, False, referring_origin)
    is_navigation = site == "none" or (
        headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
    )
    return Visitor(connection, host, None, None, is_navigation, referring_origin)


def _origin(request: web.BaseRequest, own: str, is_granted: Callable[[str], bool]) -> str | None:
    """The granted origin of a browser's request; None is our own page's."""
    origins = request.headers.getall("Origin")
    if len(origins) == 1:
        if origins[0] == own:
            return None
        if is_granted(origins[0]):
            return origins[0]
    raise OriginNotGranted(details={"origin": origins[0]})


def _host(request: web.BaseRequest, connection: Connection, aliases: tuple[str, ...]) -> str:
    hosts = request.headers.getall("Host", [])
    default_port = 443 if connection.is_tls else 80
    if len(hosts) == 1:
        host = hosts[0].lower()
        name, colon, port = host.rpartition(":")
        if not colon or host.endswith("]"):
            name, port = host, str(default_port)
        if name in (*_LOOPBACK_NAMES, *aliases) and port == str(connection.port):
            return host
    raise WrongHost


def _granted_referrer(referrer: str, is_granted: Callable[[str], bool]) -> str | None:
    try:
        parts = urlsplit(referrer)
    except ValueError:
        return None
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin if parts.netloc and is_granted(origin) else None
