"""Sessions: they end with their owner, who rests too long, leaves, or keeps one for too long."""

import asyncio
import logging

import pytest

from fakes.core import ALICE, FakeCore
from fakes.devices import DESK, HALL
from fakes.gate import idle
from fakes.holders import TWO, Visit, program
from sheetfed.core.selections import HOLDERS_AT_MOST

IDLE_S = 60.0
LIMIT_S = 900.0


async def test_who_rests_for_too_long_loses_the_scanner(tab: Visit) -> None:
    await tab.open()
    await tab.rest(IDLE_S - 1)
    assert tab.has()
    await tab.rest(1)
    assert not tab.has()
    assert tab.core.devices.in_use == set()
    assert not tab.core.scanners.is_busy(DESK.id)


async def test_who_calls_may_rest_anew(tab: Visit) -> None:
    await tab.open()
    await tab.rest(IDLE_S - 1)
    tab.call()
    Visit(tab.core, name=TWO).call()
    await tab.rest(IDLE_S - 1)
    assert tab.has()
    await tab.rest(1)
    assert not tab.has()


async def test_who_listens_does_not_rest(tab: Visit) -> None:
    with tab.core.sessions.present(tab.holder):
        await tab.open()
        with tab.core.sessions.present(tab.holder):
            await tab.rest(IDLE_S)
        await tab.rest(IDLE_S)
        assert tab.has()
    await tab.rest(IDLE_S - 1)
    assert tab.has()
    await tab.rest(1)
    assert not tab.has()


async def test_who_listens_to_all_of_its_instances_keeps_all_of_them(tab: Visit) -> None:
    other, stranger = Visit(tab.core, name=TWO), Visit(tab.core, ALICE)
    await tab.open()
    await other.open(HALL)
    with tab.core.sessions.present(tab.caller.owner):
        await tab.rest(IDLE_S)
        assert tab.has()
        assert other.has(HALL)
    await other.close()
    await stranger.open(HALL)
    with tab.core.sessions.present(tab.caller.owner):
        await tab.rest(IDLE_S)
        assert tab.has()
        assert not stranger.has(HALL)


async def test_nobody_keeps_a_scanner_longer_than_the_limit(tab: Visit) -> None:
    with tab.core.sessions.present(tab.holder):
        await tab.open()
        await tab.rest(LIMIT_S - 1)
        assert tab.has()
        await tab.rest(1)
    assert not tab.has()
    assert tab.core.devices.in_use == set()


async def test_a_program_on_the_bus_may_rest_until_the_limit(core: FakeCore) -> None:
    visit = program(core)
    await visit.open()
    await visit.rest(LIMIT_S - 1)
    assert visit.has()
    await visit.rest(1)
    assert not visit.has()


async def test_the_scanner_of_a_program_that_has_left_the_bus_is_free(core: FakeCore) -> None:
    visit = program(core)
    await visit.open()
    core.sessions.left(visit.holder)
    assert not visit.has()
    await idle()
    assert core.devices.in_use == set()
    assert not core.scanners.is_busy(DESK.id)
    core.sessions.left(visit.holder)


async def test_a_call_that_is_under_way_when_its_program_leaves_is_waited_for(
    core: FakeCore,
) -> None:
    visit = program(core)
    await visit.open()
    core.devices.exploring.shut()
    asking = asyncio.create_task(visit.options())
    await core.devices.exploring.reached()
    core.sessions.left(visit.holder)
    await idle()
    assert core.scanners.is_busy(DESK.id)
    core.devices.exploring.open()
    assert await asking
    await idle()
    assert core.devices.in_use == set()
    assert not core.scanners.is_busy(DESK.id)


async def test_reloaded_limits_count_from_the_next_call(tab: Visit) -> None:
    await tab.open()
    tab.core.sessions.change(idle_s=5, limit_s=10)
    await tab.rest(5)
    assert tab.has()
    tab.call()
    await tab.rest(5)
    assert not tab.has()


async def test_an_end_is_one_line_that_says_why(
    tab: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sheetfed.core.sessions")
    await tab.open()
    await tab.rest(IDLE_S)
    with tab.core.sessions.present(tab.holder):
        await tab.open()
        await tab.rest(LIMIT_S)
    visit = program(tab.core)
    await visit.open()
    tab.core.sessions.left(visit.holder)
    await tab.open(HALL)
    await tab.core.sessions.aclose()
    assert [record.getMessage() for record in caplog.records] == [
        "the lease of Desk scanner has ended: nobody uses it",
        "the lease of Desk scanner has ended: its time is up",
        "the lease of Desk scanner has ended: its owner has gone",
        "the lease of Hall scanner has ended: the service stops",
    ]
    assert caplog.records[0].__dict__["owner_uid"] == tab.caller.owner.uid


async def test_what_a_holder_does_itself_is_no_news(
    tab: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sheetfed.core.sessions")
    await tab.open()
    await tab.open(HALL)
    await tab.close()
    assert caplog.records == []


async def test_a_selection_outlives_the_session_but_not_its_holder(core: FakeCore) -> None:
    visit = program(core)
    await visit.open(HALL)
    await visit.close()
    assert core.sessions.selected(visit.holder) == HALL.id
    core.sessions.left(visit.holder)
    assert core.sessions.selected(visit.holder) is None


async def test_the_latest_selections_of_an_owner_are_remembered(tab: Visit) -> None:
    visits = [Visit(tab.core, name=f"i{number}") for number in range(HOLDERS_AT_MOST + 1)]
    for visit in (*visits[:-1], visits[0], visits[-1]):
        tab.core.sessions.select(visit.holder, HALL.id)
    remembered = [tab.core.sessions.selected(visit.holder) == HALL.id for visit in visits]
    assert [number for number, is_there in enumerate(remembered) if not is_there] == [1]
    tab.core.sessions.left(visits[0].holder)
    assert tab.core.sessions.selected(visits[0].holder) is None
    assert tab.core.sessions.selected(visits[2].holder) == HALL.id
