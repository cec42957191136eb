"""Papers: the tables of the configuration about pages, kept, worked on and sent."""

# ruff: noqa: RUF009 - `declare` makes dataclass fields
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sheetfed import config_kinds as kinds
from sheetfed.config_key import declare

HOURS_AT_MOST = 10 * 366 * 24


class Encryption(StrEnum):
    OFF = "off"
    SESSION = "session"
    KEY_FILE = "key-file"


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
        kinds.whole(1, HOURS_AT_MOST, "hours"),
        24,
        "How long after its last use a web page's document is kept.",
        reloads=True,
    )
    keep_hours_other: int = declare(
        kinds.whole(1, HOURS_AT_MOST, "hours"),
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
class Imaging:
    """The processes that encode and render pages."""

    workers: int = declare(
        kinds.whole(0, 256), 0, "How many processes work on images; 0: as many as processors."
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
        kinds.seconds(),
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
