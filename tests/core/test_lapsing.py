"""Lapsing: what is to end does so in time, and what changed is written down soon."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.test_grants import PAGE, SCAN, Desk
from fakes.clock import FakeClock
from fakes.core import ALICE
from fakes.gate import idle, until
from sheetfed.core.errors import StoreFull
from sheetfed.core.lapsing import REST_AT_MOST_S, SETTLE_S, Lapsing
from sheetfed.core.permissions import NONE


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk(clock=FakeClock(is_manual=True))
    task = asyncio.create_task(Lapsing(grants=desk.grants, clock=desk.clock).run())
    await idle()
    yield desk
    task.cancel()
    await asyncio.wait({task})


async def passed(desk: Desk, seconds: float) -> None:
    await idle()
    desk.clock.advance(seconds)
    await idle()


async def test_it_rests_while_nothing_is_to_end(desk: Desk) -> None:
    assert desk.clock.slept == []


async def test_what_watches_is_told_when_a_permission_ends(desk: Desk) -> None:
    ended: list[bool] = []
    await desk.allow(until=desk.clock.now() + 60)
    desk.grants.watch(lambda: ended.append(desk.grants.permissions(PAGE) == NONE))
    await passed(desk, SETTLE_S)
    await passed(desk, 60 - SETTLE_S)
    assert ended == [True]
    await passed(desk, SETTLE_S)
    assert desk.book.kept == {}


async def test_a_long_time_is_slept_in_pieces(desk: Desk) -> None:
    await desk.allow(until=desk.clock.now() + 3 * REST_AT_MOST_S)
    await passed(desk, SETTLE_S)
    assert desk.clock.slept[-1] == REST_AT_MOST_S
    for _ in range(3):
        await passed(desk, REST_AT_MOST_S)
    assert desk.grants.known() == []


async def test_requests_of_a_burst_are_written_down_together(desk: Desk) -> None:
    desk.ask()
    await idle()
    assert desk.book.saves == 0
    await passed(desk, SETTLE_S)
    assert desk.book.saves == 1
    assert len(desk.book.kept) == 1


async def test_what_cannot_be_written_down_is_written_with_the_next_change(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.book.writing.fault = StoreFull()
    desk.ask()
    await passed(desk, SETTLE_S)
    await until(lambda: "requests of web origins are not recorded" in caplog.text)
    desk.book.writing.fault = None
    await desk.grants.allow(ALICE, "https://new.example", SCAN, uid=None)
    await passed(desk, SETTLE_S)
    assert len(desk.book.kept) == 2
