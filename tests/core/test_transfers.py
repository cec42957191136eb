"""Transfers: pages are sent in the background, watched, called off, and told of at their end."""

import asyncio
import logging
from dataclasses import replace

import pytest

from fakes.core import ADMIN, ALICE, ALICE_ON_THE_WEB, BOB, ORIGIN, FakeCore
from fakes.gate import idle
from fakes.holders import ONE
from fakes.transfers import POST, PUT, scanned, sent, under_way
from sheetfed.core import ids, transfers
from sheetfed.core.errors import (
    DamagedImage,
    ErrorCode,
    InternalError,
    InvalidParameter,
    NotFound,
    TooMany,
    UploadRefused,
)
from sheetfed.core.events import TransferChanged
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import Caller, Owner, TransferId
from sheetfed.core.targets import parse
from sheetfed.core.transfers import TransferLimits
from sheetfed.core.uploads import Reply, TransferState


async def test_pages_arrive_as_one_file_and_the_servers_answer_is_kept(core: FakeCore) -> None:
    ended = await sent(core)
    assert (ended.state, ended.reply) == (TransferState.DONE, Reply(200, "thank you"))
    assert (ended.origin, ended.pages, ended.progress) == (ORIGIN, 1, 100)
    assert core.sender.arrived[0].startswith(b"%PDF")
    assert core.transfers.get(ALICE_ON_THE_WEB, ended.id) == ended
    assert not core.transfers.under_way


