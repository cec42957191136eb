"""Wire: a driver that writes to its process' channel, or closes it, ends its own scan only."""

import json
import logging
from collections.abc import AsyncIterator

import pytest

from fakes.reading import read_one
from fakes.scripted import Scripted, Words, feeder, pixels, scanner
from fakes.spools import FolderSpools
from sheetfed.core.errors import ScannerLost, ScannerTimeout
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.driver import SaneDevices


@pytest.fixture
async def sane(scripted: Scripted) -> AsyncIterator[SaneDevices]:
    devices = SaneDevices(config_dir=str(scripted.folder))
    yield devices
    await devices.close()


async def scan(sane: SaneDevices, spools: FolderSpools) -> bytes:
    device = await sane.open(scanner())
    try:
        return await read_one(device, spools)
    finally:
        await device.close()


def frame(**message: object) -> Words:
    return {"text": json.dumps({"number": 1, **message})}


GARBAGE = {
    "a line of text": {"text": "lamp is warming up\n", "bare": True},
    "a frame that is too long": {"text": "x", "length": 2**31 - 1},
    "a frame that is no JSON": {"text": "lamp is warming up"},
    "a frame that is no object": {"text": "[1, 2]"},
    "a frame nested without end": {"text": "[" * 100_000},
    "an answer without a result": frame(),
    "an answer whose result is none": frame(result=7),
    "an error without its text": frame(error={"code": "scanner-io"}),
    "progress that is no number": frame(progress="half"),
}


@pytest.mark.parametrize("what", GARBAGE)
async def test_garbage_on_the_wire_is_a_lost_scanner_and_the_next_scan_works(
    scripted: Scripted,
    sane: SaneDevices,
    spools: FolderSpools,
    caplog: pytest.LogCaptureFixture,
    what: str,
) -> None:
    caplog.set_level(logging.WARNING)
    scripted.write(feeder({}), faults=[{"at": "open", "wire": GARBAGE[what], "times": 1}])
    with pytest.raises(ScannerLost, match="disturbed its process"):
        await scan(sane, spools)
    assert "the message" in caplog.text
    assert await scan(sane, spools) == pixels(1).tobytes()


HALF = {"text": '{"number": 1, "resu', "length": 40}


@pytest.mark.parametrize("then", [{"signal": "SIGSEGV"}, {"exit": 1}, {}], ids=str)
async def test_half_a_frame_is_a_lost_scanner_whatever_comes_next(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools, then: Words
) -> None:
    scripted.write(feeder({}), faults=[{"at": "open", "wire": HALF, "times": 1, **then}])
    with pytest.raises(ScannerLost):
        await scan(sane, spools)
    assert await scan(sane, spools) == pixels(1).tobytes()


async def test_half_a_frame_and_then_nothing_ends_at_the_deadline(scripted: Scripted) -> None:
    scripted.write(feeder({}), faults=[{"at": "open", "wire": HALF, "hang": "sleep"}])
    hasty = SaneDevices(config_dir=str(scripted.folder), deadlines=Deadlines(open_s=1))
    with pytest.raises(ScannerTimeout):
        await hasty.open(scanner())
    await hasty.close()


@pytest.mark.parametrize("call", ["open", "start", "read"])
async def test_a_closed_channel_is_a_lost_scanner(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools, call: str
) -> None:
    closing = {"at": call, "wire": {"close": True}, "times": 1}
    scripted.write(feeder({}), faults=[closing])
    with pytest.raises(ScannerLost):
        await scan(sane, spools)
    assert await scan(sane, spools) == pixels(1).tobytes()


async def test_an_answer_to_another_question_is_passed_over(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    stray = {"text": json.dumps({"number": 99, "result": {}})}
    scripted.write(feeder({}), faults=[{"at": "start", "wire": stray}])
    assert await scan(sane, spools) == pixels(1).tobytes()


async def test_a_driver_that_talks_without_end_does_not_stop_the_scan(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    chatter = {"text": json.dumps({"number": 99})}
    scripted.write(feeder({"read_bytes": 4}), faults=[{"at": "read", "wire": chatter}])
    assert await scan(sane, spools) == pixels(1).tobytes()
