"""Looks for scanners that take longer than a D-Bus client waits."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from fakes.bus import PrivateBus
from fakes.busclient import Client, client_on
from fakes.busdoor import CONTRACT, FakeService
from fakes.core import FakeCore
from fakes.devices import DESK
from fakes.gate import Gate, until
from sheetfed.bus.contract import MANAGER, ROOT, SCANNER
from sheetfed.bus.door import BusDoor
from sheetfed.bus.looks import Looks
from sheetfed.core.errors import ScannerNotFound
from sheetfed.core.model import ScannerId
from sheetfed.core.survey import Backend, BackendState

LAMP = replace(DESK, id=ScannerId("lamp"), name="Lamp scanner", device="test:7")
DEADLINE_S = 0.05


@pytest.fixture
async def door(bus: PrivateBus, core: FakeCore, service: FakeService) -> AsyncIterator[BusDoor]:
    """One that waits for a look only for a moment."""
    context = replace(service.context(core), looks=Looks(deadline_s=DEADLINE_S))
    door = BusDoor(bus=bus.address, contract_folder=CONTRACT, context=context)
    await door.start()
    yield door
    await door.close()


@pytest.mark.parametrize("member", ["RefreshScanners", "RetryBackend", "Retry"])
async def test_a_look_that_takes_long_goes_on_after_the_answer(
    client: Client, core: FakeCore, member: str
) -> None:
    core.devices.backends = [Backend("epsonds", BackendState.QUARANTINED)]
    await core.scanners.refresh()
    core.devices.scanners.append(LAMP)
    core.devices.surveying.shut()
    arguments = ("s", "epsonds") if member == "RetryBackend" else ()
    at = {"path": f"{ROOT}/scanner/desk", "interface": SCANNER} if member == "Retry" else {}
    await client.call(member, *arguments, **at)
    assert await client.get(ROOT, MANAGER, "Looking") is True
    assert not any(signal.member == "InterfacesAdded" for signal in client.signals)
    core.devices.surveying.open()
    assert (await client.heard("InterfacesAdded")).body[0] == f"{ROOT}/scanner/lamp"
    await until(lambda: not core.scanners.is_refreshing)
    assert await client.get(ROOT, MANAGER, "Looking") is False


async def test_the_looks_that_go_on_end_with_the_door(
    bus: PrivateBus, door: BusDoor, core: FakeCore
) -> None:
    core.devices.surveying.shut()
    async with client_on(bus.address) as client:
        await client.call("RefreshScanners")
        assert core.devices.surveying.waiting == 1
        await door.close()
    assert core.devices.surveying.waiting == 0


async def test_what_goes_wrong_after_the_answer_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    looks, gate = Looks(deadline_s=0.0), Gate(is_shut=True)
    gate.fault = ScannerNotFound("the lamp is gone")
    await looks.wait(gate.passed())
    gate.open()
    await until(lambda: "the lamp is gone" in caplog.text)
    await looks.close()


async def test_what_goes_wrong_before_the_answer_is_the_answer() -> None:
    looks, gate = Looks(), Gate()
    gate.fault = ScannerNotFound("the lamp is gone")
    with pytest.raises(ScannerNotFound):
        await looks.wait(gate.passed())


async def test_a_look_outlives_the_caller_that_gives_up() -> None:
    looks, gate = Looks(), Gate(is_shut=True)
    caller = asyncio.create_task(looks.wait(gate.passed()))
    await gate.reached()
    caller.cancel()
    await asyncio.wait({caller})
    assert gate.waiting == 1
    await looks.close()
    assert gate.waiting == 0
