"""Scanners and surveys: how the list follows what is found, without touching what is in use."""

import asyncio
from dataclasses import replace

import pytest

from fakes.devices import DESK, HALL, FakeDevices
from fakes.gate import idle
from fakes.recorder import recorded
from sheetfed.core.errors import ScannerNotFound
from sheetfed.core.events import (
    BackendsChanged,
    Hub,
    ScannerAdded,
    ScannerChanged,
    ScannerRemoved,
)
from sheetfed.core.scanner import Scanner
from sheetfed.core.scanners import Scanners
from sheetfed.core.survey import Backend, BackendState, HiddenBy, HiddenDevice, Survey

TEST = Backend("test", BackendState.OK, scanners=2)
IN_USE = Backend("test", BackendState.IN_USE)
DESK_OF_TEST = replace(DESK, backend="test")
HALL_OF_TEST = replace(HALL, backend="test")
HIDDEN = HiddenDevice("v4l:/dev/video0", "Noname", "Webcam", HiddenBy.CONFIGURATION, "v4l:*")


class Surveyed:
    """Scanners over fake devices that have been looked for once; counts wishes to look again."""

    def __init__(self, *there: Scanner) -> None:
        self.devices = FakeDevices(*there)
        self.hub = Hub()
        self.scanners = Scanners(devices=self.devices, hub=self.hub)
        self.wishes = 0
        self.scanners.when_stale(self._wish)

    def _wish(self) -> None:
        self.wishes += 1

    async def finds(self, *there: Scanner, backend: Backend = TEST) -> None:
        self.devices.scanners, self.devices.backends = list(there), [backend]
        await self.scanners.refresh()


async def test_what_is_found_is_shown_as_it_comes() -> None:
    surveyed = Surveyed(DESK, HALL)
    surveyed.devices.partly = [Survey((DESK,))]
    surveyed.devices.surveying.shut()
    with recorded(surveyed.hub) as events:
        refreshing = asyncio.create_task(surveyed.scanners.refresh())
        await surveyed.devices.surveying.reached()
        assert surveyed.scanners.known() == (DESK,)
        assert surveyed.scanners.is_refreshing
        surveyed.devices.surveying.open()
        await refreshing
    assert not surveyed.scanners.is_refreshing
    assert events == [ScannerAdded(DESK), ScannerAdded(HALL)]


async def test_the_last_list_is_answered_at_once_while_a_look_is_under_way() -> None:
    surveyed = Surveyed(DESK)
    await surveyed.scanners.refresh()
    surveyed.devices.surveying.shut()
    refreshing = asyncio.create_task(surveyed.scanners.refresh())
    await surveyed.devices.surveying.reached()
    assert await surveyed.scanners.listed() == (DESK,)
    surveyed.devices.surveying.open()
    await refreshing


async def test_whoever_asks_during_a_look_shares_the_next_one() -> None:
    surveyed = Surveyed(DESK)
    surveyed.devices.surveying.shut()
    first = asyncio.create_task(surveyed.scanners.refresh())
    await surveyed.devices.surveying.reached()
    others = [asyncio.create_task(surveyed.scanners.refresh()) for _ in range(3)]
    network = asyncio.create_task(surveyed.scanners.refresh(network_only=True))
    await idle()
    surveyed.devices.surveying.open()
    await asyncio.gather(first, *others, network)
    assert surveyed.devices.calls == ["survey", "survey"]


async def test_a_look_that_was_called_off_is_done_by_the_next_who_waits() -> None:
    surveyed = Surveyed(DESK)
    surveyed.devices.surveying.shut()
    looks = [asyncio.create_task(surveyed.scanners.refresh()) for _ in range(3)]
    await surveyed.devices.surveying.reached()
    looks[0].cancel()
    await idle()
    looks[1].cancel()
    await idle()
    surveyed.devices.surveying.open()
    await looks[2]
    await asyncio.gather(*looks[:2], return_exceptions=True)
    assert surveyed.devices.calls == ["survey"] * 3
    assert surveyed.scanners.known() == (DESK,)


