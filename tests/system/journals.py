"""Journals: what of a boot an administrator would have to look at."""

import json
import re
from typing import Final

from system.machine import Machine

_NAME: Final = "sheetfed"
_OURS: Final = ("sheetfed.service", "sheetfed-certificates.service")
_WARNING: Final = 4
_WRONG: Final = re.compile(
    r"unknown|unable|fail|error|invalid|ignor|denied|refus|missing|not found|cannot|could not"
    r"|deprecat|obsolete|duplicate|unsafe|skipp|warn|timed out",
    re.IGNORECASE,
)


def complaints(machine: Machine) -> list[str]:
    """Every warning of this boot, whoever gave it, and all that anybody else, the message bus,
    systemd or polkit, has to find fault with in what is named after the service."""
    found = []
    for line in machine.journal("--output=json").splitlines():
        entry = json.loads(line)
        said = _text(entry.get("MESSAGE", ""))
        told = f"{entry.get('SYSLOG_IDENTIFIER', '?')}: {said}"
        by_others = entry.get("_SYSTEMD_UNIT") not in _OURS
        is_fault = by_others and _NAME in said and _WRONG.search(said) is not None
        if int(entry.get("PRIORITY", _WARNING)) <= _WARNING or is_fault:
            found.append(told)
    return found


def _text(message: str | list[int]) -> str:
    """journalctl writes bytes that are no text as their numbers."""
    return message if isinstance(message, str) else bytes(message).decode(errors="replace")
