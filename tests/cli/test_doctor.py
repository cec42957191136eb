"""sheetctl doctor: every trouble that it knows is found by its name, with what to do about it."""

import socket
from pathlib import Path

import pytest
from dbus_next.signature import Variant

from fakes.bus import PrivateBus
from fakes.busdoor import FakeService
from fakes.core import FakeCore
from fakes.polkit import polkit_on
from fakes.sheetctl import Sheetctl
from fakes.systemd import systemd_on
from sheetfed.bus.door import BusDoor
from sheetfed.cli.diagnosis import MEANINGS, Trouble
from sheetfed.core.survey import Backend, BackendState

HTTPS = {"source": "machine", "trouble": "", "until": 2_000_000_000, "next_until": 2_100_000_000}


@pytest.fixture
def on_system_bus(bus: PrivateBus, folder: Path) -> Sheetctl:
    """As on a real machine, where there is a system bus and polkit on it."""
    sheetctl = Sheetctl("system", folder)
    sheetctl._environment["DBUS_SYSTEM_BUS_ADDRESS"] = bus.address
    return sheetctl


async def _troubles(sheetctl: Sheetctl, *, code: int) -> dict[str, dict[str, str]]:
    """Those of the bus and of the service; what this machine's files say is left out."""
    ran = await sheetctl("--json", "doctor")
    assert ran.code in (code, 12)
    local = {Trouble.BROWSER_POLICY, Trouble.DEVICE_PERMISSION, Trouble.DISK, Trouble.PORT_TAKEN}
    return {
        each["trouble"]: each
        for each in ran.json
        if each["trouble"] and each["trouble"] not in local
    }


async def test_a_service_that_is_well_has_no_trouble(
    on_system_bus: Sheetctl,
    bus: PrivateBus,
    door: BusDoor,
    core: FakeCore,
    service: FakeService,
    answering: str,
) -> None:
    core.devices.backends = [Backend("test", BackendState.OK, scanners=2)]
    service.endpoints = [answering]
    async with polkit_on(bus.address):
        assert await _troubles(on_system_bus, code=0) == {}


async def test_a_service_that_does_not_run_is_the_first_trouble(
    on_system_bus: Sheetctl, bus: PrivateBus
) -> None:
    assert set(await _troubles(on_system_bus, code=3)) == {Trouble.NOT_RUNNING}


async def test_why_it_does_not_run_is_what_systemd_knows(
    on_system_bus: Sheetctl, bus: PrivateBus
) -> None:
    async with systemd_on(bus.address) as systemd:
        systemd.units["sheetfed.service"] = {
            "LoadState": Variant("s", "loaded"),
            "ActiveState": Variant("s", "failed"),
            "Result": Variant("s", "exit-code"),
            "StatusText": Variant("s", ""),
        }
        found = await _troubles(on_system_bus, code=3)
    assert "(systemd: loaded, failed, exit-code)" in found[Trouble.NOT_RUNNING]["found"]


async def test_one_that_runs_beside_the_bus_has_to_be_restarted_not_started(
    on_system_bus: Sheetctl, bus: PrivateBus
) -> None:
    async with systemd_on(bus.address) as systemd:
        systemd.units["sheetfed.service"] = {
            "ActiveState": Variant("s", "active"),
            "StatusText": Variant("s", "without D-Bus: the message bus is gone"),
        }
        found = await _troubles(on_system_bus, code=3)
    assert "systemctl restart sheetfed" in found[Trouble.NOT_RUNNING]["advice"]


async def test_without_a_bus_there_is_no_service(folder: Path) -> None:
    sheetctl = Sheetctl("unix:path=/nowhere/bus", folder)
    found = await _troubles(sheetctl, code=3)
    assert set(found) == {Trouble.NO_BUS}
    assert "systemctl start" not in found[Trouble.NO_BUS]["found"]


async def test_a_missing_polkit_a_silent_door_and_a_user_who_may_not_scan_are_told_at_once(
    on_system_bus: Sheetctl, door: BusDoor, core: FakeCore, service: FakeService
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        service.endpoints = [f"http://127.0.0.1:{unused.getsockname()[1]}"]
        core.devices.backends = [Backend("test", BackendState.OK, scanners=2)]
        await core.scanners.refresh()
        core.access.change(scan_rules=[])
        found = await _troubles(on_system_bus, code=12)
    assert set(found) == {Trouble.POLKIT_MISSING, Trouble.WEB_SILENT, Trouble.NOT_ALLOWED}
    assert all(each["advice"] for each in found.values())


async def test_people_are_told_in_words_what_to_do(sheetctl: Sheetctl, bus: PrivateBus) -> None:
    ran = await sheetctl("doctor")
    assert ran.code == 3
    assert b"service-not-running: " in ran.out
    assert b"systemctl start sheetfed" in ran.out
    assert "service-not-running" in ran.err


def test_every_trouble_is_in_the_manual_with_its_meaning() -> None:
    manual = (Path(__file__).parents[2] / "debian" / "sheetctl.1").read_text("utf-8")
    section = manual.replace("\\-", "-").split(".SH TROUBLES\n")[1].split("\n.SH ")[0]
    listed = [entry.split("\n") for entry in section.split(".TP\n.B ")[1:]]
    assert {name: meaning for name, meaning, *_ in listed} == {
        str(trouble): meaning for trouble, meaning in MEANINGS.items()
    }
    assert set(MEANINGS) == set(Trouble)
