"""Hangs: a driver that never returns is ended at its deadline, and the next scan works."""

import asyncio
import time
from dataclasses import replace

import pytest

from fakes.reading import HASTY, read_one
from fakes.scripted import Scripted, Words, feeder, pixels, scanner
from fakes.spools import FolderSpools
from sheetfed.core.errors import ScannerLost, ScannerTimeout
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.driver import SaneDevices

MODE = {"name": "mode", "type": "string", "constraint": ["Gray", "Color"], "value": "Gray"}
AT_OPEN = replace(HASTY, open_s=1)
HANGS_THAT_ARE_TOLD = [
    ({"at": "init"}, AT_OPEN, "open"),
    ({"at": "open"}, AT_OPEN, "open"),
    ({"at": "get_parameters"}, AT_OPEN, "open"),
    ({"at": "get_option_descriptor", "option": "mode"}, HASTY, "options"),
    ({"at": "get_option", "option": "mode"}, HASTY, "options"),
    ({"at": "set_option", "option": "mode"}, HASTY, "set"),
    ({"at": "start"}, HASTY, "read"),
    ({"at": "get_parameters", "call": 3}, HASTY, "read"),
    ({"at": "read"}, HASTY, "read"),
    ({"at": "read", "bytes": 500}, HASTY, "read"),
]
"""In the calls that a scan waits for: where, how long it may take, and which step is named."""


def name(value: object) -> str:
    is_rule = isinstance(value, dict)
    return " ".join(f"{key} {word}" for key, word in value.items()) if is_rule else ""


def hanging(scripted: Scripted, rule: Words, how: str = "sleep", **more: object) -> None:
    """A driver that hangs there once."""
    rule = {**rule, **more, "hang": how, "times": 1}
    scripted.write(feeder({}, options=[MODE]), faults=[rule])


async def scan(scripted: Scripted, spools: FolderSpools, deadlines: Deadlines) -> bytes:
    sane = SaneDevices(config_dir=str(scripted.folder), deadlines=deadlines)
    try:
        return await read_one(await sane.open(scanner()), spools)
    finally:
        await sane.close()


@pytest.mark.parametrize(("rule", "deadlines", "step"), HANGS_THAT_ARE_TOLD, ids=name)
async def test_a_hang_ends_at_its_deadline_and_the_next_scan_works(
    scripted: Scripted, spools: FolderSpools, rule: Words, deadlines: Deadlines, step: str
) -> None:
    hanging(scripted, rule)
    with pytest.raises(ScannerTimeout) as caught:
        await scan(scripted, spools, deadlines)
    assert caught.value.details["step"] == step
    assert await scan(scripted, spools, Deadlines()) == pixels(1).tobytes()


@pytest.mark.parametrize("call", ["set_option", "read"])
async def test_a_driver_that_spins_is_ended_like_one_that_sleeps(
    scripted: Scripted, spools: FolderSpools, call: str
) -> None:
    hanging(scripted, {"at": call}, "busy")
    with pytest.raises(ScannerTimeout):
        await scan(scripted, spools, HASTY)


async def test_a_driver_that_ignores_being_told_to_end_is_killed(
    scripted: Scripted, spools: FolderSpools
) -> None:
    hanging(scripted, {"at": "start"}, ignore=["SIGTERM", "SIGALRM"])
    with pytest.raises(ScannerTimeout):
        await scan(scripted, spools, HASTY)


@pytest.mark.parametrize("call", ["cancel", "close"])
async def test_a_hang_when_the_page_is_there_costs_only_time(
    scripted: Scripted, spools: FolderSpools, call: str
) -> None:
    hanging(scripted, {"at": call})
    began = time.monotonic()
    assert await scan(scripted, spools, HASTY) == pixels(1).tobytes()
    assert time.monotonic() - began < HASTY.close_s + 2
    assert await scan(scripted, spools, Deadlines()) == pixels(1).tobytes()


async def test_a_driver_that_would_hang_in_exit_is_not_told_to(
    scripted: Scripted, spools: FolderSpools
) -> None:
    hanging(scripted, {"at": "exit"})
    async with asyncio.timeout(5):
        assert await scan(scripted, spools, Deadlines()) == pixels(1).tobytes()


async def test_reads_of_nothing_for_ever_are_a_hang(
    scripted: Scripted, spools: FolderSpools
) -> None:
    scripted.write(feeder({"read_bytes": 0}))
    with pytest.raises(ScannerTimeout):
        await scan(scripted, spools, HASTY)


async def test_data_for_ever_after_the_announced_page_is_a_hang_that_fills_no_disk(
    scripted: Scripted, spools: FolderSpools
) -> None:
    scripted.write(feeder({"endless": True}))
    with pytest.raises(ScannerTimeout):
        await scan(scripted, spools, HASTY)
    assert spools.made[0].path.stat().st_size == 4096 + 40 * 30


async def test_a_call_that_the_daemon_would_forget_ends_the_process_by_itself(
    scripted: Scripted, spools: FolderSpools
) -> None:
    hanging(scripted, {"at": "start"}, "busy")
    sane = SaneDevices(config_dir=str(scripted.folder))
    device = await sane.open(scanner())
    body = {"is_feeder": True, "x_dpi": 1, "y_dpi": 1, "busy_s": 0, "limit_s": 0.3}
    with pytest.raises(ScannerLost) as caught:
        await device._worker.request("read", body, deadline_s=10, fds=(spools.new().fileno(),))
    assert caught.value.details["exit"] == 1
    await sane.close()


async def test_options_that_are_read_slowly_one_by_one_are_no_hang(scripted: Scripted) -> None:
    many = [{"name": f"option-{number}", "type": "int", "value": number} for number in range(30)]
    scripted.write(feeder(options=many), faults=[{"at": "get_option", "delay_ms": 50}])
    sane = SaneDevices(config_dir=str(scripted.folder), deadlines=HASTY)
    device = await sane.open(scanner())
    began = time.monotonic()
    assert len(await device.options()) == 30
    assert time.monotonic() - began > HASTY.option_s
    await sane.close()
