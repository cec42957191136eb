"""Fixtures: the D-Bus door over a core of fakes, on a real bus with our policy."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fakes.bus import PrivateBus, private_bus
from fakes.busdoor import FakeService, door_on
from fakes.clock import FakeClock
from fakes.core import FakeCore
from sheetfed.bus.door import BusDoor

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be two users")


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[PrivateBus]:
    with private_bus(tmp_path) as bus:
        yield bus


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[FakeCore]:
    async with FakeCore.assemble(
        tmp_path, clock=FakeClock(is_manual=True), origins=()
    ).running() as core:
        yield core


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
async def door(bus: PrivateBus, core: FakeCore, service: FakeService) -> AsyncIterator[BusDoor]:
    async with door_on(bus.address, core, service) as door:
        yield door
