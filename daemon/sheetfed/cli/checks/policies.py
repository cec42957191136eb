"""Policies: what browsers were told by the administrator that keeps pages from the service."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sheetfed.cli import browsers
from sheetfed.cli.browsers import Authority, PolicyRefused, Trust
from sheetfed.cli.diagnosis import Diagnosis, Trouble
from sheetfed.cli.machine import Machine

CHECK: Final = "browsers"
FOLDERS: Final = (
    "etc/chromium/policies/managed",
    "etc/opt/chrome/policies/managed",
    "etc/opt/edge/policies/managed",
    "etc/brave/policies/managed",
)
FIREFOX: Final = "etc/firefox/policies/policies.json"
BLOCKING: Final = ("LocalNetworkAccessBlockedForUrls", "LoopbackNetworkBlockedForUrls")
ALLOWING: Final = ("LocalNetworkAccessAllowedForUrls", "LoopbackNetworkAllowedForUrls")


def check(machine: Machine) -> list[Diagnosis]:
    files = [file for folder in FOLDERS for file in sorted((machine.root / folder).glob("*.json"))]
    files += [file] if (file := machine.root / FIREFOX).exists() else []
    found = [each for file in files for each in _judged(file, machine.root)]
    found += _outdated(machine.root)
    return found or [Diagnosis(CHECK, "no policy keeps pages from the service")]


def _outdated(root: Path) -> Iterator[Diagnosis]:
    """Browsers that trust certificates which this machine has no more."""
    try:
        authority = Authority.read(root)
    except OSError:
        return
    for browser in browsers.ALL:
        try:
            state = browser.state(root, authority)
        except (OSError, ValueError, PolicyRefused):
            continue
        if state is Trust.OLD:
            yield Diagnosis(
                CHECK,
                f"{browser.name} trusts an earlier certificate of this machine's",
                Trouble.BROWSER_POLICY,
                "`sudo sheetctl tls trust`, then start the browser anew.",
            )


def _judged(file: Path, root: Path) -> Iterator[Diagnosis]:
    shown = f"/{file.relative_to(root)}"
    try:
        policies: Any = json.loads(file.read_text("utf-8"))
    except PermissionError:
        return
    except (OSError, ValueError) as error:
        yield Diagnosis(
            CHECK,
            f"{shown} cannot be read by the browser: {error}",
            Trouble.BROWSER_POLICY,
            "Put the file right: until then none of its policies holds.",
        )
        return
    blocked = [
        str(page)
        for name in BLOCKING
        for page in (policies.get(name) if isinstance(policies, dict) else None) or ()
    ]
    if blocked:
        yield Diagnosis(
            CHECK,
            f"{shown} keeps these pages from local services: {', '.join(blocked)}",
            Trouble.BROWSER_POLICY,
            f"Take the pages that are to scan out of {BLOCKING[0]}, or put them into "
            f"{ALLOWING[0]}.",
        )
