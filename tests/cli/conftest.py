"""The command against the real D-Bus door over a core of fakes."""

from pathlib import Path

import pytest

from fakes.bus import PrivateBus
from fakes.bus_fixtures import bus, core, door, service
from fakes.sheetctl import Sheetctl

__all__ = ["bus", "core", "door", "service"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the command is run."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def sheetctl(bus: PrivateBus, folder: Path) -> Sheetctl:
    return Sheetctl(bus.address, folder)
