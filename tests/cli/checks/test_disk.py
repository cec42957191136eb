"""Disk: room for what is scanned, by the limits that are in force and on the disk itself."""

from pathlib import Path

import pytest

from sheetfed.cli.checks import disk
from sheetfed.cli.diagnosis import Diagnosis, Trouble
from sheetfed.cli.machine import Machine

ROOM = {
    "StoreBytes": 1_000_000,
    "StoreLimit": 2 << 30,
    "StoreOwnerLimit": 1 << 30,
    "StoreMinFree": 512 << 20,
}

MIB = 1 << 20

OWNERS = [{"uid": 1000, "origin": "https://app.example.org", "bytes": 50 * MIB}]


def _room(machine: Machine, **changed: int) -> list[Diagnosis]:
    return disk.check(machine, {**ROOM, **changed}, OWNERS)


def test_a_store_with_room_is_told_with_its_numbers(tmp_path: Path) -> None:
    (found,) = _room(Machine(tmp_path / "unknown"))
    assert (found.trouble, found.found) == (None, "1.0 MB of 2.1 GB")


@pytest.mark.parametrize(
    ("changed", "advice"),
    [
        ({"StoreBytes": 2047 * MIB}, "Scans will soon be refused. "),
        ({"StoreBytes": 2048 * MIB}, "Scans are refused. "),
        ({"StoreOwnerLimit": 51 * MIB}, "Scans will soon be refused for this owner. "),
        ({"StoreOwnerLimit": 50 * MIB}, "Scans are refused for this owner. "),
        ({"StoreOwnerLimit": 0}, ""),
    ],
)
def test_a_limit_that_is_reached_or_nearly_is_told(
    changed: dict[str, int], advice: str, tmp_path: Path
) -> None:
    (found,) = _room(Machine(tmp_path / "unknown"), **changed)
    assert found.trouble is (Trouble.DISK if advice else None)
    assert found.advice.startswith(advice)


@pytest.mark.parametrize(
    ("free_bytes", "kept_free_bytes", "advice"),
    [
        (609 * MIB, 512 * MIB, ""),
        (607 * MIB, 512 * MIB, "Scans will soon be refused: "),
        (511 * MIB, 512 * MIB, "Scans are refused: "),
        (607 * MIB, 0, ""),
        (607 * MIB, 4096 * MIB, "Scans are refused: "),
        (95 * MIB, 0, "Scans will soon be refused: "),
        (MIB - 1, 0, "Scans are refused: "),
    ],
)
def test_a_disk_is_judged_by_what_is_configured_to_stay_free(
    free_bytes: int, kept_free_bytes: int, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Machine, "free_bytes", lambda _: free_bytes)
    (found,) = _room(Machine(), StoreMinFree=kept_free_bytes)
    assert found.trouble is (Trouble.DISK if advice else None)
    assert found.advice.startswith(advice)
    assert "free on its disk" in found.found
