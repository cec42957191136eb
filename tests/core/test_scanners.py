"""Scanners: the list, who is picked, and what a scanner can do."""

import asyncio
from dataclasses import replace

import pytest

from fakes.devices import CAPABILITIES, DESK, HALL, FakeDevices
from fakes.gate import idle
from fakes.recorder import recorded
from sheetfed.core import scanners
from sheetfed.core.errors import (
    NoScanner,
    ScannerBusy,
    ScannerIo,
    ScannerLost,
    ScannerNotFound,
    ScannerTimeout,
)
from sheetfed.core.events import BackendsChanged, Hub, ScannerAdded, ScannerChanged, ScannerRemoved
from sheetfed.core.model import Scanner, ScannerId
from sheetfed.core.scanners import Scanners
from sheetfed.core.survey import Backend, BackendState, Survey

AWAY = replace(DESK, is_available=False)
GONE = ScannerId("gone")


class Listed:
    """Scanners over fake devices."""

    def __init__(self, *there: Scanner, default: str = "") -> None:
        self.devices = FakeDevices(*there)
        self.hub = Hub()
        self.scanners = Scanners(devices=self.devices, hub=self.hub, default=default)


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


async def test_capabilities_are_asked_of_the_device_once() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    assert listed.scanners.known_capabilities(DESK.id) is None
    for _ in range(2):
        assert await listed.scanners.capabilities(DESK) == CAPABILITIES
    assert listed.devices.calls == ["survey", "open", "capabilities", "close"]
    assert listed.scanners.known_capabilities(DESK.id) == CAPABILITIES
    assert not listed.scanners.is_busy(DESK.id)


async def test_two_who_ask_at_the_same_time_open_the_device_once() -> None:
    listed = Listed(DESK)
    listed.devices.exploring.shut()
    first = asyncio.create_task(listed.scanners.capabilities(DESK))
    second = asyncio.create_task(listed.scanners.capabilities(DESK))
    await listed.devices.exploring.reached()
    await idle()
    listed.devices.exploring.open()
    assert await first == await second == CAPABILITIES
    assert listed.devices.calls == ["open", "capabilities", "close"]


async def test_capabilities_of_a_scanner_that_went_are_asked_anew_when_it_returns() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    await listed.scanners.capabilities(DESK)
    listed.devices.scanners = []
    await listed.scanners.refresh()
    listed.devices.scanners = [DESK]
    await listed.scanners.refresh()
    await listed.scanners.capabilities(DESK)
    assert listed.devices.calls.count("capabilities") == 2


async def test_capabilities_of_a_scanner_that_moved_to_another_device_are_asked_anew() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    await listed.scanners.capabilities(DESK)
    moved = replace(DESK, device="airscan:e0:Desk", backend="airscan")
    listed.devices.scanners = [moved]
    await listed.scanners.refresh()
    assert listed.scanners.known_capabilities(DESK.id) is None
    assert await listed.scanners.capabilities(moved) == CAPABILITIES
    assert listed.devices.calls.count("capabilities") == 2


async def test_capabilities_of_another_model_at_the_same_device_are_asked_anew() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    await listed.scanners.capabilities(DESK)
    other = replace(DESK, model="Two")
    listed.devices.scanners = [other]
    await listed.scanners.refresh()
    assert listed.scanners.known_capabilities(DESK.id) is None
    assert await listed.scanners.capabilities(other) == CAPABILITIES
    assert listed.devices.calls.count("capabilities") == 2


async def test_capabilities_are_kept_by_a_look_that_nobody_asked_for() -> None:
    listed = Listed(replace(DESK, alternatives=("airscan:e0:Desk",)))
    await listed.scanners.refresh()
    for word in ("test:0", "airscan:e0:Desk"):
        await listed.scanners.capabilities(await listed.scanners.pick(word))
    await listed.scanners.refresh()
    for word in ("test:0", "airscan:e0:Desk"):
        await listed.scanners.capabilities(await listed.scanners.pick(word))
    assert listed.devices.calls.count("capabilities") == 2


async def test_capabilities_that_are_forgotten_are_asked_anew() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    await listed.scanners.capabilities(DESK)
    listed.scanners.forget_capabilities()
    assert listed.scanners.known_capabilities(DESK.id) is None
    await listed.scanners.capabilities(DESK)
    assert listed.devices.calls.count("capabilities") == 2


async def test_capabilities_that_were_asked_before_they_were_forgotten_are_not_kept() -> None:
    listed = Listed(DESK)
    await listed.scanners.refresh()
    listed.devices.exploring.shut()
    asking = asyncio.create_task(listed.scanners.capabilities(DESK))
    await listed.devices.exploring.reached()
    listed.scanners.forget_capabilities()
    listed.devices.exploring.open()
    assert await asking == CAPABILITIES
    assert listed.scanners.known_capabilities(DESK.id) is None


async def test_of_a_scanner_that_is_not_there_no_capabilities_are_known() -> None:
    assert Listed().scanners.known_capabilities(DESK.id) is None


async def test_a_scanner_that_a_job_holds_is_not_asked() -> None:
    listed = Listed(DESK)
    listed.scanners.claim(DESK)
    with pytest.raises(ScannerBusy):
        await listed.scanners.capabilities(DESK)
    assert listed.devices.calls == []


async def test_a_failed_question_closes_the_device_and_frees_the_scanner() -> None:
    listed = Listed(DESK)
    listed.devices.exploring.fault = ScannerIo()
    with pytest.raises(ScannerIo):
        await listed.scanners.capabilities(DESK)
    assert listed.devices.in_use == set()
    assert not listed.scanners.is_busy(DESK.id)


async def test_a_cancelled_question_closes_the_device_and_frees_the_scanner() -> None:
    listed = Listed(DESK)
    listed.devices.exploring.shut()
    asking = asyncio.create_task(listed.scanners.capabilities(DESK))
    await listed.devices.exploring.reached()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert listed.devices.in_use == set()
    assert not listed.scanners.is_busy(DESK.id)


async def test_one_who_waits_behind_a_question_and_is_cancelled_leaves_the_line() -> None:
    listed = Listed(DESK)
    listed.devices.exploring.shut()
    first = asyncio.create_task(listed.scanners.capabilities(DESK))
    await listed.devices.exploring.reached()
    second = asyncio.create_task(listed.scanners.capabilities(DESK))
    await idle()
    second.cancel()
    listed.devices.exploring.open()
    assert await first == CAPABILITIES
    with pytest.raises(asyncio.CancelledError):
        await second
    assert not listed.scanners.is_busy(DESK.id)
