"""Endings: how a request to a worker failed, as the error that a caller is told."""

import signal
from collections.abc import Mapping
from typing import Any

from sheetfed.core.errors import (
    DISK_FULL,
    ERRORS,
    ErrorCode,
    InternalError,
    ScanError,
    ScannerLost,
    StoreFull,
)
from sheetfed.devices.statuses import sentence


def ended(code: int | None) -> ScannerLost:
    """A worker that ended with this exit code; below zero it is the signal's number."""
    if code is None or code >= 0:
        return ScannerLost(details={"exit": code})
    name = signal_name(-code)
    return ScannerLost(f"the scanner's driver was ended by {name}", details={"signal": name})


def signal_name(number: int) -> str:
    """Real-time signals have none of their own."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def refused(error: Mapping[str, Any]) -> ScanError:
    """What a worker reports that its driver, or a full disk, did not let it do."""
    try:
        kind = ERRORS[ErrorCode(error["code"])]
    except (ValueError, KeyError):
        return InternalError()
    if kind is StoreFull:
        return StoreFull(DISK_FULL)
    text = str(error["text"])
    return kind(sentence(text), details={"sane": text} if text else None)
