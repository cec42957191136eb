"""Survey: what a look for scanners has found, what it does not show, and why."""

from dataclasses import dataclass
from enum import StrEnum

from sheetfed.core.model import ScannerId
from sheetfed.core.scanner import Scanner


class BackendState(StrEnum):
    """How the last question to a SANE backend for its scanners went."""

    OK = "ok"
    IN_USE = "in-use"  # not asked: a scanner of its is open
    FAILED = "failed"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    QUARANTINED = "quarantined"  # not asked: it crashed or hung too often


@dataclass(frozen=True, slots=True)
class Backend:
    """A SANE backend that is configured: how it is, how many scanners it lists, why it has none."""

    name: str
    state: BackendState
    message: str = ""
    scanners: int = 0


class HiddenBy(StrEnum):
    """Why a device that SANE lists is not shown as a scanner."""

    CONFIGURATION = "configuration"  # [scanners] hide
    DUPLICATE = "duplicate"  # the same device is shown through a preferred backend


@dataclass(frozen=True, slots=True)
class HiddenDevice:
    """A device that SANE lists and we do not; `pattern` of `hide`, or the scanner shown for it."""

    device: str
    vendor: str
    model: str
    by: HiddenBy
    pattern: str = ""
    scanner: ScannerId | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """What a look for scanners has found, and what it has not shown, and why."""

    scanners: tuple[Scanner, ...] = ()
    hidden: tuple[HiddenDevice, ...] = ()
    backends: tuple[Backend, ...] = ()
