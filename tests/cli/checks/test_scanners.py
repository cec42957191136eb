"""Scanners: backends that are ill and scanners that cannot be had are told."""

from collections.abc import Mapping
from typing import Any

import pytest

from fakes.troubles import names
from sheetfed.cli.checks import scanners
from sheetfed.cli.diagnosis import Trouble


def _backend(state: str) -> dict[str, Any]:
    return {"name": "epsonds", "state": state, "message": "", "scanners": 0}


def _manager(*backends: Mapping[str, Any], trouble: str = "") -> dict[str, Any]:
    return {"Backends": list(backends), "Hidden": [], "Trouble": trouble}


def _scanner(last_error: str) -> dict[str, Any]:
    return {
        "Name": "Desk",
        "Quarantined": False,
        "Available": True,
        "Busy": False,
        "LastError": last_error,
    }


@pytest.mark.parametrize(
    ("manager", "trouble"),
    [
        (_manager(_backend("ok"), _backend("in-use")), None),
        (_manager(), Trouble.NO_BACKEND),
        (_manager(trouble="the look failed"), Trouble.BACKEND_FAILED),
        (_manager(_backend("crashed")), Trouble.BACKEND_FAILED),
        (_manager(_backend("timeout")), Trouble.BACKEND_FAILED),
        (_manager(_backend("failed")), Trouble.BACKEND_FAILED),
        (_manager(_backend("quarantined")), Trouble.BACKEND_QUARANTINED),
    ],
)
def test_backends_that_are_ill_are_told(manager: dict[str, Any], trouble: Trouble | None) -> None:
    assert names(scanners.backends(manager)) == [trouble]


@pytest.mark.parametrize(
    ("found", "trouble"),
    [
        ([], Trouble.NO_SCANNER),
        ([_scanner("")], None),
        ([_scanner("paper-jam")], None),
        ([_scanner("scanner-denied")], Trouble.DEVICE_PERMISSION),
    ],
)
def test_scanners_that_cannot_be_had_are_told(
    found: list[dict[str, Any]], trouble: Trouble | None
) -> None:
    assert names(scanners.scanners(_manager(_backend("ok")), found)) == [trouble]
