"""Scanners that are kept: over a look that fails, and under the id of an earlier run."""

from dataclasses import replace

import pytest

from fakes.devices import DESK, FakeDevices
from sheetfed.core.errors import ScannerLost, ScannerNotFound
from sheetfed.core.events import Hub
from sheetfed.core.model import ScannerId
from sheetfed.core.scanners import Scanners


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (ScannerLost("no room"), "no room"),
        (ZeroDivisionError(), "looking for scanners failed; the log says why"),
    ],
)
async def test_a_look_that_fails_as_a_whole_keeps_the_list_and_says_why(
    fault: Exception, trouble: str
) -> None:
    devices = FakeDevices(DESK)
    scanners = Scanners(devices=devices, hub=Hub())
    await scanners.refresh()
    devices.surveying.fault = fault
    await scanners.refresh()
    assert scanners.trouble == trouble
    assert scanners.known() == (DESK,)
    devices.surveying.fault = None
    await scanners.refresh()
    assert scanners.trouble == ""


async def test_an_id_that_a_scanner_may_have_had_still_finds_it() -> None:
    old = ScannerId("old")
    scanners = Scanners(devices=FakeDevices(replace(DESK, aliases=(old,))), hub=Hub())
    await scanners.refresh()
    found = await scanners.pick("old")
    assert found.id == DESK.id
    assert await scanners.pick(None, ScannerId("gone"), old) == found
    with pytest.raises(ScannerNotFound):
        await scanners.pick("older")
