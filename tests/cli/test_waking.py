"""sheetctl and a service that does not run: it is started, or said why that failed, at once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbus_next.signature import Variant

from fakes.bus import PrivateBus, private_bus
from fakes.sheetctl import Sheetctl
from fakes.systemd import systemd_on
from sheetfed.bus.connection import CALL_DEADLINE_S

NEVER = "[D-BUS Service]\nName=org.sheetfed1\nExec=/bin/sleep 60\n"
SERVICE = "sheetfed.service"
WHY = "/nowhere.pem: No such file or directory"


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[PrivateBus]:
    """On which a service can be started that never comes."""
    with private_bus(tmp_path) as bus:
        (bus.services / "org.sheetfed1.service").write_text(NEVER)
        bus.reload()
        yield bus


def _unit(state: str, *, started: int, status: str = "") -> dict[str, Variant]:
    return {
        "ActiveState": Variant("s", "activating" if state == "auto-restart" else state),
        "SubState": Variant("s", state),
        "Result": Variant("s", "exit-code"),
        "StatusText": Variant("s", status),
        "Job": Variant("(uo)", [0, "/"]),
        "ExecMainStartTimestampMonotonic": Variant("t", started),
    }


@pytest.mark.parametrize("state", ["failed", "auto-restart"])
async def test_a_start_that_fails_is_told_with_its_reason_before_the_bus_gives_up(
    state: str, sheetctl: Sheetctl, bus: PrivateBus
) -> None:
    async with systemd_on(bus.address) as systemd, asyncio.timeout(CALL_DEADLINE_S - 5):
        systemd.units[SERVICE] = _unit(state, started=1)
        systemd.then[SERVICE] = _unit(state, started=2, status=f"Cannot start: {WHY}")
        ran = await sheetctl("status")
    assert ran.code == 3
    assert f"the service does not answer: its start failed: {WHY}\n" in ran.err


async def test_a_unit_that_systemd_does_not_start_any_more_is_told_too(
    sheetctl: Sheetctl, bus: PrivateBus
) -> None:
    async with systemd_on(bus.address) as systemd, asyncio.timeout(CALL_DEADLINE_S - 5):
        systemd.units[SERVICE] = _unit("failed", started=1)
        ran = await sheetctl("devices")
    assert ran.code == 3
    assert "its start failed: exit-code\n" in ran.err


async def test_one_that_runs_beside_the_bus_is_not_waited_for(
    sheetctl: Sheetctl, bus: PrivateBus
) -> None:
    async with systemd_on(bus.address) as systemd, asyncio.timeout(CALL_DEADLINE_S - 5):
        systemd.units[SERVICE] = _unit("active", started=1, status="Serving; without D-Bus: gone")
        ran = await sheetctl("status")
    assert ran.code == 3
    assert "it runs, but is not on this bus: Serving; without D-Bus: gone\n" in ran.err


async def test_a_service_that_may_not_be_started_is_told_as_the_bus_says(
    sheetctl: Sheetctl, bus: PrivateBus
) -> None:
    (bus.services / "org.sheetfed1.service").unlink()
    bus.reload()
    ran = await sheetctl("status")
    assert ran.code == 3
    assert "the service does not answer: " in ran.err
    assert "systemctl start sheetfed" in ran.err
