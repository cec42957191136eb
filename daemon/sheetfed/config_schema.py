"""The schema of the configuration: every table and key, declared once."""

# ruff: noqa: RUF009 - `declare` makes dataclass fields
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import cast

from sheetfed import config_kinds as kinds
from sheetfed.config_key import Key, declare
from sheetfed.config_kinds import Endpoint
from sheetfed.core.model import Mode

HOURS_MAX = 10 * 366 * 24
DAY_S = 24 * 60 * 60


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Encryption(StrEnum):
    OFF = "off"
    SESSION = "session"
    KEY_FILE = "key-file"


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
class Store:
    """Where scanned documents are kept, how much of them and for how long."""

    path: Path = declare(kinds.path(), "/var/lib/sheetfed", "The folder of the scanned documents.")
    cache: Path = declare(
        kinds.path(), "/var/cache/sheetfed", "The folder of rendered pages; it may be emptied."
    )
    max_bytes: int = declare(
        kinds.size(1 << 20),
        "20G",
        "How much all documents may take; then scans are refused.",
        reloads=True,
    )
    max_bytes_per_owner: int = declare(
        kinds.size(),
        "10G",
        "How much one owner's documents may take, a user's programs and each of a user's web pages "
        "being owners; 0: as much as all.",
        reloads=True,
    )
    max_pages: int = declare(
        kinds.whole(1, 1_000_000, "pages"),
        5000,
        "How many pages a document may have.",
        reloads=True,
    )
    min_free_bytes: int = declare(
        kinds.size(),
        "512M",
        "How much of the disk stays free; below it scans are refused.",
        reloads=True,
    )
    render_cache_bytes: int = declare(
        kinds.size(),
        "256M",
        "How much rendered pages may take; the least used ones go first.",
        reloads=True,
    )
    keep_hours_browser: int = declare(
        kinds.whole(1, HOURS_MAX, "hours"),
        24,
        "How long after its last use a web page's document is kept.",
        reloads=True,
    )
    keep_hours_other: int = declare(
        kinds.whole(1, HOURS_MAX, "hours"),
        168,
        "How long after its last use any other document is kept.",
        reloads=True,
    )
    encrypt: Encryption = declare(
        kinds.choice(Encryption),
        "off",
        "Whether pages are encrypted on the disk: with a key that is gone when the service is "
        "stopped, or with one that it is given.",
    )
    key_file: Path | None = declare(
        kinds.path_or_none(),
        "",
        'The file of the key for encrypt = "key-file"; empty: systemd\'s credential store-key.',
    )


