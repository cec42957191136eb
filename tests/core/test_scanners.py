"""Scanners: the list, who is picked, and who has which."""

import asyncio
from dataclasses import replace

import pytest

from fakes.devices import DESK, HALL
from fakes.listed import Listed
from fakes.recorder import recorded
from sheetfed.core import scanners
from sheetfed.core.errors import (
    NoScanner,
    ScannerLost,
    ScannerNotFound,
    ScannerTimeout,
)
from sheetfed.core.events import BackendsChanged, ScannerAdded, ScannerChanged, ScannerRemoved
from sheetfed.core.model import ScannerId
from sheetfed.core.survey import Backend, BackendState, Survey

AWAY = replace(DESK, is_available=False)
GONE = ScannerId("gone")


async def test_the_list_waits_for_the_first_enumeration() -> None:
    listed = Listed(DESK)
    listed.devices.surveying.shut()
    refreshing = asyncio.create_task(listed.scanners.refresh())
    asking = asyncio.create_task(listed.scanners.listed())
    await listed.devices.surveying.reached()
    assert not asking.done()
    assert listed.scanners.known() == ()
    listed.devices.surveying.open()
    assert await asking == (DESK,) == listed.scanners.known()
    await refreshing


async def test_the_list_is_answered_as_it_is_after_its_deadline_and_then_at_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scanners, "FIRST_LIST_DEADLINE_S", 0.01)
    listed = Listed(DESK, HALL)
    listed.devices.partly = [Survey((DESK,))]
    listed.devices.surveying.shut()
    refreshing = asyncio.create_task(listed.scanners.refresh())
    assert await listed.scanners.listed() == (DESK,)
    assert "deadline" in caplog.text
    asking = listed.scanners.listed()
    with pytest.raises(StopIteration):
        asking.send(None)
    listed.devices.surveying.open()
    await refreshing


async def test_a_refresh_tells_the_differences() -> None:
    listed = Listed(DESK)
    with recorded(listed.hub) as events:
        await listed.scanners.refresh()
        listed.devices.scanners = [HALL]
        await listed.scanners.refresh()
        await listed.scanners.refresh()
    assert events == [ScannerAdded(DESK), ScannerRemoved(DESK), ScannerAdded(HALL)]


async def test_a_replugged_scanner_has_its_new_device_name() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    moved = replace(DESK, device="test:9")
    listed.devices.scanners = [moved]
    await listed.scanners.refresh()
    assert listed.scanners.known() == (moved,)


async def test_a_failed_refresh_keeps_the_last_list() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    listed.devices.scanners = [HALL]
    listed.devices.surveying.fault = ScannerTimeout()
    with recorded(listed.hub) as events:
        await listed.scanners.refresh()
    assert events == [BackendsChanged()]
    assert await listed.scanners.listed() == listed.scanners.survey.scanners == (DESK,)
    assert listed.scanners.is_available(DESK.id)
    assert not listed.scanners.is_available(HALL.id)


@pytest.mark.parametrize("word", [HALL.id, HALL.name, HALL.device])
async def test_a_scanner_is_found_by_id_name_and_device(word: str) -> None:
    listed = Listed(DESK, HALL)
    await listed.scanners.refresh()
    assert await listed.scanners.pick(word, DESK.id) == HALL


async def test_an_unknown_word_is_refused_with_the_names_there_are() -> None:
    listed = Listed(DESK, HALL)
    await listed.scanners.refresh()
    with pytest.raises(ScannerNotFound, match="'attic'") as caught:
        await listed.scanners.pick("attic")
    assert caught.value.details == {"scanners": [DESK.name, HALL.name]}


async def test_without_a_word_the_preferred_one_that_is_there_comes_first() -> None:
    listed = Listed(DESK, HALL, default=DESK.name)
    await listed.scanners.refresh()
    assert await listed.scanners.pick(None, None, GONE, HALL.id, DESK.id) == HALL


async def test_then_the_configured_default() -> None:
    listed = Listed(DESK, HALL, default=HALL.name)
    await listed.scanners.refresh()
    assert await listed.scanners.pick(None, None, GONE) == HALL


async def test_a_configured_default_that_is_not_there_is_said() -> None:
    listed = Listed(DESK, default="attic")
    await listed.scanners.refresh()
    with pytest.raises(ScannerNotFound, match="'attic'"):
        await listed.scanners.pick(None)


async def test_then_the_first_listed() -> None:
    listed = Listed(HALL, DESK)
    await listed.scanners.refresh()
    assert await listed.scanners.pick(None) == HALL


async def test_a_scanner_that_is_not_available_is_not_picked_unless_it_is_named() -> None:
    listed = Listed(AWAY, HALL)
    await listed.scanners.refresh()
    assert not listed.scanners.is_available(AWAY.id)
    assert await listed.scanners.pick(None, AWAY.id) == HALL
    assert await listed.scanners.pick(AWAY.name) == AWAY
    listed.scanners.prefer(AWAY.id)
    assert await listed.scanners.pick(None) == AWAY


async def test_a_scanner_is_found_by_an_alternative_and_used_through_it() -> None:
    twice = replace(DESK, backend="epson2", alternatives=("airscan:e0:Desk", "escl:http://desk"))
    listed = Listed(HALL, twice)
    await listed.scanners.refresh()
    picked = await listed.scanners.pick("escl:http://desk")
    assert picked == replace(twice, device="escl:http://desk", backend="escl")
    with recorded(listed.hub) as events:
        listed.scanners.claim(picked)
    assert events == [ScannerChanged(twice, busy=True)]


async def test_without_a_scanner_it_is_said_why() -> None:
    listed = Listed()
    listed.devices.backends = [Backend("epson2", BackendState.TIMEOUT, "did not answer in 20 s")]
    await listed.scanners.refresh()
    with pytest.raises(NoScanner, match="no scanner was found: SANE backend epson2: did not"):
        await listed.scanners.pick(None)


async def test_without_a_scanner_the_trouble_of_looking_is_said_until_a_look_succeeds() -> None:
    listed = Listed()
    listed.devices.surveying.fault = ScannerLost("no process can be started")
    await listed.scanners.refresh()
    with pytest.raises(NoScanner, match="no process can be started"):
        await listed.scanners.pick(None)
    listed.devices.surveying.fault = None
    await listed.scanners.refresh()
    with pytest.raises(NoScanner, match="check cable and power"):
        await listed.scanners.pick(None)


async def test_a_lease_is_told_as_busy_and_then_free() -> None:
    listed = Listed(DESK)
    with recorded(listed.hub) as events:
        lease = listed.scanners.claim(DESK)
        assert listed.scanners.is_busy(DESK.id)
        lease.release()
    assert events == [ScannerChanged(DESK, busy=True), ScannerChanged(DESK, busy=False)]


async def test_a_scanner_stays_busy_while_the_next_in_line_has_it() -> None:
    listed = Listed(DESK)
    with recorded(listed.hub) as events:
        first = listed.scanners.claim(DESK)
        second = listed.scanners.claim(DESK, queue=True)
        first.release()
        assert events[-1] == ScannerChanged(DESK, busy=True)
        second.release()
    assert events[-1] == ScannerChanged(DESK, busy=False)