async def test_a_look_at_the_network_alone_does_not_stand_for_a_whole_one() -> None:
    surveyed = Surveyed(DESK)
    surveyed.devices.surveying.shut()
    network = asyncio.create_task(surveyed.scanners.refresh(network_only=True))
    await surveyed.devices.surveying.reached()
    whole = asyncio.create_task(surveyed.scanners.refresh())
    await idle()
    surveyed.devices.surveying.open()
    await asyncio.gather(network, whole)
    assert surveyed.devices.calls == ["survey of the network", "survey"]


@pytest.mark.parametrize(
    "now",
    [
        replace(DESK, name="Front desk"),
        replace(DESK, device="airscan:e0:Desk", backend="airscan"),
        replace(DESK, is_available=False),
        replace(DESK, is_available=False, is_quarantined=True),
    ],
)
async def test_a_scanner_that_is_not_as_it_was_is_told_as_changed(now: Scanner) -> None:
    surveyed = Surveyed(DESK)
    await surveyed.scanners.refresh()
    surveyed.devices.scanners = [now]
    with recorded(surveyed.hub) as events:
        await surveyed.scanners.refresh()
        await surveyed.scanners.refresh()
    assert events == [ScannerChanged(now, busy=False)]


async def test_the_survey_tells_what_is_hidden_and_how_the_backends_are() -> None:
    surveyed = Surveyed(DESK)
    assert surveyed.scanners.survey == Survey()
    surveyed.devices.hidden, surveyed.devices.backends = [HIDDEN], [TEST]
    await surveyed.scanners.refresh()
    assert surveyed.scanners.survey == Survey((DESK,), (HIDDEN,), (TEST,))


async def test_other_backends_or_hidden_devices_are_told_once() -> None:
    surveyed = Surveyed()
    with recorded(surveyed.hub) as events:
        surveyed.devices.backends = [TEST]
        await surveyed.scanners.refresh()
        await surveyed.scanners.refresh()
        assert events == [BackendsChanged()]
        surveyed.devices.hidden = [HIDDEN]
        await surveyed.scanners.refresh()
        assert events == [BackendsChanged()] * 2


async def test_scanners_that_come_and_go_are_a_line_each_in_the_journal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    surveyed = Surveyed(DESK)
    await surveyed.scanners.refresh()
    surveyed.devices.scanners = []
    await surveyed.scanners.refresh()
    await surveyed.scanners.refresh()
    assert [record.getMessage() for record in caplog.records] == [
        "scanner found: Desk scanner (test:0)",
        "scanner gone: Desk scanner",
    ]


async def test_a_backend_that_fails_is_a_line_in_the_journal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    surveyed = Surveyed()
    await surveyed.finds(backend=Backend("test", BackendState.CRASHED))
    assert "SANE backend test: crashed" in caplog.text


async def test_a_scanner_in_use_stays_when_a_survey_does_not_find_it() -> None:
    surveyed = Surveyed()
    await surveyed.finds(DESK_OF_TEST, HALL_OF_TEST)
    surveyed.scanners.claim(DESK_OF_TEST)
    with recorded(surveyed.hub) as events:
        await surveyed.finds()
    assert events == [ScannerRemoved(HALL_OF_TEST)]
    assert surveyed.scanners.known() == surveyed.scanners.survey.scanners == (DESK_OF_TEST,)


async def test_a_scanner_in_use_stays_available_whatever_a_survey_says() -> None:
    surveyed = Surveyed()
    await surveyed.finds(DESK_OF_TEST)
    surveyed.scanners.claim(DESK_OF_TEST)
    with recorded(surveyed.hub) as events:
        await surveyed.finds(replace(DESK_OF_TEST, is_available=False))
    assert events == []
    assert surveyed.scanners.is_available(DESK.id)


async def test_a_scanner_in_use_takes_a_new_name_at_once() -> None:
    surveyed = Surveyed()
    await surveyed.finds(DESK_OF_TEST)
    surveyed.scanners.claim(DESK_OF_TEST)
    renamed = replace(DESK_OF_TEST, name="Front desk")
    with recorded(surveyed.hub) as events:
        await surveyed.finds(renamed)
    assert events == [ScannerChanged(renamed, busy=True)]


