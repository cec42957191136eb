"""The schema of the configuration: every table and key, declared once."""

# ruff: noqa: RUF009 - `_key` makes dataclass fields
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast

from sheetfed import config_kinds as kinds
from sheetfed.config_kinds import Endpoint, Kind, Toml
from sheetfed.core.model import Mode

T = TypeVar("T")
HOURS_MAX = 10 * 366 * 24
DAY_S = 24 * 60 * 60


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Key:
    """A declared key: its kind of value, its default as TOML, one sentence, and when it applies."""

    table: str
    name: str
    kind: Kind[Any]
    default: Toml
    meaning: str
    reloads: bool

    @property
    def dotted(self) -> str:
        return f"{self.table}.{self.name}"


def _key(kind: Kind[T], default: Toml, meaning: str, *, reloads: bool = False) -> T:
    declared = {"kind": kind, "default": default, "meaning": meaning, "reloads": reloads}
    made: T = field(default=kind.read(default), metadata=declared)
    return made


@dataclass(frozen=True, slots=True)
class Http:
    """The HTTP door."""

    listen: tuple[Endpoint, ...] = _key(
        kinds.endpoints(),
        ["127.0.0.1:18622", "[::1]:18622"],
        "Where HTTP is served; port 0 takes any free port. "
        "The same addresses belong into sheetfed.socket when that unit is used.",
    )
    host_aliases: tuple[str, ...] = _key(
        kinds.host_names(),
        [],
        "Further host names, besides localhost, under which the service answers.",
    )
    max_json_bytes: int = _key(
        kinds.size(1 << 10, 1 << 28),
        "1M",
        "The largest JSON body that is read; a larger one is answered with 413.",
    )


@dataclass(frozen=True, slots=True)
class Https:
    """The HTTPS door; it opens only with a certificate and its key."""

    listen: tuple[Endpoint, ...] = _key(
        kinds.endpoints(),
        ["127.0.0.1:18623", "[::1]:18623"],
        "Where HTTPS is served; port 0 takes any free port.",
    )
    certificate: Path | None = _key(
        kinds.path_or_none(), "", "The certificate chain (PEM); empty: HTTPS is off."
    )
    key: Path | None = _key(
        kinds.path_or_none(), "", "The certificate's private key (PEM); empty: HTTPS is off."
    )


@dataclass(frozen=True, slots=True)
class Store:
    """Where scanned documents are kept, how much of them and for how long."""

    path: Path = _key(kinds.path(), "/var/lib/sheetfed", "The folder of the scanned documents.")
    cache: Path = _key(
        kinds.path(), "/var/cache/sheetfed", "The folder of rendered pages; it may be emptied."
    )
    max_bytes: int = _key(
        kinds.size(1 << 20), "20G", "How much all documents may take; then scans are refused."
    )
    min_free_bytes: int = _key(
        kinds.size(), "512M", "How much of the disk stays free; below it scans are refused."
    )
    render_cache_bytes: int = _key(
        kinds.size(), "256M", "How much rendered pages may take; the least used ones go first."
    )
    keep_hours_browser: int = _key(
        kinds.whole(1, HOURS_MAX, "hours"),
        24,
        "How long after its last use a web page's document is kept.",
    )
    keep_hours_other: int = _key(
        kinds.whole(1, HOURS_MAX, "hours"),
        168,
        "How long after its last use any other document is kept.",
    )


@dataclass(frozen=True, slots=True)
class Scanners:
    """Which scanners there are."""

    sane_config_dir: Path | None = _key(
        kinds.path_or_none(), "", "A folder of SANE configuration; empty: the system's."
    )
    virtual: bool = _key(
        kinds.boolean(), False, "Only SANE's virtual scanners, for trying out and for tests."
    )
    default: str = _key(
        kinds.text(),
        "",
        "The id or name of the scanner for requests that name none; empty: the first.",
        reloads=True,
    )


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a scan uses when the request does not say."""

    mode: Mode = _key(kinds.choice(Mode), "color", "The mode of a scan.", reloads=True)
    resolution: int = _key(
        kinds.whole(1, 19200, "dpi"), 200, "The resolution of a scan.", reloads=True
    )


@dataclass(frozen=True, slots=True)
class Jobs:
    """How long jobs are waited for."""

    pause_timeout_s: int = _key(
        kinds.whole(1, DAY_S, "seconds"),
        600,
        "How long a paused job waits for somebody; then it fails and its pages stay.",
    )
    drain_timeout_s: int = _key(
        kinds.whole(1, 3600, "seconds"),
        60,
        "How long a stop waits for the page being read; "
        "TimeoutStopSec= of the unit has to be longer.",
    )


@dataclass(frozen=True, slots=True)
class Origins:
    """Web origins that the administrator approves."""

    allow: tuple[str, ...] = _key(
        kinds.origins(), [], "Origins that may scan and upload without being asked.", reloads=True
    )


@dataclass(frozen=True, slots=True)
class Access:
    """Which users of the machine may do what."""

    scan: tuple[str, ...] = _key(
        kinds.rules(),
        ["root", "@scanner", "active"],
        "Who may use the scanners: users, groups, whoever has an active local session, everybody.",
        reloads=True,
    )


@dataclass(frozen=True, slots=True)
class Imaging:
    """The processes that encode and render pages."""

    workers: int = _key(
        kinds.whole(0, 256), 0, "How many processes work on images; 0: as many as processors."
    )


@dataclass(frozen=True, slots=True)
class Log:
    """What is logged."""

    level: LogLevel = _key(
        kinds.choice(LogLevel), "info", "The least level that is logged.", reloads=True
    )


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration, checked."""

    http: Http = field(default_factory=Http)
    https: Https = field(default_factory=Https)
    store: Store = field(default_factory=Store)
    scanners: Scanners = field(default_factory=Scanners)
    defaults: Defaults = field(default_factory=Defaults)
    jobs: Jobs = field(default_factory=Jobs)
    origins: Origins = field(default_factory=Origins)
    access: Access = field(default_factory=Access)
    imaging: Imaging = field(default_factory=Imaging)
    log: Log = field(default_factory=Log)


def keys() -> Iterator[Key]:
    """Every declared key, table by table."""
    for table in fields(Config):
        for declared in fields(cast("type[Http]", table.type)):
            yield Key(table.name, declared.name, **declared.metadata)
