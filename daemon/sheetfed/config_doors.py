"""Doors: the tables of the configuration that say who comes in, where, and how much of it."""

# ruff: noqa: RUF009 - `declare` makes dataclass fields
from dataclasses import dataclass
from pathlib import Path

from sheetfed import config_kinds as kinds
from sheetfed.config_key import declare
from sheetfed.config_kinds import Endpoint


@dataclass(frozen=True, slots=True)
class Http:
    """The HTTP door."""

    listen: tuple[Endpoint, ...] = declare(
        kinds.endpoints(),
        ["127.0.0.1:18622", "[::1]:18622"],
        "Where HTTP is served; port 0 takes any free port. "
        "The same addresses belong into sheetfed.socket when that unit is used.",
    )
    host_aliases: tuple[str, ...] = declare(
        kinds.host_names(),
        [],
        "Further host names, besides localhost, under which the service answers.",
        reloads=True,
    )
    max_json_bytes: int = declare(
        kinds.size(1 << 10, 1 << 28),
        "1M",
        "The largest JSON body that is read; a larger one is answered with 413.",
        reloads=True,
    )


@dataclass(frozen=True, slots=True)
class Https:
    """The HTTPS door: with a certificate of your own, else with this machine's."""

    listen: tuple[Endpoint, ...] = declare(
        kinds.endpoints(),
        ["127.0.0.1:18623", "[::1]:18623"],
        "Where HTTPS is served; port 0 takes any free port.",
    )
    certificate: Path | None = declare(
        kinds.path_or_none(),
        "",
        "Your own certificate with its chain (PEM); empty: this machine's is used.",
        reloads=True,
    )
    key: Path | None = declare(
        kinds.path_or_none(),
        "",
        "The private key of your own certificate (PEM); empty: this machine's is used.",
        reloads=True,
    )
    machine_certificates: Path = declare(
        kinds.path(),
        "/var/lib/sheetfed-certificates",
        "The folder of this machine's certificates, made by sheetfed-certificates.service.",
        reloads=True,
    )


@dataclass(frozen=True, slots=True)
class Origins:
    """Web origins that the administrator approves."""

    allow: tuple[str, ...] = declare(
        kinds.origins(), [], "Origins that may scan and upload without being asked.", reloads=True
    )


@dataclass(frozen=True, slots=True)
class Access:
    """Which users of the machine may do what."""

    scan: tuple[str, ...] = declare(
        kinds.rules(),
        ["root", "@scanner", "active"],
        "Who may use the scanners: users, groups, whoever has an active local session, everybody.",
        reloads=True,
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request, user or owner may take; an owner is a user's programs, or one of a
    user's web pages."""

    file_bytes: int = declare(
        kinds.size(1 << 10, 1 << 36),
        "256M",
        "The largest image or PDF that is taken in; a larger one is answered with 413.",
        reloads=True,
    )
    json_depth: int = declare(
        kinds.whole(8, 200),
        32,
        "How deep lists and objects of a JSON body may be nested.",
        reloads=True,
    )
    headers: int = declare(
        kinds.whole(20, 1000, "lines"),
        100,
        "How many header lines a request may have.",
        reloads=True,
    )
    header_bytes: int = declare(
        kinds.size(1 << 10, 1 << 20),
        "32K",
        "How long the header lines of a request may be.",
        reloads=True,
    )
    header_timeout_s: int = declare(
        kinds.seconds(at_most=3600),
        20,
        "How long a new connection has for its first request's header lines.",
        reloads=True,
    )
    body_timeout_s: int = declare(
        kinds.seconds(),
        300,
        "How long a request's body may take to arrive.",
        reloads=True,
    )
    idle_timeout_s: int = declare(
        kinds.seconds(),
        75,
        "How long a connection is kept without a request.",
        reloads=True,
    )
    connections: int = declare(
        kinds.whole(8, 4000), 600, "How many connections of one user may be open.", reloads=True
    )
    requests: int = declare(
        kinds.whole(8, 4000),
        500,
        "How many requests of one user may be under way, event streams among them; more are "
        "answered with 429.",
        reloads=True,
    )
    requests_per_s: int = declare(
        kinds.whole(0, 1_000_000, "a second"),
        1000,
        "How many requests of one owner are answered in the long run, and five times as many at "
        "once; more are answered with 429. 0: no limit.",
        reloads=True,
    )
    streams: int = declare(
        kinds.whole(1, 4000), 250, "How many event streams of one owner may be open.", reloads=True
    )
    instances: int = declare(
        kinds.whole(1, 100_000),
        1000,
        "How many instances of one owner may have pages.",
        reloads=True,
    )
    jobs: int = declare(
        kinds.whole(1, 1000),
        20,
        "How many scans of one owner may be under way or wait.",
        reloads=True,
    )
    megapixels: int = declare(
        kinds.whole(1, 600, "millions of pixels"),
        600,
        "How large a page of a file that is taken in may be.",
    )
