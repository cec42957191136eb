"""Origins: web origins, read as people write them and kept as browsers send them."""

import ipaddress
import re

_ORIGIN = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]*)://(\[[^\[\]]*\]|[^:/?#\[\]@]+)(?::([0-9]{1,5}))?/?"
)
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SECOND_LEVEL = (
    *("ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv", "ltd", "mil", "ne", "net", "nhs"),
    *("nom", "or", "org", "plc", "sch"),
)
"""Under a country's domain these are shared by many owners."""


def origin(value: str) -> str:
    """The serialised origin (RFC 6454 §6.2): lower case, no default port, no path.

    Raises ValueError with the reason for anything but https, or http with a loopback host.
    """
    if value == "null":
        raise ValueError('"null" is every sandboxed page and local file, not one origin')
    if "*" in value:
        raise ValueError(f'"{value}" has a wildcard: each origin is named in full')
    match = _ORIGIN.fullmatch(value)
    if match is None:
        raise ValueError(f'"{value}" is not scheme://host[:port], and nothing after it')
    scheme, port = match[1].lower(), int(match[3]) if match[3] else None
    if scheme not in _DEFAULT_PORTS:
        raise ValueError(f'"{value}" is neither https nor http')
    if port is not None and not 0 < port <= 65535:
        raise ValueError(f'"{value}" has no valid port')
    host, is_loopback = _host(match[2])
    if scheme == "http" and not is_loopback:
        raise ValueError(f'"{value}" is not encrypted: anybody on the network could speak for it')
    return f"{scheme}://{host}" + ("" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}")


def is_serialised(value: str) -> bool:
    """Whether it is an origin that may be let in, exactly as a browser names it."""
    try:
        return origin(value) == value
    except ValueError:
        return False


def site(serialised: str) -> str:
    """What one owner can have any number of origins in: about the registrable domain.

    Where many owners share one (as under github.io) they are taken for one owner.
    """
    host = serialised.partition("://")[2]
    host = host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]
    labels = host.split(".")
    if host.startswith("[") or labels[-1].isdigit():
        return host
    if labels[-1] == "localhost":
        return "localhost"
    is_shared = len(labels[-1]) == 2 and labels[-2:-1] and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if is_shared else labels[-2:])


def _host(written: str) -> tuple[str, bool]:
    if not written.isascii():
        raise ValueError(f'"{written}" is not ASCII: write its xn-- form, as browsers send it')
    if written.startswith("["):
        return _ipv6(written[1:-1])
    name = written.lower()
    if not _NAME.fullmatch(name):
        raise ValueError(f'"{written}" is not a host name')
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", name.rpartition(".")[2]):
        try:
            address = ipaddress.IPv4Address(name)
        except ValueError:
            raise ValueError(f'"{written}" is not an IPv4 address') from None
        return str(address), address.is_loopback
    return name, name == "localhost" or name.endswith(".localhost")


def _ipv6(written: str) -> tuple[str, bool]:
    try:
        address = ipaddress.IPv6Address(written)
    except ValueError:
        raise ValueError(f'"[{written}]" is not an IPv6 address') from None
    if address.ipv4_mapped or address.scope_id:
        raise ValueError(f'"[{written}]" is not an address that an origin can have')
    return f"[{address.compressed}]", address.is_loopback