@dataclass(frozen=True, slots=True)
class Scanners:
    """Which scanners there are."""

    sane_config_dir: Path | None = declare(
        kinds.path_or_none(), "", "A folder of SANE configuration; empty: the system's."
    )
    virtual: bool = declare(
        kinds.boolean(), False, "Only SANE's virtual scanners, for trying out and for tests."
    )
    default: str = declare(
        kinds.text(),
        "",
        "The id or name of the scanner for requests that name none; empty: the first.",
        reloads=True,
    )
    hide: tuple[str, ...] = declare(
        kinds.patterns(),
        [],
        "Scanners that are not shown, by SANE's device name, its backend, the scanner's id or "
        '"VENDOR MODEL".',
        reloads=True,
    )
    rename: tuple[tuple[str, str], ...] = declare(
        kinds.names(),
        {},
        "What scanners are called, by the same words as in hide; the first pattern that fits.",
        reloads=True,
    )
    devices: tuple[str, ...] = declare(
        kinds.devices(),
        [],
        "Devices that SANE can open but does not list, such as a network scanner's.",
        reloads=True,
    )
    prefer: tuple[str, ...] = declare(
        kinds.backends(),
        ["*", "airscan", "escl"],
        "Which backend is used for a scanner that several list: the first of these.",
        reloads=True,
    )
    quirks_dir: Path = declare(
        kinds.path(),
        "/etc/sheetfed/quirks.d",
        "The folder of the administrator's own tables of what drivers call things.",
        reloads=True,
    )
    network_refresh_minutes: int = declare(
        kinds.whole(0, DAY_S // 60, "minutes"),
        10,
        "How often network scanners are looked for; 0: only when somebody asks.",
        reloads=True,
    )
    quarantine_after: int = declare(
        kinds.whole(0, 100),
        3,
        "After how many crashes or hangs in a row a backend is left out; 0: never.",
        reloads=True,
    )
    lease_idle_s: int = declare(
        kinds.whole(1, DAY_S, "seconds"),
        60,
        "How long a scanner stays opened by a page or program that neither calls nor listens.",
        reloads=True,
    )
    lease_limit_s: int = declare(
        kinds.whole(1, DAY_S, "seconds"),
        900,
        "How long a scanner stays opened without a job, whatever its owner does.",
        reloads=True,
    )


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a scan uses when the request does not say."""

    mode: Mode = declare(kinds.choice(Mode), "color", "The mode of a scan.", reloads=True)
    resolution: int = declare(
        kinds.whole(1, 19200, "dpi"), 200, "The resolution of a scan.", reloads=True
    )


@dataclass(frozen=True, slots=True)
class Jobs:
    """How long jobs are waited for."""

    pause_timeout_s: int = declare(
        kinds.whole(1, DAY_S, "seconds"),
        600,
        "How long a paused job waits for somebody; then it fails and its pages stay.",
        reloads=True,
    )
    drain_timeout_s: int = declare(
        kinds.whole(1, 3600, "seconds"),
        60,
        "How long a stop waits for the page being read; "
        "TimeoutStopSec= of the unit has to be longer.",
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
class Upload:
    """Pages that the service sends to a web page's own server, or to others."""

    allow: tuple[str, ...] = declare(
        kinds.origins(),
        [],
        "Origins that pages may be sent to, besides that of the web page that asks; programs "
        "have these alone.",
        reloads=True,
    )
    ca_file: Path | None = declare(
        kinds.path_or_none(),
        "",
        "The certificates (PEM) that servers' are checked with; empty: the system's.",
        reloads=True,
    )
    max_file_bytes: int = declare(
        kinds.size(1 << 10), "1G", "The largest file that is sent.", reloads=True
    )
    timeout_s: int = declare(
        kinds.whole(1, DAY_S, "seconds"),
        600,
        "How long an attempt to send a file may take, the server's answer included.",
        reloads=True,
    )
    attempts: int = declare(
        kinds.whole(1, 10),
        4,
        "How often an upload is tried, where trying again does no harm.",
        reloads=True,
    )
    at_once: int = declare(
        kinds.whole(1, 100),
        8,
        "How many uploads of one owner may be under way.",
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
        kinds.whole(1, 3600, "seconds"),
        20,
        "How long a new connection has for its first request's header lines.",
        reloads=True,
    )
    body_timeout_s: int = declare(
        kinds.whole(1, DAY_S, "seconds"),
        300,
        "How long a request's body may take to arrive.",
        reloads=True,
    )
    idle_timeout_s: int = declare(
        kinds.whole(1, DAY_S, "seconds"),
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


@dataclass(frozen=True, slots=True)
class Metrics:
    """What is counted, for Prometheus."""

    listen: Endpoint | Path | None = declare(
        kinds.endpoint_or_path(),
        "",
        "Where /metrics is served; empty: nowhere, and nothing is counted. A port of 0 takes any "
        "free one.",
    )


@dataclass(frozen=True, slots=True)
class Imaging:
    """The processes that encode and render pages."""

    workers: int = declare(
        kinds.whole(0, 256), 0, "How many processes work on images; 0: as many as processors."
    )


@dataclass(frozen=True, slots=True)
class Log:
    """What is logged."""

    level: LogLevel = declare(
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
    upload: Upload = field(default_factory=Upload)
    limits: Limits = field(default_factory=Limits)
    metrics: Metrics = field(default_factory=Metrics)
    imaging: Imaging = field(default_factory=Imaging)
    log: Log = field(default_factory=Log)


def keys() -> Iterator[Key]:
    """Every declared key, table by table."""
    for table in fields(Config):
        for declared in fields(cast("type[Http]", table.type)):
            yield Key(table.name, declared.name, **declared.metadata)
