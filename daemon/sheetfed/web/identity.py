"""Identity: who makes a request, from its connection and its headers."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http import HttpVersion10, HttpVersion11

from sheetfed.core import permissions as sets
from sheetfed.core.access import not_granted
from sheetfed.core.errors import InvalidParameter, OriginNotGranted, WrongHost
from sheetfed.core.model import Caller, Owner
from sheetfed.core.permissions import Permission, Permissions

_PROXY_HEADERS: Final = re.compile(r"(?im)^(?:forwarded|via|x-forwarded-.*)$")
_BROWSER_HEADERS: Final = re.compile(r"(?im)^sec-fetch-")
"""Among the names of header lines, one below the other."""

_REMEMBERED_AT_MOST: Final = 2048
"""Characters: nobody has a right to fill our memory with names."""

_VERSIONS: Final = (HttpVersion11, HttpVersion10)
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

    `caller` is None for a page that may only be shown (a navigation, a cross-site image), and for
    an origin without permission; `origin` is that of another page, with or without. `cors_origin`
    is the origin that an answer may be read by.
    """

    connection: Connection
    host: str
    caller: Caller | None
    permissions: Permissions = sets.NONE
    origin: str | None = None
    cors_origin: str | None = None
    is_navigation: bool = False
    referring_origin: str | None = None

    @property
    def asker(self) -> Owner:
        """On whose behalf the request is, whether it is let in or not."""
        if self.caller is not None:
            return self.caller.owner
        return Owner(self.connection.uid, self.origin)

    @property
    def base_url(self) -> str:
        """Scheme, host and port as the client used them."""
        return f"{self.connection.scheme}://{self.host}"

    def require(self, permission: Permission | None) -> None:
        """Raises OriginNotGranted unless they may do this; None: anything."""
        if permission is not None and permission not in self.permissions:
            raise not_granted(self.origin, permission)


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
    request: web.BaseRequest,
    *,
    aliases: tuple[str, ...],
    permissions: Callable[[Owner], Permissions],
) -> Visitor:
    """Check the request's host and origin, in the order of the protocol's rules.

    Raises WrongHost or OriginNotGranted, and InvalidParameter for another HTTP than 1.0 and 1.1.
    """
    if request.version not in _VERSIONS:
        raise InvalidParameter("this service speaks HTTP/1.1")
    connection = CONNECTION.get()
    headers = request.headers
    host = _host(request, connection, aliases)
    names = "\n".join(headers)
    told_by = _told_by if len(names) <= _REMEMBERED_AT_MOST else _told_by.__wrapped__
    is_of_proxy, is_of_browser = told_by(names)
    if is_of_proxy:
        raise WrongHost("a proxy hides who calls: this service answers direct calls only")
    if headers.get("Service-Worker") == "script":
        raise OriginNotGranted("this service's page has no service worker")
    if "Origin" in headers:
        origin = _origin(request)
        if origin != f"{connection.scheme}://{host}":
            return _of_page(connection, host, origin, permissions)
    elif is_of_browser and headers.get("Sec-Fetch-Site") != "same-origin":
        return _of_browser(request, connection, host, permissions)
    return _program(connection, host)


@lru_cache(maxsize=64)
def _told_by(names: str) -> tuple[bool, bool]:
    """Whether the names of a request's header lines are a proxy's, and a browser's: a client's are
    the same each time."""
    return bool(_PROXY_HEADERS.search(names)), bool(_BROWSER_HEADERS.search(names))


@lru_cache(maxsize=256)
def _program(connection: Connection, host: str) -> Visitor:
    return Visitor(connection, host, Caller(Owner(connection.uid)), sets.ALL)


def _of_page(
    connection: Connection, host: str, origin: str, permissions: Callable[[Owner], Permissions]
) -> Visitor:
    owner = Owner(connection.uid, origin)
    return _page(connection, host, owner, permissions(owner))


@lru_cache(maxsize=256)
def _page(connection: Connection, host: str, owner: Owner, held: Permissions) -> Visitor:
    if not held:
        return Visitor(connection, host, None, origin=owner.origin)
    return Visitor(connection, host, Caller(owner), held, owner.origin, cors_origin=owner.origin)


def _of_browser(
    request: web.BaseRequest,
    connection: Connection,
    host: str,
    permissions: Callable[[Owner], Permissions],
) -> Visitor:
    """Without an origin: a navigation, a picture in another page."""
    headers = request.headers
    is_navigation = headers.get("Sec-Fetch-Site") == "none" or (
        headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
    )
    referring = _referring_origin(headers.get("Referer", ""))
    if referring and Permission.READ not in permissions(Owner(connection.uid, referring)):
        referring = None
    return Visitor(connection, host, None, is_navigation=is_navigation, referring_origin=referring)


def _origin(request: web.BaseRequest) -> str:
    """Raises OriginNotGranted when there are several."""
    origins = request.headers.getall("Origin")
    if len(origins) != 1:
        raise OriginNotGranted(details={"origin": origins[0]})
    return origins[0]


def _host(request: web.BaseRequest, connection: Connection, aliases: tuple[str, ...]) -> str:
    if not request.raw_path.startswith("/"):
        # Whoever names a host here means a proxy (RFC 9112 §3.2.2).
        raise WrongHost("this service is no proxy: an address begins with a slash")
    hosts = request.headers.getall("Host", [])
    if len(hosts) == 1:
        host = hosts[0].lower()
        if _is_ours(host, connection.port, connection.is_tls, aliases):
            return host
    raise WrongHost


@lru_cache(maxsize=64)
def _is_ours(host: str, our_port: int, is_tls: bool, aliases: tuple[str, ...]) -> bool:
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, "443" if is_tls else "80"
    return name in (*_LOOPBACK_NAMES, *aliases) and port == str(our_port)


def _referring_origin(referrer: str) -> str | None:
    try:
        parts = urlsplit(referrer)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None
