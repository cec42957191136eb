"""The list of scanners in a running daemon: who comes and goes, and what is told of it."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from fakes.bus import private_bus
from fakes.busclient import client_on
from fakes.daemon import Daemon, running_daemon
from fakes.plugged import told
from fakes.quick import PROGRAM
from fakes.scripted import Scripted, Words, feeder
from fakes.sse import until
from sheetfed.bus.contract import MANAGER, ROOT

SLOW_PAGE: Words = {"read_bytes": 40, "read_delay_ms": 30}
HANG: Words = {"at": "get_devices", "hang": "sleep"}
NEVER_BY_ITSELF: Final = "scanners.network_refresh_minutes = 0\n"
ANSWERED_S: Final = 15.0
HANGING: Final = 5


@pytest.fixture
async def daemon(tmp_path: Path, scripted: Scripted) -> AsyncIterator[Daemon]:
    """With the scanners `desk` and `hall` of two backends; it looks when it is asked to."""
    scripted.write(feeder())
    scripted.write(feeder(SLOW_PAGE, SLOW_PAGE, name="hall"), backend="scripted2")
    async with running_daemon(tmp_path, scripted=scripted, config=NEVER_BY_ITSELF) as started:
        await started.result("GetDevices", True)
        yield started


async def listed(daemon: Daemon, *, refresh: bool = False) -> list[str]:
    (found,) = await daemon.result("GetDevices", refresh)
    return [scanner["name"] for scanner in found]


async def test_a_scanner_that_is_plugged_in_or_pulled_out_is_told_without_being_asked_for(
    tmp_path: Path,
) -> None:
    (came, with_it), (went, without_it) = await told(tmp_path)
    assert (came["name"], came["available"]) == ("Scripted porch", True)
    assert with_it == ["Scripted desk", "Scripted porch"]
    assert (went["id"], went["available"]) == (came["id"], False)
    assert without_it == ["Scripted desk"]


async def test_the_timer_finds_what_comes_to_the_network_and_asks_no_other_backend(
    tmp_path: Path, scripted: Scripted
) -> None:
    scripted.write(feeder())
    scripted.write(feeder(name="attic"), backend="escl")
    config = "scanners.network_refresh_minutes = 1\n"
    async with (
        running_daemon(tmp_path, scripted=scripted, config=config, program=PROGRAM) as daemon,
        await daemon.events() as stream,
    ):
        await daemon.result("GetDevices", True)
        scripted.write(feeder())
        scripted.write(feeder(name="attic"), feeder(name="porch"), backend="escl")
        await until(stream, "scanner", action="added", name="Scripted porch")
        assert await listed(daemon) == ["Scripted desk", "Scripted attic", "Scripted porch"]
        assert scripted.calls() == []


async def test_a_look_finds_what_has_come_and_misses_what_has_gone(
    daemon: Daemon, scripted: Scripted
) -> None:
    async with await daemon.events() as stream:
        scripted.write(feeder(), feeder(name="porch"))
        assert "Scripted porch" in await listed(daemon, refresh=True)
        assert (await until(stream, "scanner", action="added"))["name"] == "Scripted porch"
        scripted.write(feeder(name="porch"))
        assert "Scripted desk" not in await listed(daemon, refresh=True)
        assert (await until(stream, "scanner", action="removed"))["name"] == "Scripted desk"


async def test_a_look_leaves_a_running_job_and_its_scanner_as_they_are(
    daemon: Daemon, scripted: Scripted
) -> None:
    settings = {"scanner": "scripted2:hall"}
    async with await daemon.events() as stream:
        body = await daemon.call("AcquireImage", settings, door="fa")
        await until(stream, "job", state="scanning")
        before = scripted.calls("scripted2")
        scripted.write(feeder(), feeder(name="porch"))
        names = await listed(daemon, refresh=True)
        assert names == ["Scripted desk", "Scripted porch", "Scripted hall"]
        since = scripted.calls("scripted2")[len(before) :]
        assert not {"init", "exit", "cancel", "close"} & set(since)
        done = await until(stream, "job", job=body["result"][1], state="done")
        assert done["pages"] == 2


async def test_no_call_on_d_bus_outlasts_its_clients_patience_though_many_backends_hang(
    tmp_path: Path, scripted: Scripted
) -> None:
    scripted.write(feeder())
    for number in range(HANGING):
        scripted.write(faults=[HANG], backend=f"hang{number}")
    with private_bus(tmp_path) as bus:
        async with (
            running_daemon(tmp_path, scripted=scripted, bus=bus.address),
            client_on(bus.address) as client,
        ):
            began = time.monotonic()
            await asyncio.gather(
                client.call("RefreshScanners"),
                client.call("RetryBackend", "s", "scripted"),
            )
            assert time.monotonic() - began < ANSWERED_S
            assert await client.get(ROOT, MANAGER, "Looking") is True
