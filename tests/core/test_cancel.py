"""Cancel: in every state, and nothing is left behind."""

import asyncio
from dataclasses import replace
from pathlib import Path

from fakes.clock import FakeClock
from fakes.core import ADMIN, ALICE, BOB, FakeCore
from fakes.devices import DESK, HALL, Sheet, SlowSheet
from fakes.gate import idle, until
from fakes.recorder import recorded
from fakes.scans import FEEDER, FLATBED, Scans, busy_and_states
from sheetfed.core.conveyor import PAGES_AT_MOST
from sheetfed.core.errors import PaperJam, ScannerIo
from sheetfed.core.job import Job, JobState
from sheetfed.core.model import InstanceId

ONE = InstanceId("1")
WAITING = replace(FEEDER, wait_for_paper_s=60.0)


async def cancel(scans: Scans, job: Job) -> Job:
    """Cancel it; the scanner must be free by then."""
    ended = await scans.core.jobs.cancel(ALICE, job.id)
    assert not scans.core.scanners.is_busy(job.scanner)
    return ended


async def test_a_queued_job_is_canceled_and_the_one_before_it_goes_on(scans: Scans) -> None:
    slow = SlowSheet()
    first = await scans.reading(sheet=slow)
    second = await scans.queue()
    assert (await scans.core.jobs.cancel(ALICE, second.id)).state is JobState.CANCELED
    slow.gate.open()
    assert (await scans.ended(first)).pages == 2
    assert scans.core.devices.calls.count("open") == 1


async def test_a_job_canceled_before_its_task_ran_opens_no_scanner(scans: Scans) -> None:
    job = await scans.start()
    assert (await cancel(scans, job)).state is JobState.CANCELED
    assert "open" not in scans.core.devices.calls


async def test_a_job_that_is_opening_its_scanner_is_canceled(scans: Scans) -> None:
    scans.core.devices.opening.shut()
    job = await scans.start()
    await scans.core.devices.opening.reached()
    assert scans.now(job).state is JobState.STARTING
    assert (await cancel(scans, job)).state is JobState.CANCELED


async def test_a_job_that_is_setting_up_its_scanner_is_canceled(scans: Scans) -> None:
    scans.core.devices.configuring.shut()
    job = await scans.start()
    await scans.core.devices.configuring.reached()
    assert (await cancel(scans, job)).state is JobState.CANCELED
    assert scans.core.devices.calls[-2:] == ["cancel", "close"]


async def test_a_scanning_job_drops_the_page_that_is_being_read_and_keeps_the_others(
    scans: Scans,
) -> None:
    job = await scans.reading(Sheet(), Sheet(), sheet=SlowSheet())
    with recorded(scans.core.hub) as events:
        ended = await cancel(scans, job)
    assert (ended.state, ended.reason, ended.pages) == (JobState.CANCELED, None, 2)
    assert scans.sequences(job) == [0, 1]
    assert scans.core.store.spools.kept == {}
    assert busy_and_states(events) == ["finishing", "free", "canceled"]


async def test_a_page_that_is_finished_all_the_same_is_kept_and_no_other_is_fed(
    scans: Scans,
) -> None:
    job = await scans.reading(Sheet(), sheet=SlowSheet(finishes=True))
    ended = await cancel(scans, job)
    assert (ended.state, ended.pages) == (JobState.CANCELED, 2)
    assert scans.core.devices.calls.count("read") == 2
    assert len(scans.core.devices.stacks[DESK.id]) == 1


async def test_a_cancel_that_comes_together_with_a_read_page_keeps_it_and_feeds_no_other(
    scans: Scans,
) -> None:
    slow = SlowSheet()
    job = await scans.reading(sheet=slow)
    slow.gate.open()
    ended = await cancel(scans, job)
    assert (ended.state, ended.pages) == (JobState.CANCELED, 1)
    assert scans.core.devices.calls.count("read") == 1


async def test_a_cancel_that_comes_while_a_spool_is_made_feeds_no_page(scans: Scans) -> None:
    scans.core.store.spools.creating.shut()
    job = await scans.start()
    await scans.core.store.spools.creating.reached()
    canceling = asyncio.create_task(cancel(scans, job))
    await idle()
    scans.core.store.spools.creating.open()
    assert (await canceling).state is JobState.CANCELED
    assert "read" not in scans.core.devices.calls
    assert scans.core.store.spools.kept == {}


async def test_a_cancel_that_comes_together_with_a_fault_is_a_cancel(scans: Scans) -> None:
    slow = SlowSheet()
    job = await scans.reading(Sheet(), sheet=slow)
    slow.gate.abort(PaperJam())
    assert (await cancel(scans, job)).state is JobState.CANCELED


