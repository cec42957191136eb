"""Sessions: scanners leased between jobs, and the options that are set on them."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.core import ALICE, BOB, FakeCore
from fakes.devices import CAPABILITIES, DESK, HALL
from fakes.gate import idle
from fakes.holders import TWO, Visit
from sheetfed.core import sessions
from sheetfed.core.errors import (
    NotAllowed,
    ScannerBusy,
    ScannerDenied,
    ScannerLost,
    ShuttingDown,
    TooMany,
)
from sheetfed.core.model import ScannerId
from sheetfed.core.sessions import SESSIONS_AT_MOST


async def test_an_open_scanner_is_its_holders_until_it_is_closed(tab: Visit) -> None:
    await tab.open()
    assert tab.core.devices.in_use == {DESK.id}
    for other in (Visit(tab.core, name=TWO), Visit(tab.core, ALICE), Visit(tab.core, BOB)):
        with pytest.raises(ScannerBusy):
            await other.open()
        with pytest.raises(ScannerBusy):
            await other.options()
    await tab.close()
    assert tab.core.devices.in_use == set()
    await Visit(tab.core, BOB).open()


async def test_opening_the_same_again_opens_no_second_device(tab: Visit) -> None:
    await tab.open()
    await tab.open()
    assert tab.core.devices.calls.count("open") == 1


async def test_opening_another_scanner_gives_the_first_one_back(tab: Visit) -> None:
    await tab.open()
    await tab.open(HALL)
    assert tab.core.devices.in_use == {HALL.id}
    assert not tab.core.scanners.is_busy(DESK.id)


async def test_another_scanner_that_is_busy_does_not_cost_the_first(tab: Visit) -> None:
    await Visit(tab.core, BOB).open(HALL)
    await tab.open()
    with pytest.raises(ScannerBusy):
        await tab.open(HALL)
    assert tab.has(DESK)


async def test_closing_what_is_not_open_is_no_error(tab: Visit) -> None:
    await tab.close()


async def test_a_device_that_cannot_be_opened_is_told_at_once_and_nothing_is_held(
    tab: Visit,
) -> None:
    tab.core.devices.opening.fault = ScannerDenied()
    for attempt in (tab.open(), tab.set(resolution=300)):
        with pytest.raises(ScannerDenied):
            await attempt
        await idle()
        assert not tab.core.scanners.is_busy(DESK.id)


async def test_an_open_that_is_called_off_leaves_nothing(tab: Visit) -> None:
    tab.core.devices.opening.shut()
    opening = asyncio.create_task(tab.open())
    await tab.core.devices.opening.reached()
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await idle()
    assert not tab.core.scanners.is_busy(DESK.id)


async def test_an_open_that_fails_after_its_holder_left_is_told_all_the_same(tab: Visit) -> None:
    tab.core.devices.opening.shut()
    opening = asyncio.create_task(tab.open())
    await tab.core.devices.opening.reached()
    tab.core.sessions.left(tab.holder)
    tab.core.devices.opening.abort(ScannerLost())
    with pytest.raises(ScannerLost):
        await opening
    await idle()
    assert not tab.core.scanners.is_busy(DESK.id)


async def test_a_user_who_may_not_scan_opens_and_reads_nothing(tmp_path: Path) -> None:
    assembled = FakeCore.assemble(tmp_path, rules={"@scanner": {1000}}, scan_rules=["@scanner"])
    async with assembled.running() as core:
        bob = Visit(core, BOB)
        for attempt in (
            bob.open(),
            bob.options(),
            bob.set(resolution=300),
            bob.capabilities(),
        ):
            with pytest.raises(NotAllowed):
                await attempt
        assert "open" not in core.devices.calls


async def test_a_call_that_is_called_off_closes_the_device(tab: Visit) -> None:
    await tab.open()
    tab.core.devices.exploring.shut()
    asking = asyncio.create_task(tab.options())
    await tab.core.devices.exploring.reached()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    tab.core.devices.exploring.open()
    assert tab.core.devices.in_use == set()
    await tab.options()
    assert tab.core.devices.calls.count("open") == 2


async def test_two_calls_at_once_open_one_device(tab: Visit) -> None:
    tab.core.devices.opening.shut()
    calls = [asyncio.create_task(tab.set(resolution=dpi)) for dpi in (100, 200)]
    await tab.core.devices.opening.reached()
    await idle()
    tab.core.devices.opening.open()
    await asyncio.gather(*calls)
    assert tab.core.devices.calls.count("open") == 1
    assert (await tab.options())["resolution"].value == 200


@pytest.mark.parametrize("call", ["open", "options", "capabilities"])
async def test_a_call_that_waits_while_the_session_is_closed_begins_anew(
    tab: Visit, call: str
) -> None:
    await tab.open()
    tab.core.devices.exploring.shut()
    first = asyncio.create_task(tab.options())
    await tab.core.devices.exploring.reached()
    second = asyncio.create_task(getattr(tab, call)())
    await idle()
    closing = asyncio.create_task(tab.close())
    await idle()
    tab.core.devices.exploring.open()
    await asyncio.gather(first, second, closing)
    assert tab.core.devices.calls.count("open") == 2
    assert tab.has() == (call == "open")


async def test_an_owner_has_a_bounded_number_of_scanners_open(tmp_path: Path) -> None:
    scanners = [
        replace(DESK, id=ScannerId(f"s{number}"), name=f"s{number}", device=f"test:{number}")
        for number in range(SESSIONS_AT_MOST + 1)
    ]
    async with FakeCore.assemble(tmp_path, scanners=scanners).running() as core:
        for scanner in scanners[:-1]:
            await Visit(core, name=scanner.name).open(scanner)
        with pytest.raises(TooMany):
            await Visit(core, name="more").open(scanners[-1])
        await Visit(core, name=scanners[0].name).open(scanners[-1])
        await Visit(core, BOB).open(scanners[0])


async def test_what_a_scanner_can_do_is_asked_in_the_holders_session(tab: Visit) -> None:
    await tab.set(resolution=300)
    for _ in range(2):
        found = await tab.capabilities()
        assert found == CAPABILITIES
    assert tab.core.devices.calls.count("capabilities") == 1
    assert (await tab.options())["resolution"].value == 300


async def test_what_a_scanner_can_do_is_asked_without_a_session_too(tab: Visit) -> None:
    await tab.capabilities()
    assert tab.core.devices.in_use == set()


async def test_when_the_service_stops_scanners_are_given_back_and_none_is_opened(
    tab: Visit,
) -> None:
    await tab.open()
    await tab.core.sessions.aclose()
    assert tab.core.devices.in_use == set()
    assert not tab.core.scanners.is_busy(DESK.id)
    with pytest.raises(ShuttingDown):
        await tab.open()


async def test_a_device_that_hangs_does_not_hold_up_the_stop(
    tab: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "CLOSE_DEADLINE_S", 0.01)
    await tab.open()
    tab.core.devices.exploring.shut()
    asking = asyncio.create_task(tab.options())
    await tab.core.devices.exploring.reached()
    await tab.core.sessions.aclose()
    assert not asking.done()
    tab.core.devices.exploring.abort(ScannerLost())
    with pytest.raises(ScannerLost):
        await asking
    await idle()
    assert tab.core.devices.in_use == set()