async def test_every_step_is_told_to_the_owner(core: FakeCore) -> None:
    with core.hub.subscribe(lambda event: isinstance(event, TransferChanged)) as listening:
        ended = await sent(core)
        told = []
        while not told or not told[-1].transfer.state.is_final:
            numbered = await listening.next()
            assert numbered is not None
            assert isinstance(numbered.event, TransferChanged)
            told.append(numbered.event)
    assert [(one.transfer.state, one.transfer.progress // 50 * 50) for one in told] == [
        (TransferState.PREPARING, 0),
        (TransferState.SENDING, 0),
        (TransferState.SENDING, 50),
        (TransferState.SENDING, 100),
        (TransferState.DONE, 100),
    ]
    assert {(one.owner, one.instance) for one in told} == {(ALICE_ON_THE_WEB.owner, ONE)}
    assert told[-1].transfer == ended


async def test_progress_is_told_by_the_percent(core: FakeCore) -> None:
    transfer = await under_way(core)
    with core.hub.subscribe(lambda event: isinstance(event, TransferChanged)) as listening:
        core.transfers._tell_progress(
            transfer.id, transfers.Progress(TransferState.SENDING, 1, 5_000_000, 10_000_000)
        )
        core.transfers._tell_progress(
            transfer.id, transfers.Progress(TransferState.SENDING, 1, 5_000_001, 10_000_000)
        )
        core.sender.sending.open()
        await core.transfers.ended(ALICE_ON_THE_WEB, transfer.id)
        told = [numbered.event for numbered in [await listening.next()] if numbered]
        assert isinstance(told[0], TransferChanged)
        assert told[0].transfer.sent_bytes == 5_000_000
        following = await listening.next()
        assert following is not None
        assert isinstance(following.event, TransferChanged)
        assert following.event.transfer.total_bytes < 10_000_000


async def test_a_target_that_is_not_the_callers_own_is_refused_before_anything(
    core: FakeCore,
) -> None:
    elsewhere = replace(PUT, target=parse("url", "https://evil.example/"))
    with pytest.raises(UploadRefused):
        await core.transfers.start(ALICE_ON_THE_WEB, await scanned(core), elsewhere, ONE)
    with pytest.raises(UploadRefused):
        await core.transfers.start(ALICE, await scanned(core, ALICE), PUT, ONE)
    assert core.pages.exported == []


async def test_programs_send_where_the_administrator_allows(core: FakeCore) -> None:
    core.transfers.change(TransferLimits(allow=frozenset({ORIGIN})))
    assert (await sent(core, caller=ALICE)).state is TransferState.DONE


async def test_a_file_that_cannot_hold_the_pages_is_refused_at_once(core: FakeCore) -> None:
    picture = replace(PUT, image_type=ImageType.JPEG)
    await scanned(core)
    with pytest.raises(InvalidParameter):
        await core.transfers.start(ALICE_ON_THE_WEB, await scanned(core), picture, ONE)
    with pytest.raises(InvalidParameter):
        await core.transfers.start(ALICE_ON_THE_WEB, [], PUT, ONE)


async def test_one_owner_has_a_bounded_number_under_way_and_others_have_theirs(
    core: FakeCore,
) -> None:
    core.transfers.change(TransferLimits(allow=frozenset({ORIGIN}), at_once=1))
    await under_way(core)
    with pytest.raises(TooMany):
        await core.transfers.start(ALICE_ON_THE_WEB, await scanned(core), PUT, ONE)
    other = await core.transfers.start(ALICE, await scanned(core, ALICE), PUT, ONE)
    core.sender.sending.open()
    assert (await core.transfers.ended(ALICE, other.id)).state is TransferState.DONE


async def test_a_file_beyond_the_limit_is_not_sent(core: FakeCore) -> None:
    core.transfers.change(TransferLimits(max_bytes=3))
    ended = await sent(core)
    assert (ended.state, ended.reason) == (TransferState.FAILED, ErrorCode.TOO_LARGE)
    assert core.sender.attempts == []


async def test_an_upload_that_fails_says_why_and_keeps_the_pages(core: FakeCore) -> None:
    core.sender.outcomes = [Reply(413, "too large for me")]
    ended = await sent(core, POST)
    assert (ended.state, ended.reason) == (TransferState.FAILED, ErrorCode.UPLOAD_FAILED)
    assert ended.details == {"status": 413, "body": "too large for me", "attempts": 1}
    assert len(await scanned(core)) == 2


async def test_pages_that_cannot_be_read_end_it(core: FakeCore) -> None:
    core.pages.exporting.fault = DamagedImage()
    assert (await sent(core)).reason is ErrorCode.DAMAGED_IMAGE


@pytest.mark.parametrize("fault", [ZeroDivisionError("a secret"), InternalError()])
async def test_a_bug_is_logged_and_told_without_detail(
    core: FakeCore, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    core.sender.outcomes = [fault]
    ended = await sent(core)
    assert (ended.reason, ended.message) == (ErrorCode.INTERNAL_ERROR, "internal error")
    assert any(record.exc_info for record in caplog.records)


async def test_it_goes_on_whoever_stops_waiting(core: FakeCore) -> None:
    transfer = await under_way(core)
    waiting = asyncio.create_task(core.transfers.ended(ALICE_ON_THE_WEB, transfer.id))
    await idle()
    waiting.cancel()
    await asyncio.wait({waiting})
    core.sender.sending.open()
    assert (await core.transfers.ended(ALICE_ON_THE_WEB, transfer.id)).state is TransferState.DONE


async def test_nobody_else_knows_of_it(core: FakeCore) -> None:
    ended = await sent(core)
    for caller in (BOB, ALICE, Caller(Owner(1001, ORIGIN))):
        with pytest.raises(NotFound):
            core.transfers.get(caller, ended.id)
        with pytest.raises(NotFound):
            await core.transfers.cancel(caller, ended.id)
    assert core.transfers.get(ADMIN, ended.id) == ended
    with pytest.raises(NotFound):
        core.transfers.get(ADMIN, TransferId("t0"))


async def test_the_latest_of_an_owner_are_remembered_for_a_day(
    core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "KEPT_AT_MOST", 2)
    first, second, third = [(await sent(core)).id for _ in range(3)]
    with pytest.raises(NotFound):
        core.transfers.get(ALICE_ON_THE_WEB, first)
    assert core.transfers.get(ALICE_ON_THE_WEB, second)
    core.clock._now += transfers.KEPT_S + 1
    await sent(core)
    with pytest.raises(NotFound):
        core.transfers.get(ALICE_ON_THE_WEB, third)


async def test_the_journal_has_one_line_without_names_of_files(
    core: FakeCore, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="sheetfed.core.transfers"):
        ended = await sent(core)
    (line,) = [record.getMessage() for record in caplog.records if "upload" in record.getMessage()]
    assert line.startswith(f"upload to {ORIGIN}: done, 1 pages, {ended.total_bytes} bytes, ")
    assert "/in" not in line
    assert "scan.pdf" not in line


def test_ids_of_uploads_are_unguessable_and_their_own() -> None:
    assert ids.new_transfer() != ids.new_transfer()
    assert ids.new_transfer().startswith("t")
