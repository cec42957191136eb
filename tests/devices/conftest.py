"""Fixtures of the devices room: the virtual scanner, opened through real worker processes."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fakes.reading import HASTY, listed
from fakes.scripted import scripted
from fakes.spools import FolderSpools
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.driver import SaneDevices

__all__ = ["scripted"]


@pytest.fixture
def spools(tmp_path: Path) -> Iterator[FolderSpools]:
    folder = FolderSpools(tmp_path)
    yield folder
    folder.close()


@pytest.fixture
async def devices() -> AsyncIterator[SaneDevices]:
    """Without a spare, so that each test starts only what it uses."""
    sane = SaneDevices(virtual=True)
    yield sane
    await sane.close()


@pytest.fixture
async def device(devices: SaneDevices) -> AsyncIterator[SaneDevice]:
    scanner = (await listed(devices))[0]
    opened = await devices.open(scanner)
    yield opened
    await opened.close()


@pytest.fixture
async def hasty() -> AsyncIterator[SaneDevice]:
    devices = SaneDevices(virtual=True, deadlines=HASTY)
    yield await devices.open((await listed(devices))[0])
    await devices.close()