async def test_a_job_that_waits_for_its_pages_to_be_encoded_is_canceled(scans: Scans) -> None:
    scans.core.pages.ingesting[0].shut()
    scans.core.devices.load(*[Sheet() for _ in range(PAGES_AT_MOST + 3)])
    job = await scans.start()
    await scans.reached(job, JobState.SCANNING)
    canceling = asyncio.create_task(cancel(scans, job))
    await scans.reached(job, JobState.FINISHING)
    scans.core.pages.ingesting[0].open()
    assert (await canceling).pages == PAGES_AT_MOST


async def test_a_job_that_waits_for_paper_is_canceled(tmp_path: Path) -> None:
    core = FakeCore.assemble(tmp_path, clock=FakeClock(is_manual=True))
    async with core.running():
        scans = Scans(core)
        job = await scans.start(WAITING)
        await until(lambda: core.clock.sleeping)
        assert (await cancel(scans, job)).state is JobState.CANCELED
        assert core.clock.sleeping == 0


async def test_a_paused_job_is_canceled_and_keeps_its_pages(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), ScannerIo())
    job = await scans.scan()
    ended = await cancel(scans, job)
    assert (ended.state, ended.reason, ended.pages) == (JobState.CANCELED, None, 1)


async def test_a_job_that_was_just_resumed_is_canceled(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), PaperJam(), Sheet())
    job = await scans.scan()
    scans.core.jobs.resume(ALICE, job.id)
    assert (await cancel(scans, job)).state is JobState.CANCELED


async def test_a_finishing_job_is_done_all_the_same(scans: Scans) -> None:
    scans.core.pages.ingesting[0].shut()
    job = await scans.start(FLATBED)
    await scans.reached(job, JobState.FINISHING)
    canceling = asyncio.create_task(cancel(scans, job))
    await idle()
    scans.core.pages.ingesting[0].open()
    assert (await canceling).state is JobState.DONE


async def test_a_job_whose_end_is_being_written_down_is_waited_for(scans: Scans) -> None:
    job = await scans.start(FLATBED)
    scans.core.store.joblog.saving.shut()
    await scans.core.store.joblog.saving.reached()
    canceling = asyncio.create_task(cancel(scans, job))
    await idle()
    assert not canceling.done()
    scans.core.store.joblog.saving.open()
    assert (await canceling).state is JobState.DONE


async def test_an_ended_job_stays_as_it_is(scans: Scans) -> None:
    job = await scans.scan(FLATBED)
    assert await cancel(scans, job) == job


async def test_canceling_twice_at_once_is_one_cancel(scans: Scans) -> None:
    job = await scans.reading(sheet=SlowSheet())
    first, second = await asyncio.gather(cancel(scans, job), cancel(scans, job))
    assert first == second
    assert first.state is JobState.CANCELED


async def test_one_who_cancels_and_goes_away_has_canceled(scans: Scans) -> None:
    job = await scans.reading(sheet=SlowSheet())
    canceling = asyncio.create_task(cancel(scans, job))
    await asyncio.sleep(0)
    canceling.cancel()
    assert (await scans.ended(job)).state is JobState.CANCELED


async def test_an_administrator_cancels_other_peoples_jobs(scans: Scans) -> None:
    job = await scans.reading(sheet=SlowSheet())
    assert (await scans.core.jobs.cancel(ADMIN, job.id)).state is JobState.CANCELED


async def test_all_jobs_of_an_instance_are_canceled_and_no_others(scans: Scans) -> None:
    slow, other = SlowSheet(), SlowSheet()
    scans.core.devices.load(slow)
    scans.core.devices.load(other, scanner=HALL)
    mine = [await scans.start(FEEDER, instance=ONE)]
    mine += [await scans.start(replace(FEEDER, queue=True), instance=ONE)]
    bobs = Scans(scans.core, BOB)
    his = await bobs.start(replace(FEEDER, scanner=HALL.id), instance=ONE)
    await slow.gate.reached()
    await other.gate.reached()
    await scans.core.jobs.cancel_all(ALICE, ONE)
    assert [scans.now(job).state for job in mine] == [JobState.CANCELED] * 2
    other.gate.open()
    assert (await bobs.ended(his)).state is JobState.DONE
    await scans.core.jobs.cancel_all(ALICE, ONE)


async def test_a_job_cut_off_by_the_loops_end_closes_its_device_and_drops_its_spool(
    scans: Scans,
) -> None:
    job = await scans.reading(Sheet(), sheet=SlowSheet())
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    scans.assert_nothing_left()
    assert scans.core.store.spools.kept == {}
    assert scans.sequences(job) == [0]


async def test_a_scanner_that_is_slow_to_close_is_hurried_by_a_cancel(scans: Scans) -> None:
    scans.core.devices.load(Sheet())
    scans.core.devices.closing.shut()
    job = await scans.start()
    await scans.core.devices.closing.reached()
    ended = await cancel(scans, job)
    assert (ended.state, ended.pages) == (JobState.DONE, 1)
    assert scans.core.devices.calls[-2:] == ["close", "cancel"]
