"""Scanning: the tables of the configuration about scanners and scans."""

# ruff: noqa: RUF009 - `declare` makes dataclass fields
from dataclasses import dataclass
from pathlib import Path

from sheetfed import config_kinds as kinds
from sheetfed.config_key import declare
from sheetfed.core.model import Mode


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
        kinds.whole(0, 24 * 60, "minutes"),
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
        kinds.seconds(),
        60,
        "How long a scanner stays opened by a page or program that neither calls nor listens.",
        reloads=True,
    )
    lease_limit_s: int = declare(
        kinds.seconds(),
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
        kinds.seconds(),
        600,
        "How long a paused job waits for somebody; then it fails and its pages stay.",
        reloads=True,
    )
    drain_timeout_s: int = declare(
        kinds.seconds(at_most=3600),
        60,
        "How long a stop waits for the page being read; "
        "TimeoutStopSec= of the unit has to be longer.",
        reloads=True,
    )
