"""The door as a whole: coming onto the bus, staying there, leaving."""

import asyncio
from pathlib import Path

import pytest

from fakes.bus import PrivateBus
from fakes.busclient import client_on
from fakes.busdoor import CONTRACT, FakeService, door_on
from fakes.core import FakeCore
from fakes.devices import DESK, SlowSheet
from sheetfed.bus import paths
from sheetfed.bus.connection import BusUnreachable
from sheetfed.bus.contract import MANAGER, NAME, ROOT, ContractMissing
from sheetfed.bus.door import BusDoor, NameRefused
from sheetfed.bus.tasks import KEPT_S
from sheetfed.core.events import ScannerChanged
from sheetfed.core.model import Caller, Owner, ScanSettings


async def test_a_name_that_is_taken_is_said_clearly(
    bus: PrivateBus, core: FakeCore, service: FakeService, door: BusDoor
) -> None:
    with pytest.raises(NameRefused, match="running already"):
        async with door_on(bus.address, core, service):
            pass


async def test_a_bus_that_is_not_there_is_said_clearly(
    core: FakeCore, service: FakeService
) -> None:
    with pytest.raises(BusUnreachable, match="nowhere"):
        async with door_on("unix:path=/nowhere", core, service):
            pass


async def test_a_contract_that_is_not_there_is_said_clearly(
    bus: PrivateBus, core: FakeCore, service: FakeService, tmp_path: Path
) -> None:
    door = BusDoor(bus=bus.address, contract_folder=tmp_path, context=service.context(core))
    with pytest.raises(ContractMissing, match=r"lacks org\.sheetfed1\.Document"):
        await door.start()


async def test_the_daemon_is_told_when_the_bus_goes_away(
    bus: PrivateBus, core: FakeCore, service: FakeService
) -> None:
    lost = asyncio.Event()
    door = BusDoor(
        bus=bus.address,
        contract_folder=CONTRACT,
        context=service.context(core),
        lost=lost.set,
    )
    await door.start()
    bus.stop()
    async with asyncio.timeout(5):
        await lost.wait()
    core.hub.publish(ScannerChanged(DESK, busy=True))
    await door.close()


async def test_after_closing_the_name_is_free_and_nobody_was_told_a_loss(
    bus: PrivateBus, core: FakeCore, service: FakeService
) -> None:
    losses: list[str] = []
    door = BusDoor(
        bus=bus.address,
        contract_folder=CONTRACT,
        context=service.context(core),
        lost=lambda: losses.append("lost"),
    )
    await door.start()
    await door.close()
    await door.close()
    async with client_on(bus.address) as client:
        reply = await client.connection.ask("NameHasOwner", "s", [NAME])
    assert reply.body == [False]
    assert not losses


async def test_what_happened_before_the_close_is_still_told(
    bus: PrivateBus, core: FakeCore, service: FakeService
) -> None:
    async with client_on(bus.address) as client:
        async with door_on(bus.address, core, service):
            await client.managed()
            core.devices.load(SlowSheet(finishes=False))
            job = await core.jobs.start(Caller(Owner(0)), ScanSettings())
            await core.jobs.cancel(Caller(Owner(0)), job.id)
        assert (await client.heard("Finished")).body == ["canceled"]


async def test_a_call_that_is_being_answered_does_not_hold_up_the_close(
    bus: PrivateBus, core: FakeCore, service: FakeService
) -> None:
    async with client_on(bus.address) as client:
        async with door_on(bus.address, core, service):
            core.devices.surveying.shut()
            call = asyncio.create_task(client.call("RefreshScanners"))
            await core.devices.surveying.reached()
        (failed,), _ = await asyncio.wait({call})
        assert failed.exception() is not None
    core.devices.surveying.open()


async def test_signals_that_fell_behind_end_in_the_present_state(
    bus: PrivateBus, core: FakeCore, service: FakeService
) -> None:
    async with door_on(bus.address, core, service), client_on(bus.address) as client:
        await client.managed()
        caller = Caller(Owner(0))
        before = await core.jobs.start(caller, ScanSettings())
        await client.heard("Finished")
        (document,) = core.documents.visible_to(caller)
        job = await core.jobs.start(caller, ScanSettings(queue=True))
        await core.jobs.settled(caller, job.id)
        for _ in range(1000):
            core.hub.publish(ScannerChanged(DESK, busy=True))
        core.clock.advance(KEPT_S)
        await core.documents.remove(document.id)
        for gone in (paths.job(before.id), paths.document(document.id)):
            await client.heard("InterfacesRemoved", lambda signal, it=gone: signal.body[0] == it)
        assert await client.get(ROOT, MANAGER, "Version") == "1.2.3"
