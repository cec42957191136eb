"""Crashes: a driver that dies in any call is one typed error, and the next scan works."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.reading import Reading, read_one
from fakes.scripted import Scripted, Words, feeder, pixels, scanner
from fakes.spools import FolderSpools
from sheetfed.core.errors import ScannerLost
from sheetfed.devices.driver import SaneDevices

MODE = {"name": "mode", "type": "string", "constraint": ["Gray", "Color"], "value": "Gray"}
CRASHES_THAT_ARE_TOLD = [
    {"at": "init"},
    {"at": "open"},
    {"at": "get_option_descriptor", "option": "mode"},
    {"at": "get_option", "option": "mode"},
    {"at": "set_option", "option": "mode"},
    {"at": "start"},
    {"at": "get_parameters"},
    {"at": "get_parameters", "call": 3},
    {"at": "read"},
    {"at": "read", "bytes": 500},
]
"""In the calls that a scan waits for."""


@pytest.fixture
async def sane(scripted: Scripted) -> AsyncIterator[SaneDevices]:
    devices = SaneDevices(config_dir=str(scripted.folder))
    yield devices
    await devices.close()


def name(rule: Words) -> str:
    return " ".join(f"{key} {value}" for key, value in rule.items())


async def scan(sane: SaneDevices, spools: FolderSpools, *, device: str = "desk") -> bytes:
    opened = await sane.open(scanner(device))
    try:
        return await read_one(opened, spools)
    finally:
        await opened.close()


def crashing(scripted: Scripted, rule: Words, **how: object) -> None:
    """A driver that dies there once."""
    how = how or {"signal": "SIGSEGV"}
    scripted.write(feeder({}, options=[MODE]), faults=[{**rule, **how, "times": 1}])


@pytest.mark.parametrize("rule", CRASHES_THAT_ARE_TOLD, ids=name)
async def test_a_crash_ends_one_scan_with_its_reason_and_nothing_else(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools, rule: Words
) -> None:
    scripted.write({**feeder({}), "name": "other"}, backend="scripted2")
    crashing(scripted, rule)
    other = await sane.open(scanner("other", "scripted2"))
    with pytest.raises(ScannerLost, match="SIGSEGV") as caught:
        await scan(sane, spools)
    assert caught.value.details["signal"] == "SIGSEGV"
    assert await read_one(other, spools) == pixels(1).tobytes()
    await other.close()
    assert await scan(sane, spools) == pixels(1).tobytes()


@pytest.mark.parametrize("call", ["cancel", "close"])
async def test_a_crash_when_the_page_is_there_costs_nothing(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools, call: str
) -> None:
    crashing(scripted, {"at": call})
    assert await scan(sane, spools) == pixels(1).tobytes()
    assert await scan(sane, spools) == pixels(1).tobytes()


async def test_a_driver_is_never_told_to_exit_in_which_many_crash(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    crashing(scripted, {"at": "exit"})
    assert await scan(sane, spools) == pixels(1).tobytes()
    assert scripted.calls()[-3:] == ["start 1", "cancel", "close"]


@pytest.mark.parametrize(
    ("how", "details"),
    [
        ({"signal": "SIGABRT"}, {"signal": "SIGABRT"}),
        ({"signal": "SIGBUS"}, {"signal": "SIGBUS"}),
        ({"signal": "SIGFPE"}, {"signal": "SIGFPE"}),
        ({"signal": "SIGKILL"}, {"signal": "SIGKILL"}),
        ({"signal": 40}, {"signal": "signal 40"}),
        ({"exit": 0}, {"exit": 0}),
        ({"exit": 3}, {"exit": 3}),
    ],
    ids=str,
)
async def test_whatever_a_driver_dies_of_is_told(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools, how: Words, details: Words
) -> None:
    crashing(scripted, {"at": "start"}, **how)
    with pytest.raises(ScannerLost) as caught:
        await scan(sane, spools)
    assert caught.value.details == details


async def test_pages_before_a_crash_are_whole(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    scripted.write(
        feeder({}, {}, {}), faults=[{"at": "read", "bytes": 600, "page": 3, "signal": "SIGSEGV"}]
    )
    device = await sane.open(scanner())
    pages = [await read_one(device, spools) for _ in range(2)]
    with pytest.raises(ScannerLost):
        await read_one(device, spools)
    assert pages == [pixels(1).tobytes(), pixels(2).tobytes()]
    await device.close()


async def test_where_a_driver_crashed_is_in_the_log(
    scripted: Scripted,
    sane: SaneDevices,
    spools: FolderSpools,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    crashing(scripted, {"at": "start"})
    with pytest.raises(ScannerLost):
        await scan(sane, spools)
    assert "Segmentation fault" in caplog.text
    assert "in _start" in caplog.text


@pytest.mark.parametrize("where", ["same-session", "own-session"])
async def test_a_crash_is_told_at_once_though_a_child_of_the_drivers_lives(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools, where: str
) -> None:
    crashing(scripted, {"at": "start"}, child=where, signal="SIGSEGV")
    async with asyncio.timeout(5):
        with pytest.raises(ScannerLost, match="SIGSEGV"):
            await scan(sane, spools)
    assert await scan(sane, spools) == pixels(1).tobytes()
    end_children(scripted)


async def test_a_child_that_a_driver_has_left_does_not_outlive_the_scan(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    crashing(scripted, {"at": "open"}, child="same-session")
    assert await scan(sane, spools) == pixels(1).tobytes()
    assert await gone(children(scripted)[0])


async def test_two_scanners_scan_while_a_third_crashes(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    slow = {"read_bytes": 40, "read_delay_ms": 10}
    scripted.write(feeder(slow), feeder(slow, name="hall"), backend="scripted2")
    crashing(scripted, {"at": "read"})
    devices = [await sane.open(scanner(name, "scripted2")) for name in ("desk", "hall")]
    readings = [Reading(device, spools) for device in devices]
    for reading in readings:
        await reading.begun()
    with pytest.raises(ScannerLost):
        await scan(sane, spools)
    for reading in readings:
        await reading.task


def children(scripted: Scripted) -> list[int]:
    return [int(call.split()[1]) for call in scripted.calls() if call.startswith("child ")]


def end_children(scripted: Scripted) -> None:
    for child in children(scripted):
        if Path(f"/proc/{child}").exists():
            os.kill(child, 9)


async def gone(pid: int) -> bool:
    """Whether the process ends soon; it is no child of ours."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(process, ended.set)
    try:
        async with asyncio.timeout(3):
            return await ended.wait()
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(process)
        os.close(process)
