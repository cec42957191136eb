"""Grants kept: what is written down, when, and what happens when it cannot be."""

import asyncio

import pytest

from fakes.core import ADMIN, ALICE, ORIGIN
from fakes.gate import idle
from fakes.grantdesk import PAGE, SAME_PAGE_OF_BOB, SCAN, Desk
from fakes.recorder import recorded
from sheetfed.core.errors import StoreFull
from sheetfed.core.grant import GrantState
from sheetfed.core.permissions import ALL, NONE


async def test_everything_outlives_a_restart(desk: Desk) -> None:
    await desk.allow(until=desk.clock.now() + 60)
    desk.grants.use(PAGE)
    await desk.grants.allow(ADMIN, "https://all.example", ALL, uid=None)
    desk.ask(wants=ALL)
    desk.ask(SAME_PAGE_OF_BOB)
    await desk.grants.save_late()
    again = await desk.restarted()
    by_id = {found.id: found for found in desk.grants.known()}
    assert {found.id: found for found in again.grants.known()} == by_id
    assert len(by_id) == 3


async def test_a_use_is_written_down_late_and_once(desk: Desk) -> None:
    await desk.allow()
    saves = desk.book.saves
    for _ in range(100):
        desk.grants.use(PAGE)
    assert desk.book.saves == saves
    assert desk.grants.known()[0].last_used == desk.clock.now()
    await desk.grants.save_late()
    await desk.grants.save_late()
    assert desk.book.saves == saves + 1


async def test_a_permission_that_cannot_be_written_down_is_not_given(desk: Desk) -> None:
    desk.ask()
    desk.book.writing.fault = StoreFull()
    with recorded(desk.hub) as told, pytest.raises(StoreFull):
        await desk.allow()
    assert desk.grants.permissions(PAGE) == NONE
    assert (desk.states(), told) == ({ORIGIN: GrantState.PENDING}, [])


async def test_what_is_taken_away_is_gone_even_if_that_cannot_be_written_down_now(
    desk: Desk,
) -> None:
    await desk.allow()
    (found,) = desk.grants.known()
    desk.book.writing.fault = StoreFull()
    with recorded(desk.hub) as told, pytest.raises(StoreFull):
        await desk.grants.revoke(ALICE, found.id)
    assert desk.grants.permissions(PAGE) == NONE
    assert len(told) == 1
    with pytest.raises(StoreFull):
        await desk.grants.save_late()
    desk.book.writing.fault = None
    await desk.grants.save_late()
    assert desk.book.kept == {}


async def test_a_decision_is_carried_out_whatever_becomes_of_the_one_who_made_it(
    desk: Desk,
) -> None:
    desk.book.writing.shut()
    deciding = asyncio.create_task(desk.allow())
    await desk.book.writing.reached()
    deciding.cancel()
    await idle()
    desk.book.writing.open()
    with pytest.raises(asyncio.CancelledError):
        await deciding
    assert desk.grants.permissions(PAGE) == SCAN


async def test_two_decisions_at_once_are_made_one_after_the_other(desk: Desk) -> None:
    await desk.allow()
    (found,) = desk.grants.known()
    desk.book.writing.shut()
    allowing = asyncio.create_task(desk.allow(ALL))
    revoking = asyncio.create_task(desk.grants.revoke(ALICE, found.id))
    await desk.book.writing.reached()
    desk.book.writing.open()
    await asyncio.gather(allowing, revoking)
    assert desk.grants.permissions(PAGE) == NONE
    assert desk.book.kept == {}