async def test_a_scanner_that_was_passed_over_is_looked_at_when_it_is_free() -> None:
    surveyed = Surveyed()
    await surveyed.finds(DESK_OF_TEST, HALL_OF_TEST)
    lease = surveyed.scanners.claim(DESK_OF_TEST)
    queued = surveyed.scanners.claim(DESK_OF_TEST, queue=True)
    surveyed.scanners.claim(HALL_OF_TEST)
    await surveyed.finds(HALL_OF_TEST)
    lease.release()
    assert surveyed.wishes == 0
    queued.release()
    assert surveyed.wishes == 1


async def test_a_backend_that_was_not_asked_is_looked_at_when_all_its_scanners_are_free() -> None:
    surveyed = Surveyed()
    await surveyed.finds(DESK_OF_TEST, HALL_OF_TEST)
    leases = [surveyed.scanners.claim(scanner) for scanner in (DESK_OF_TEST, HALL_OF_TEST)]
    await surveyed.finds(DESK_OF_TEST, HALL_OF_TEST, backend=IN_USE)
    leases[0].release()
    assert surveyed.wishes == 0
    leases[1].release()
    assert surveyed.wishes == 1


async def test_a_lease_that_ends_after_every_backend_was_asked_is_no_reason_to_look() -> None:
    surveyed = Surveyed()
    await surveyed.finds(DESK_OF_TEST)
    surveyed.scanners.claim(DESK_OF_TEST).release()
    assert surveyed.wishes == 0


async def test_a_lease_that_ends_while_a_survey_passes_it_over_is_a_reason() -> None:
    surveyed = Surveyed()
    await surveyed.finds(DESK_OF_TEST)
    lease = surveyed.scanners.claim(DESK_OF_TEST)
    surveyed.devices.surveying.shut()
    looking = asyncio.create_task(surveyed.finds(DESK_OF_TEST, backend=IN_USE))
    await surveyed.devices.surveying.reached()
    lease.release()
    assert surveyed.wishes == 0
    surveyed.devices.surveying.open()
    await looking
    assert surveyed.wishes == 1


async def test_a_lease_that_ended_before_the_survey_is_none() -> None:
    surveyed = Surveyed()
    await surveyed.finds(DESK_OF_TEST)
    surveyed.scanners.claim(DESK_OF_TEST).release()
    surveyed.scanners.claim(DESK_OF_TEST)
    await surveyed.finds(DESK_OF_TEST, backend=IN_USE)
    assert surveyed.wishes == 0


async def test_without_a_lookout_a_lease_that_ends_is_no_error() -> None:
    devices = FakeDevices(DESK_OF_TEST)
    devices.backends = [IN_USE]
    listed = Scanners(devices=devices, hub=Hub())
    await listed.refresh()
    listed.claim(DESK_OF_TEST).release()
    assert not listed.is_busy(DESK.id)


@pytest.mark.parametrize("word", ["test", DESK.id, DESK.name, DESK.device])
async def test_a_retry_forgives_the_backend_and_looks_anew(word: str) -> None:
    surveyed = Surveyed()
    await surveyed.finds(DESK_OF_TEST)
    surveyed.devices.calls.clear()
    await surveyed.scanners.retry(word)
    assert surveyed.devices.calls == ["forgive test", "survey"]


async def test_a_retry_by_an_alternative_forgives_that_backend() -> None:
    surveyed = Surveyed()
    await surveyed.finds(replace(DESK_OF_TEST, alternatives=("escl:http://desk",)))
    surveyed.devices.calls.clear()
    await surveyed.scanners.retry("escl:http://desk")
    assert surveyed.devices.calls == ["forgive escl", "survey"]


async def test_a_retry_of_what_is_not_known_is_refused() -> None:
    surveyed = Surveyed()
    await surveyed.finds(DESK_OF_TEST)
    surveyed.devices.calls.clear()
    with pytest.raises(ScannerNotFound, match="'epson2'"):
        await surveyed.scanners.retry("epson2")
    assert surveyed.devices.calls == []
