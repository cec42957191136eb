"""Jobs: who may start one, where it goes, and the line before a scanner."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.core import ADMIN, ALICE, ALICE_ON_THE_WEB, BOB, FakeCore
from fakes.devices import DESK, HALL, Sheet, SlowSheet
from fakes.gate import idle
from fakes.recorder import recorded
from fakes.scans import FEEDER, FLATBED, Scans
from sheetfed.core import ids
from sheetfed.core.defaults import JOBS_AT_MOST
from sheetfed.core.errors import (
    ErrorCode,
    FeederEmpty,
    NoScanner,
    NotAllowed,
    NotFound,
    PaperJam,
    ScannerBusy,
    ScannerLost,
    ScannerNotFound,
    StoreFull,
    TooMany,
    WrongState,
)
from sheetfed.core.events import JobChanged
from sheetfed.core.job import JobState
from sheetfed.core.model import Caller, InstanceId, JobId, Owner

ONE = InstanceId("414778098")
ON_HALL = replace(FEEDER, scanner=HALL.name)


async def test_a_start_answers_at_once_with_a_queued_job(scans: Scans) -> None:
    job = await scans.start(FLATBED)
    assert (job.state, job.owner, job.scanner) == (JobState.QUEUED, ALICE.owner, DESK.id)
    assert job in scans.core.jobs.visible_to(ALICE)
    assert (await scans.settled(job)).state is JobState.DONE


async def test_an_instances_jobs_go_to_its_buffer_one_after_the_other(scans: Scans) -> None:
    jobs = [await scans.settled(await scans.start(FLATBED, instance=ONE)) for _ in range(2)]
    buffer = scans.core.documents.buffer(ALICE, ONE)
    assert buffer is not None
    assert {job.document for job in jobs} == {buffer.id} == {ids.buffer_document(ALICE.owner, ONE)}
    assert [scans.core.documents.indices_of(buffer.id, job.id) for job in jobs] == [[0], [1]]


async def test_a_programs_jobs_each_have_a_document_of_their_own(scans: Scans) -> None:
    first, second = await scans.scan(FLATBED), await scans.scan(FLATBED)
    assert first.document != second.document


async def test_a_user_whom_no_rule_names_starts_nothing(tmp_path: Path) -> None:
    assembled = FakeCore.assemble(tmp_path, rules={"@scanner": {1000}}, scan_rules=["@scanner"])
    async with assembled.running() as core:
        with pytest.raises(NotAllowed):
            await core.jobs.start(BOB, FLATBED)
        assert core.jobs.visible_to(ADMIN) == []


async def test_without_scanners_there_is_no_scanner(tmp_path: Path) -> None:
    async with FakeCore.assemble(tmp_path, scanners=[]).running() as core:
        with pytest.raises(NoScanner):
            await core.jobs.start(ALICE, FLATBED)


async def test_an_unknown_scanner_starts_nothing(scans: Scans) -> None:
    with pytest.raises(ScannerNotFound):
        await scans.start(replace(FLATBED, scanner="attic"))


async def test_without_a_word_the_scanner_is_the_one_used_last(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), scanner=HALL)
    await scans.settled(await scans.start(ON_HALL, instance=ONE))
    scans.core.clock.advance(1)
    await scans.scan(replace(FLATBED, scanner=DESK.id))
    assert (await scans.core.jobs.choose(ALICE, None, ONE)) == HALL
    assert (await scans.core.jobs.choose(ALICE, None, InstanceId("2"))) == DESK
    assert (await scans.core.jobs.choose(BOB, None)) == DESK


async def test_a_reloaded_default_scanner_counts_for_the_next_job(scans: Scans) -> None:
    scans.core.scanners.prefer(HALL.name)
    assert (await scans.core.jobs.choose(BOB, None)) == HALL


async def test_a_busy_scanner_is_said_at_once_and_the_other_one_is_free(scans: Scans) -> None:
    slow = SlowSheet()
    scans.core.devices.load(slow)
    scans.core.devices.load(Sheet(), scanner=HALL)
    job = await scans.start()
    with pytest.raises(ScannerBusy):
        await Scans(scans.core, BOB).start()
    assert (await scans.scan(ON_HALL)).state is JobState.DONE
    await slow.gate.reached()
    slow.gate.open()
    await scans.settled(job)


async def test_queued_jobs_run_in_order_and_know_their_place(scans: Scans) -> None:
    slow = SlowSheet()
    scans.core.devices.load(slow, FeederEmpty(), *[Sheet() for _ in range(2)])
    first = await scans.start()
    second, third = await scans.queue(), await scans.queue()
    assert [scans.now(job).position for job in (first, second, third)] == [0, 1, 2]
    await slow.gate.reached()
    slow.gate.open()
    await scans.settled(first)
    assert (await scans.settled(second)).pages == 2
    third = await scans.settled(third)
    assert (third.position, third.reason) == (0, ErrorCode.FEEDER_EMPTY)


async def test_a_place_in_line_is_told_as_it_changes(scans: Scans) -> None:
    slow = SlowSheet()
    scans.core.devices.load(slow)
    first = await scans.start()
    second, third = await scans.queue(), await scans.queue()
    await slow.gate.reached()
    with recorded(scans.core.hub) as events:
        await scans.core.jobs.cancel(ALICE, second.id)
        await scans.core.jobs.cancel(ALICE, first.id)
        await scans.settled(third)
    told = [event.job for event in events if isinstance(event, JobChanged)]
    assert [job.position for job in told if job.id == third.id][:2] == [1, 0]


async def test_a_line_that_moves_while_a_job_is_being_recorded_is_no_trouble(
    scans: Scans,
) -> None:
    slow = SlowSheet()
    scans.core.devices.load(slow)
    first = await scans.start()
    await slow.gate.reached()
    scans.core.store.joblog.saving.shut()
    starting = asyncio.create_task(scans.queue(FLATBED))
    await scans.core.store.joblog.saving.reached()
    slow.gate.abort(ScannerLost())
    await idle()
    scans.core.store.joblog.saving.open()
    second = await starting
    assert second.position == 0
    assert (await scans.ended(first)).reason is ErrorCode.SCANNER_LOST
    assert (await scans.settled(second)).state is JobState.DONE


async def test_a_job_that_cannot_be_recorded_does_not_hold_the_scanner(scans: Scans) -> None:
    scans.core.store.joblog.saving.fault = StoreFull()
    with pytest.raises(StoreFull):
        await scans.start()
    scans.assert_nothing_left()
    assert scans.core.jobs.visible_to(ALICE) == []


async def test_a_start_whose_caller_went_away_does_not_hold_the_scanner(scans: Scans) -> None:
    scans.core.store.joblog.saving.shut()
    starting = asyncio.create_task(scans.start())
    await scans.core.store.joblog.saving.reached()
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    scans.core.store.joblog.saving.open()
    scans.assert_nothing_left()
    assert (await scans.scan(FLATBED)).state is JobState.DONE


async def test_an_owner_has_a_bounded_number_of_jobs_at_once(scans: Scans) -> None:
    slow = SlowSheet()
    scans.core.devices.load(slow)
    await scans.start()
    scans.core.store.joblog.saving.shut()
    starting = [asyncio.create_task(scans.queue()) for _ in range(JOBS_AT_MOST + 5)]
    await scans.core.store.joblog.saving.reached()
    await idle()
    scans.core.store.joblog.saving.open()
    results = await asyncio.gather(*starting, return_exceptions=True)
    refused = [result for result in results if isinstance(result, TooMany)]
    assert len(refused) == 6
    assert refused[0].details == {"jobs": JOBS_AT_MOST}
    scans.core.grants.configure(["https://other.example"])
    other = Scans(scans.core, Caller(Owner(1000, "https://other.example")))
    assert (await other.queue()).position == JOBS_AT_MOST
    await scans.core.jobs.drain(0)


async def test_a_job_that_has_ended_does_not_count(scans: Scans) -> None:
    for _ in range(JOBS_AT_MOST + 1):
        assert (await scans.scan(FLATBED)).state is JobState.DONE


async def test_a_job_waits_for_a_question_about_capabilities(scans: Scans) -> None:
    scans.core.devices.exploring.shut()
    asking = asyncio.create_task(scans.core.scanners.capabilities(DESK))
    await scans.core.devices.exploring.reached()
    job = await scans.start(FLATBED)
    assert (job.state, job.position) == (JobState.QUEUED, 1)
    scans.core.devices.exploring.open()
    await asking
    assert (await scans.settled(job)).state is JobState.DONE


async def test_somebody_elses_job_is_not_found(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), PaperJam())
    job = await scans.scan()
    for caller in (BOB, ALICE_ON_THE_WEB):
        assert scans.core.jobs.visible_to(caller) == []
        for ask in (scans.core.jobs.get, scans.core.jobs.resume, scans.core.jobs.finish):
            with pytest.raises(NotFound):
                ask(caller, job.id)
        for wait in (scans.core.jobs.cancel, scans.core.jobs.settled):
            with pytest.raises(NotFound):
                await wait(caller, job.id)
    assert scans.core.jobs.get(ADMIN, job.id) == job


async def test_an_unknown_job_is_not_found(scans: Scans) -> None:
    with pytest.raises(NotFound):
        scans.core.jobs.get(ALICE, JobId("j0"))


async def test_only_a_paused_job_can_be_resumed_or_finished(scans: Scans) -> None:
    slow = SlowSheet()
    scans.core.devices.load(slow, PaperJam())
    job = await scans.start()
    await slow.gate.reached()
    for answer in (scans.core.jobs.resume, scans.core.jobs.finish):
        with pytest.raises(WrongState, match="scanning, not paused"):
            answer(ALICE, job.id)
    slow.gate.open()
    await scans.settled(job)
    scans.core.jobs.finish(ALICE, job.id)
    await scans.ended(job)
    with pytest.raises(WrongState, match="done, not paused") as caught:
        scans.core.jobs.resume(ALICE, job.id)
    assert caught.value.details == {"state": "done"}


async def test_a_pause_is_answered_once(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), PaperJam())
    job = await scans.scan()
    scans.core.jobs.finish(ALICE, job.id)
    with pytest.raises(WrongState, match="finishing, not paused"):
        scans.core.jobs.resume(ALICE, job.id)
    assert (await scans.ended(job)).state is JobState.DONE


async def test_jobs_can_be_asked_for_after_a_restart(scans: Scans, tmp_path: Path) -> None:
    scans.core.devices.load(Sheet(), Sheet(), PaperJam())
    done, paused = await scans.scan(FLATBED), await scans.scan()
    again = FakeCore.assemble(tmp_path, store=scans.core.store, clock=scans.core.clock)
    async with again.running():
        assert again.jobs.get(ALICE, done.id) == done
        cut = again.jobs.get(ALICE, paused.id)
        assert (cut.state, cut.reason) == (JobState.FAILED, ErrorCode.INTERRUPTED)
        assert cut.pages == 1
        assert len(again.documents.pages_of(again.documents.get(ALICE, paused.document))) == 1
