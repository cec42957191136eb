"""Scanners: SANE's backends, the scanners that they list, and whether this user may have them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sheetfed.cli import explain
from sheetfed.cli.diagnosis import Diagnosis, Trouble

BACKENDS: Final = "backends"
SCANNERS: Final = "scanners"
ACCESS: Final = "access"

_DENIED: Final = "scanner-denied"


def backends(manager: Mapping[str, Any]) -> list[Diagnosis]:
    known = manager["Backends"]
    if manager["Trouble"]:
        return [
            Diagnosis(
                BACKENDS,
                manager["Trouble"],
                Trouble.BACKEND_FAILED,
                "The journal says more: journalctl -u sheetfed",
            )
        ]
    if not known:
        return [
            Diagnosis(
                BACKENDS,
                "SANE has none configured",
                Trouble.NO_BACKEND,
                "Install libsane1 and, for scanners in the network, sane-airscan; each backend is "
                "a line of dll.conf in /etc/sane.d, or in [scanners] sane_config_dir of "
                "sheetfed.toml(5) where that is set. Then `sheetctl devices --refresh`.",
            )
        ]
    ill = [_ill(backend) for backend in known if backend["state"] not in ("ok", "in-use")]
    return ill or [Diagnosis(BACKENDS, f"{len(known)} answered")]


def _ill(backend: Mapping[str, Any]) -> Diagnosis:
    name, state = backend["name"], backend["state"]
    said = f"{name}: {backend['message'] or explain.BACKENDS[state]}"
    if state == "quarantined":
        return Diagnosis(
            BACKENDS,
            said,
            Trouble.BACKEND_QUARANTINED,
            f"Update or mend its driver, then `sheetctl devices --retry {name}`; or take it out "
            "of /etc/sane.d if nothing here needs it.",
        )
    return Diagnosis(
        BACKENDS,
        said,
        Trouble.BACKEND_FAILED,
        f"If nothing here needs {name}, take it out of /etc/sane.d; else "
        f"{explain.GUIDE} tells what to try.",
    )


def scanners(manager: Mapping[str, Any], found: Iterable[Mapping[str, Any]]) -> list[Diagnosis]:
    told = [_scanner(scanner) for scanner in found]
    return told or [
        Diagnosis(
            SCANNERS,
            explain.nothing_found(manager),
            Trouble.NO_SCANNER,
            f"{explain.GUIDE} goes from lsusb to a scan; `sheetctl devices --verbose` says what "
            "each backend answered.",
        )
    ]


def _scanner(scanner: Mapping[str, Any]) -> Diagnosis:
    said = f"{scanner['Name']}: {explain.state(scanner)}"
    if scanner["LastError"] != _DENIED:
        return Diagnosis(SCANNERS, said)
    return Diagnosis(
        SCANNERS,
        said,
        Trouble.DEVICE_PERMISSION,
        "Its driver was refused the device. For a USB scanner plug it in again; in the network, "
        "look at the scanner's own list of who may use it.",
    )


def not_allowed(text: str) -> Diagnosis:
    return Diagnosis(
        ACCESS,
        text,
        Trouble.NOT_ALLOWED,
        "Add this user to the group scanner (`adduser USER scanner`, then a new login), or name "
        "it in [access] scan of sheetfed.toml(5).",
    )
