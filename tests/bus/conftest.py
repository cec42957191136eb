"""The D-Bus door over a core of fakes, and a client of it."""

from collections.abc import AsyncIterator

import pytest

from fakes.bus import PrivateBus
from fakes.bus_fixtures import bus, core, door, service
from fakes.busclient import NOBODY, Client, client_on
from fakes.polkit import FakePolkit, polkit_on
from sheetfed.bus.door import BusDoor

__all__ = ["bus", "core", "door", "service"]


@pytest.fixture
async def client(bus: PrivateBus, door: BusDoor) -> AsyncIterator[Client]:
    """A connection of the daemon's own user, who administers."""
    async with client_on(bus.address) as client:
        yield client


@pytest.fixture
async def nobody(bus: PrivateBus, door: BusDoor) -> AsyncIterator[Client]:
    """An ordinary user's connection, which subscribes to everything it can."""
    async with client_on(bus.address, uid=NOBODY) as client:
        yield client


@pytest.fixture
async def polkit(bus: PrivateBus) -> AsyncIterator[FakePolkit]:
    async with polkit_on(bus.address) as polkit:
        yield polkit


@pytest.fixture
def bus_address(bus: PrivateBus) -> str:
    return bus.address
