"""Diagnosis: what one check has found, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Trouble(StrEnum):
    """Every trouble that is known by name: scripts rely on the names."""

    NO_BUS = "no-bus"
    NOT_RUNNING = "service-not-running"
    POLKIT_MISSING = "polkit-missing"
    PORT_TAKEN = "port-taken"
    WEB_SILENT = "web-silent"
    CERTIFICATE = "certificate"
    BROWSER_POLICY = "browser-policy"
    NO_BACKEND = "no-backend"
    BACKEND_FAILED = "backend-failed"
    BACKEND_QUARANTINED = "backend-quarantined"
    NOT_ALLOWED = "not-allowed"
    NO_SCANNER = "no-scanner"
    DEVICE_PERMISSION = "device-permission"
    DISK = "disk"


MEANINGS: Final[Mapping[Trouble, str]] = {
    Trouble.NO_BUS: "There is no message bus, or it does not let this user in.",
    Trouble.NOT_RUNNING: "The service is not running and cannot be started.",
    Trouble.POLKIT_MISSING: "polkit is not there: only root administers.",
    Trouble.PORT_TAKEN: "Another program listens where the service should.",
    Trouble.WEB_SILENT: "The service runs, and its web address does not answer.",
    Trouble.CERTIFICATE: "The certificate of HTTPS is missing, has ended or soon will.",
    Trouble.BROWSER_POLICY: "A browser's policy keeps pages from the service, or cannot be read.",
    Trouble.NO_BACKEND: "SANE has no backend configured.",
    Trouble.BACKEND_FAILED: "A SANE backend failed, crashed or did not answer.",
    Trouble.BACKEND_QUARANTINED: "A SANE backend crashed or hung too often and is left out.",
    Trouble.NOT_ALLOWED: "This user may not use the scanners.",
    Trouble.NO_SCANNER: "No scanner was found.",
    Trouble.DEVICE_PERMISSION: "The service may not open a scanner that is plugged in.",
    Trouble.DISK: "The store, an owner's part of it or its disk is full, or nearly, by the limits "
    "of [store] that are in force.",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Of a check by its name; without a trouble all is well. `advice` says what to do."""

    check: str
    found: str
    trouble: Trouble | None = None
    advice: str = ""
