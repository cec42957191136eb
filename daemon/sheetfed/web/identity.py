"""Identity: who makes a request, from its connection and its headers."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from sheetfed.core.errors import OriginNotGranted, WrongHost
from sheetfed.core.model import Caller, Owner

_BROWSER_HEADERS: Final = ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest")
_PROXY_HEADERS: Final = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
)
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
    caller: Caller | None = None
    cors_origin: str | None = None
    is_navigation: bool = False
    referring_origin: str | None = None

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
    host = _host(request, connection, aliases)
    for name in _PROXY_HEADERS:
        if name in request.headers:
            raise WrongHost("a proxy hides who calls: this service answers direct calls only")
    if request.headers.get("Service-Worker") == "script":
        raise OriginNotGranted("this service's page has no service worker")
    return _identified(
        request,
        is_granted,
        Visitor(
            connection=connection,
            host=host,
            referring_origin=_granted_referrer(request, is_granted),
        ),
    )


def _identified(
    request: web.BaseRequest, is_granted: Callable[[str], bool], nobody: Visitor
) -> Visitor:
    program = Caller(Owner(nobody.connection.uid))
    origins = request.headers.getall("Origin", [])
    if origins:
        origin = origins[0]
        if len(origins) == 1 and origin == nobody.base_url:
            return replace(nobody, caller=program)
        if len(origins) == 1 and is_granted(origin):
            caller = Caller(Owner(nobody.connection.uid, origin))
            return replace(nobody, caller=caller, cors_origin=origin)
        raise OriginNotGranted(details={"origin": origin})
    if not any(name in request.headers for name in _BROWSER_HEADERS):
        return replace(nobody, caller=program)
    site = request.headers.get("Sec-Fetch-Site")
    if site == "same-origin":
        return replace(nobody, caller=program)
    is_document = (
        request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )
    return replace(nobody, is_navigation=site == "none" or is_document)


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


def _granted_referrer(request: web.BaseRequest, is_granted: Callable[[str], bool]) -> str | None:
    referrer = urlsplit(request.headers.get("Referer", ""))
    origin = f"{referrer.scheme}://{referrer.netloc}"
    return origin if referrer.netloc and is_granted(origin) else None
