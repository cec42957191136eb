"""Transfers ended early: called off, cut off with a permission, and by a stop."""

import asyncio
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.core import ALICE, ALICE_ON_THE_WEB, ORIGIN, FakeCore
from fakes.gate import idle
from fakes.holders import ONE, TWO
from fakes.sender import lost
from fakes.transfers import PUT, scanned, scanned_before, under_way
from sheetfed.core.errors import (
    ErrorCode,
    OriginNotGranted,
    ShuttingDown,
)
from sheetfed.core.transfers import TransferLimits
from sheetfed.core.uploads import TransferState


async def test_one_that_is_called_off_ends_at_once_and_leaves_no_file(
    core: FakeCore, tmp_path: Path
) -> None:
    transfer = await under_way(core)
    ended = await core.transfers.cancel(ALICE_ON_THE_WEB, transfer.id)
    assert (ended.state, ended.reason) == (TransferState.CANCELED, None)
    assert core.sender.arrived == []
    assert list(tmp_path.glob("render-*")) == []
    assert await core.transfers.cancel(ALICE_ON_THE_WEB, transfer.id) == ended


async def test_one_may_be_called_off_before_it_has_begun(core: FakeCore) -> None:
    pages = await scanned(core)
    transfer = await core.transfers.start(ALICE_ON_THE_WEB, pages, PUT, ONE)
    core.transfers._call_off(transfer.id)
    ended = await core.transfers.ended(ALICE_ON_THE_WEB, transfer.id)
    assert ended.state is TransferState.CANCELED
    assert core.pages.exported == []


async def test_all_of_an_instance_are_called_off_and_no_others(core: FakeCore) -> None:
    mine = await under_way(core)
    pages = await scanned(core)
    other = await core.transfers.start(ALICE_ON_THE_WEB, pages, PUT, TWO)
    await core.transfers.cancel_all(ALICE_ON_THE_WEB, ONE)
    assert core.transfers.get(ALICE_ON_THE_WEB, mine.id).state is TransferState.CANCELED
    assert core.transfers.get(ALICE_ON_THE_WEB, other.id).ended is None


async def test_an_origin_that_may_no_longer_upload_is_cut_off(core: FakeCore) -> None:
    core.transfers.change(TransferLimits(allow=frozenset({ORIGIN})))
    mine = await under_way(core)
    program = await core.transfers.start(ALICE, await scanned(core, ALICE), PUT, ONE)
    core.grants.configure([])
    ended = await core.transfers.ended(ALICE_ON_THE_WEB, mine.id)
    assert ended.state is TransferState.CANCELED
    assert core.transfers.get(ALICE, program.id).ended is None
    with pytest.raises(OriginNotGranted):
        await core.transfers.start(ALICE_ON_THE_WEB, [], PUT, ONE)


async def test_a_stop_lets_what_is_being_sent_arrive(core: FakeCore) -> None:
    transfer = await under_way(core)
    draining = asyncio.create_task(core.transfers.drain(5))
    await idle()
    with pytest.raises(ShuttingDown):
        await core.transfers.start(ALICE_ON_THE_WEB, await scanned_before(core), PUT, ONE)
    core.sender.sending.open()
    await draining
    assert core.transfers.get(ALICE_ON_THE_WEB, transfer.id).state is TransferState.DONE


async def test_a_stop_cuts_off_what_takes_too_long_and_says_so(core: FakeCore) -> None:
    transfer = await under_way(core)
    await core.transfers.drain(0)
    ended = core.transfers.get(ALICE_ON_THE_WEB, transfer.id)
    assert (ended.state, ended.reason) == (TransferState.FAILED, ErrorCode.INTERRUPTED)
    assert "the pages are kept" in ended.message


async def test_a_stop_does_not_wait_for_what_waits_to_be_tried_again(tmp_path: Path) -> None:
    clock = FakeClock()
    async with FakeCore.assemble(tmp_path, clock=clock).running() as core:
        pages = await scanned(core)
        clock.is_manual = True
        core.sender.outcomes = [lost(may_have_arrived=False)]
        transfer = await core.transfers.start(ALICE_ON_THE_WEB, pages, PUT, ONE)
        while core.transfers.get(ALICE_ON_THE_WEB, transfer.id).state is not TransferState.WAITING:
            await asyncio.sleep(0.001)
        await core.transfers.drain(60)
        ended = core.transfers.get(ALICE_ON_THE_WEB, transfer.id)
        assert ended.reason is ErrorCode.INTERRUPTED
