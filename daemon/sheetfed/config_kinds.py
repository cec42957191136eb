"""Kinds of configuration values: how each is read from TOML, written back, and told to people."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from sheetfed.core.origins import origin

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)
Toml = str | int | bool | list[str] | dict[str, str]

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_LARGEST = (1 << 63) - 1
_HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*"
)
_BACKEND = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ACCOUNT = re.compile(r"(?!\d+\Z)[^\W-][\w.@\\ $-]{0,254}(?<! )")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of value. `read` raises ValueError with the reason, empty if `allowed` says it."""

    allowed: str
    read: Callable[[object], T]
    write: Callable[[T], Toml]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A loopback address and a port to listen on; port 0 is any free one."""

    address: str
    port: int

    def __str__(self) -> str:
        return (
            f"[{self.address}]:{self.port}"
            if ":" in self.address
            else (f"{self.address}:{self.port}")
        )


def text() -> Kind[str]:
    return Kind("a string", _string, str)


def boolean() -> Kind[bool]:
    def read(value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError("")
        return value

    return Kind("true or false", read, bool)


def whole(lowest: int, highest: int, unit: str = "") -> Kind[int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError("")
        return value

    suffix = f" {unit}" if unit else ""
    return Kind(f"a whole number from {lowest} to {highest}{suffix}", read, int)


def seconds(*, at_most: int = 24 * 60 * 60) -> Kind[int]:
    return whole(1, at_most, "seconds")


def size(lowest: int = 0, highest: int = _LARGEST) -> Kind[int]:
    def read(value: object) -> int:
        size_bytes = _size_bytes(value)
        if not lowest <= size_bytes <= highest:
            raise ValueError("")
        return size_bytes

    bounds = [f"at least {write_size(lowest)}"] if lowest else []
    bounds += [f"at most {write_size(highest)}"] if highest < _LARGEST else []
    allowed = "bytes as a number, or a string such as 512K, 1M, 20G, 2T (powers of 1024)"
    return Kind(
        "; ".join([allowed, " and ".join(bounds)] if bounds else [allowed]), read, write_size
    )


def path() -> Kind[Path]:
    return Kind("an absolute path", _path, str)


def path_or_none() -> Kind[Path | None]:
    def read(value: object) -> Path | None:
        return None if value == "" else _path(value)

    return Kind(
        "an absolute path, or empty", read, lambda value: "" if value is None else str(value)
    )


def choice(words: type[Choice]) -> Kind[Choice]:
    def read(value: object) -> Choice:
        try:
            return words(_string(value))
        except ValueError:
            raise ValueError("") from None

    return Kind("one of " + ", ".join(words), read, str)


def endpoints() -> Kind[tuple[Endpoint, ...]]:
    def read(value: object) -> tuple[Endpoint, ...]:
        found = [_endpoint(item) for item in _strings(value)]
        for endpoint in found:
            if endpoint.port and found.count(endpoint) > 1:
                raise ValueError(f"{endpoint} is there twice")
        return tuple(found)

    return Kind(
        'a list of "ADDRESS:PORT", each address in 127.0.0.0/8 or [::1]; empty turns it off',
        read,
        lambda value: [str(item) for item in value],
    )


def endpoint_or_path() -> Kind[Endpoint | Path | None]:
    def read(value: object) -> Endpoint | Path | None:
        word = _string(value)
        if not word:
            return None
        return _path(word) if word.startswith("/") else _endpoint(word)

    return Kind(
        '"ADDRESS:PORT" with an address in 127.0.0.0/8 or [::1], the absolute path of a Unix '
        "socket, or empty",
        read,
        lambda value: "" if value is None else str(value),
    )


def host_names() -> Kind[tuple[str, ...]]:
    def one(value: str) -> str:
        name = value.lower()
        if not _HOST_NAME.fullmatch(name):
            raise ValueError(f'"{value}" is not a host name')
        return name

    return _unique("a list of host names, without ports", one)


def origins() -> Kind[tuple[str, ...]]:
    return _unique(
        'a list of web origins: "https://host[:port]", or "http://" with a loopback host', origin
    )


def rules() -> Kind[tuple[str, ...]]:
    def one(value: str) -> str:
        if value != "*" and not _ACCOUNT.fullmatch(value.removeprefix("@")):
            raise ValueError(f'"{value}" is not a user or group name')
        return value

    return _unique('a list of user names, "@group" names, "active" and "*"', one)


def patterns() -> Kind[tuple[str, ...]]:
    return _unique('a list of patterns, in which "*" stands for any text', _line)


def names() -> Kind[tuple[tuple[str, str], ...]]:
    """In the order in which they are written, since the first that fits counts."""

    def read(value: object) -> tuple[tuple[str, str], ...]:
        if not isinstance(value, dict):
            raise ValueError("")
        return tuple((_line(pattern), _line(_string(name))) for pattern, name in value.items())

    return Kind('a table of patterns and names: {"PATTERN" = "NAME"}', read, dict)


def devices() -> Kind[tuple[str, ...]]:
    def one(value: str) -> str:
        backend, _, rest = _line(value).partition(":")
        if not _BACKEND.fullmatch(backend) or not rest:
            raise ValueError(f'"{value}" is not "BACKEND:DEVICE"')
        return value

    return _unique('a list of SANE device names: "BACKEND:DEVICE"', one)


def backends() -> Kind[tuple[str, ...]]:
    def one(value: str) -> str:
        if value != "*" and not _BACKEND.fullmatch(value):
            raise ValueError(f'"{value}" is not the name of a backend')
        return value

    return _unique('a list of SANE backends, "*" for all others', one)


def write_size(size_bytes: int) -> str | int:
    """The shortest exact form: "20G" rather than 21474836480."""
    for unit, factor in reversed(_UNITS.items()):
        if unit and size_bytes and size_bytes % factor == 0:
            return f"{size_bytes // factor}{unit}"
    return size_bytes


def _unique(allowed: str, one: Callable[[str], str]) -> Kind[tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one(item) for item in _strings(value)))

    return Kind(allowed, read, list)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("")
    return value


def _line(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("a text is empty, or not of letters, digits, signs and blanks alone")
    return value


def _strings(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("")
    return [_string(item) for item in value]


def _path(value: object) -> Path:
    name = _string(value)
    if "\0" in name or not name.startswith("/"):
        raise ValueError("")
    return Path(name)


def _size_bytes(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = re.fullmatch(r"([0-9]{1,19})([KMGT]?)", _string(value))
    if match is None:
        raise ValueError("")
    return int(match[1]) * _UNITS[match[2]]


def _endpoint(value: str) -> Endpoint:
    match = re.fullmatch(r"(?:\[([^\[\]]+)\]|([^:\[\]]+)):([0-9]{1,5})", value)
    if match is None or int(match[3]) > 65535:
        raise ValueError(f'"{value}" is not "ADDRESS:PORT"; IPv6 is written "[::1]:PORT"')
    try:
        address = ipaddress.IPv6Address(match[1]) if match[1] else ipaddress.IPv4Address(match[2])
    except ValueError:
        raise ValueError(f'"{match[1] or match[2]}" is not an IP address') from None
    if not address.is_loopback or getattr(address, "ipv4_mapped", None):
        raise ValueError(
            f"{address} is not a loopback address: the service must never be reachable from the"
            " network, where nobody can say which user calls"
        )
    return Endpoint(str(address), int(match[3]))
