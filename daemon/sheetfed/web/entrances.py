"""Entrances: the sockets that the door listens on, handed over by the service manager or bound."""

import errno
import logging
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from ssl import SSLContext
from typing import Final

BACKLOG: Final = 256
_NO_SUCH_ADDRESS: Final = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)

Tls = Callable[[], SSLContext | None]
"""The certificate that a connection is shown which comes now; None while there is none."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 is any free one."""

    host: str
    port: int
    tls: Tls | None = None

    def __str__(self) -> str:
        return _shown(self.host, self.port)

    def is_of(self, listening: socket.socket) -> bool:
        host, port = listening.getsockname()[:2]
        return port == self.port and ip_address(host) == ip_address(self.host)


@dataclass(frozen=True, slots=True)
class Entrance:
    """A listening socket; who comes through one that is not open is turned away."""

    listening: socket.socket
    tls: Tls | None = None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Entrances:
    """All of them, and where those that were handed over differ from the addresses."""

    all: tuple[Entrance, ...]
    differences: tuple[str, ...] = ()


def entrances(addresses: Sequence[Address], handed: Sequence[socket.socket]) -> Entrances:
    """One for each address, and closed ones for sockets that no address names: nobody waits there.

    Raises OSError when an address is taken, or when this machine has none of them.
    """
    found: list[Entrance] = []
    differences: list[str] = []
    left = list(handed)
    try:
        for address in addresses:
            given = next((one for one in left if address.is_of(one)), None)
            if given is not None:
                left.remove(given)
                given.setblocking(False)
                found.append(Entrance(given, address.tls))
                continue
            bound = _bound(address)
            if bound is None:
                continue
            found.append(Entrance(bound, address.tls))
            if handed:
                differences.append(f"sheetfed.socket does not hold {address}")
        if not found:
            raise OSError(
                errno.EADDRNOTAVAIL, "this machine has none of the addresses to listen on"
            )
    except OSError:
        for entrance in found:
            entrance.listening.close()
        raise
    for one in left:
        one.setblocking(False)
        found.append(Entrance(one, is_open=False))
        where = _shown(*one.getsockname()[:2])
        differences.append(f"sheetfed.socket holds {where}, which nothing is to listen on")
    return Entrances(tuple(found), tuple(differences))


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError, its text naming the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise OSError(error.errno, f"cannot listen on {host} port {port}: {error.strerror}") from (
            error
        )
    return listening


def _bound(address: Address) -> socket.socket | None:
    """None when this machine has no such address: one without IPv6."""
    try:
        return bind(address.host, address.port)
    except OSError as error:
        if error.errno not in _NO_SUCH_ADDRESS:
            raise
        log.warning("%s; this machine has no such address", error.strerror)
        return None


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
