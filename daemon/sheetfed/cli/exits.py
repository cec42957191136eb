"""Exits: the exit codes of sheetctl, and the way to each of them."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

import click


class Exit(IntEnum):
    """Stable: scripts rely on them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NO_SERVICE = 3
    NOT_ALLOWED = 4
    NO_SCANNER = 5
    BUSY = 6
    SCAN_FAILED = 7
    INCOMPLETE = 8
    CANCELED = 9
    NOT_FOUND = 10
    OUTPUT = 11
    TROUBLE = 12


MEANINGS: Final[Mapping[Exit, str]] = {
    Exit.OK: "It is done.",
    Exit.FAILED: "The service could not do it; the message says why.",
    Exit.USAGE: "The command line, or a setting in it, is wrong.",
    Exit.NO_SERVICE: "The service is not running, or it went away.",
    Exit.NOT_ALLOWED: "This user may not do this.",
    Exit.NO_SCANNER: "There is no scanner, or none of this name.",
    Exit.BUSY: "Another job is using the scanner.",
    Exit.SCAN_FAILED: "The scan failed; pages read before that are kept and written.",
    Exit.INCOMPLETE: "The scan stopped early; what there is was written.",
    Exit.CANCELED: "The scan was canceled; pages read before that are kept.",
    Exit.NOT_FOUND: "There is no such job, document, page or web origin.",
    Exit.OUTPUT: "The output could not be written; the pages are kept.",
    Exit.TROUBLE: "The doctor found trouble.",
}

_OURS: Final = "org.sheetfed1.Error."
_DBUS: Final = "org.freedesktop.DBus.Error."

OF_NAMES: Final[Mapping[str, Exit]] = {
    f"{_OURS}InvalidParameter": Exit.USAGE,
    f"{_OURS}IndexOutOfRange": Exit.NOT_FOUND,
    f"{_OURS}NotFound": Exit.NOT_FOUND,
    f"{_OURS}Gone": Exit.NOT_FOUND,
    f"{_OURS}NotAllowed": Exit.NOT_ALLOWED,
    f"{_OURS}OriginNotGranted": Exit.NOT_ALLOWED,
    f"{_OURS}NoScanner": Exit.NO_SCANNER,
    f"{_OURS}ScannerNotFound": Exit.NO_SCANNER,
    f"{_OURS}ScannerBusy": Exit.BUSY,
    f"{_OURS}TooMany": Exit.BUSY,
    f"{_OURS}ShuttingDown": Exit.NO_SERVICE,
    f"{_DBUS}AccessDenied": Exit.NOT_ALLOWED,
    f"{_DBUS}InteractiveAuthorizationRequired": Exit.NOT_ALLOWED,
    f"{_DBUS}UnknownObject": Exit.NOT_FOUND,
    f"{_DBUS}ServiceUnknown": Exit.NO_SERVICE,
    f"{_DBUS}NameHasNoOwner": Exit.NO_SERVICE,
    f"{_DBUS}Disconnected": Exit.NO_SERVICE,
    f"{_DBUS}NoReply": Exit.NO_SERVICE,
}

_ADVICE: Final = {
    Exit.NO_SERVICE: "Start the service with `systemctl start sheetfed`; "
    "`systemctl status sheetfed` says why it is not running.",
    Exit.NO_SCANNER: "`sheetctl devices` lists the scanners that are there.",
    Exit.BUSY: "Try again later, or wait for it with `--queue`.",
}


class Stop(click.ClickException):
    """Ends the command: a sentence on standard error, what to do about it, and an exit code."""

    def __init__(self, code: Exit, message: str, *, advice: str | None = None) -> None:
        """Without an advice of its own it is the usual one for the code."""
        advice = _ADVICE.get(code) if advice is None else advice
        super().__init__(f"{message}\n{advice}" if advice else message)
        self.reason = message
        self.code = code

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        """What click ends the process with."""
        return self.code.value


def of_error(name: str) -> Exit:
    """The exit code for a D-Bus error's name."""
    if name.startswith((f"{_DBUS}Spawn.", "org.freedesktop.systemd1.")):
        return Exit.NO_SERVICE
    return OF_NAMES.get(name, Exit.FAILED)
