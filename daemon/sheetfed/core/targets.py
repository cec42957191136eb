"""Targets: where uploads may go, and which addresses a target's name may stand for."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from sheetfed.core.errors import InvalidParameter, UploadRefused
from sheetfed.core.settings import invalid

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_ALLOWED: Final = (
    "https://host[:port]/path, or http:// with a loopback host; in ASCII, at most 2048 characters"
)
_URL_AT_MOST: Final = 2048
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_URL: Final = re.compile(
    r"(https?)://(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::([0-9]{1,5}))?"
    r"([/?][!\x22$-~]*)?(#[!-~]*)?",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_NUMERIC: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_METADATA: Final = frozenset(
    map(
        ipaddress.ip_address,
        (
            "169.254.169.254",
            "169.254.170.2",
            "fd00:ec2::254",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
        ),
    )
)
"""Where clouds tell a machine its secrets: Amazon, Google, Azure, Alibaba and Oracle."""

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_NEVER: Final = tuple(
    map(
        ipaddress.ip_network,
        ("0.0.0.0/8", "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"),
    )
)
"""This host (RFC 1122 §3.2.1.3), what is reserved, and IPv4 addresses in disguise. ::1 is looked
at before."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address on the web; `host` without brackets, `path` with its query, as it is sent."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Serialised (RFC 6454 §6.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_usual = self.port == _DEFAULT_PORTS[self.scheme]
        return f"{self.scheme}://{host}" + ("" if is_usual else f":{self.port}")

    @property
    def url(self) -> str:
        return self.origin + self.path

    @property
    def literal(self) -> IpAddress | None:
        """The host, where it is an address and no name."""
        return _address(self.host)

    @property
    def is_loopback(self) -> bool:
        literal = self.literal
        if literal is not None:
            return literal.is_loopback
        return self.host == "localhost" or self.host.endswith(".localhost")

    def admits(self, address: str) -> bool:
        """Whether an upload may connect to this address, which is the host or what its name
        stands for now: a private one it may, one of this machine or this link only when the
        target names that itself."""
        found = _address(address)
        if isinstance(found, ipaddress.IPv6Address):
            if found.ipv4_mapped is not None:
                found = found.ipv4_mapped
            elif found in _NAT64:
                found = ipaddress.IPv4Address(found.packed[-4:])
        if found is None or found in _METADATA or found.is_multicast:
            return False
        if self.is_loopback or found.is_loopback:
            return self.is_loopback and found.is_loopback
        if any(found in network for network in _NEVER):
            return False
        return not found.is_link_local or found == self.literal

    def require_permitted(self, origin: str | None, allow: Collection[str]) -> None:
        """Raises UploadRefused unless it is the calling origin's own, or the administrator's."""
        if self.origin != origin and self.origin not in allow:
            raise UploadRefused(
                "pages are sent to the calling page's own origin, or to one that [upload] allow in "
                "sheetfed.toml(5) names",
                details={"origin": self.origin},
            )

    def redirected(self, location: str) -> "Target":
        """Where this answer's Location leads. Raises UploadRefused when it is another origin."""
        try:
            there = parse("Location", urljoin(self.url, location))
        except (ValueError, InvalidParameter):
            there = None
        if there is None or there.origin != self.origin:
            raise UploadRefused(
                "the server redirects to another origin", details={"origin": self.origin}
            )
        return there


def parse(name: str, word: str) -> Target:
    """Raises InvalidParameter, which has this name, for what no upload can go to."""
    match = _URL.fullmatch(word) if len(word) <= _URL_AT_MOST else None
    if match is None:
        raise invalid(name, _ALLOWED)
    scheme = match[1].lower()
    target = Target(
        scheme=scheme,
        host=_host(name, match[2].lower()),
        port=int(match[3]) if match[3] else _DEFAULT_PORTS[scheme],
        path=_path(match[4] or "/"),
    )
    if not 0 < target.port <= 65535 or (scheme == "http" and not target.is_loopback):
        raise invalid(name, _ALLOWED)
    return target


def _host(name: str, written: str) -> str:
    """An address in its one form, or a name. A number that is no address would be one to others."""
    literal = _address(written.strip("[]"))
    if isinstance(literal, ipaddress.IPv6Address):
        is_plain = written.startswith("[") and literal.ipv4_mapped is None
    else:
        is_plain = literal is not None and not written.startswith("[")
    if is_plain:
        return str(literal)
    if not _NAME.fullmatch(written) or _NUMERIC.fullmatch(written.rpartition(".")[2]):
        raise invalid(name, _ALLOWED)
    return written


def _path(written: str) -> str:
    return written if written.startswith("/") else f"/{written}"


def _address(word: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(word)
    except ValueError:
        return None
