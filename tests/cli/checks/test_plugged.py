"""Plugged: a scanner that the service may not open is told."""

import os
from pathlib import Path

import pytest

from fakes.troubles import names
from sheetfed.cli.checks import plugged
from sheetfed.cli.diagnosis import Trouble
from sheetfed.cli.machine import Machine

UID, SCANNER_GROUP = 990, 99


def _plug(root: Path, *, mode: int, matched: bool = True) -> None:
    data, char, node = root / "run/udev/data", root / "sys/dev/char/189:3", root / "dev/bus/usb/001"
    for folder in (data, char, node):
        folder.mkdir(parents=True)
    (data / "c189:3").write_text("E:libsane_matched=yes\n" if matched else "E:ID_USB=1\n")
    (char / "uevent").write_text("MAJOR=189\nMINOR=3\nDEVNAME=bus/usb/001/004\n")
    (node / "004").touch()
    (node / "004").chmod(mode)


@pytest.mark.parametrize(
    ("mode", "trouble"),
    [(0o660, None), (0o606, Trouble.DEVICE_PERMISSION), (0o640, Trouble.DEVICE_PERMISSION)],
)
def test_a_plugged_in_scanner_that_the_service_may_not_open_is_told(
    mode: int, trouble: Trouble | None, tmp_path: Path
) -> None:
    _plug(tmp_path, mode=mode)
    found = plugged.judged(Machine(tmp_path), UID, frozenset({os.getgid()}))
    assert names(found) == [trouble]
    assert "/dev/bus/usb/001/004" in found[0].found


def test_other_usb_devices_are_nobodys_trouble(tmp_path: Path) -> None:
    _plug(tmp_path, mode=0o600, matched=False)
    assert plugged.judged(Machine(tmp_path), UID, frozenset()) == []
