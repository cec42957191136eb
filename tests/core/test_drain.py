"""Drain: the service stops; what is being read is finished and kept."""

import asyncio
from dataclasses import replace

import pytest

from fakes.devices import Sheet, SlowSheet
from fakes.gate import idle
from fakes.scans import FEEDER, FLATBED, Scans
from sheetfed.core.errors import ErrorCode, FeederEmpty, PaperJam, ShuttingDown
from sheetfed.core.job import JobState

WAITING = replace(FEEDER, wait_for_paper_s=60.0)


@pytest.mark.parametrize("source", [FLATBED, FEEDER], ids=["flatbed", "feeder"])
async def test_a_drain_finishes_and_keeps_the_page_that_is_being_read(
    scans: Scans, source: object
) -> None:
    slow = SlowSheet()
    scans.core.devices.load(slow, Sheet())
    job = await scans.start(FLATBED if source is FLATBED else FEEDER)
    await slow.gate.reached()
    draining = asyncio.create_task(scans.core.jobs.drain(60))
    await idle()
    assert not draining.done()
    slow.gate.open()
    await draining
    ended = scans.now(job)
    assert (ended.pages, scans.core.devices.calls.count("read")) == (1, 1)
    if source is FLATBED:
        assert ended.state is JobState.DONE
    else:
        assert (ended.state, ended.reason) == (JobState.FAILED, ErrorCode.INTERRUPTED)


async def test_after_a_drain_no_job_is_started(scans: Scans) -> None:
    await scans.core.jobs.drain(0)
    with pytest.raises(ShuttingDown):
        await scans.start()


async def test_a_drain_ends_what_is_queued_without_opening_a_scanner(scans: Scans) -> None:
    slow = SlowSheet()
    first = await scans.reading(sheet=slow)
    queued = [await scans.queue() for _ in range(3)]
    draining = asyncio.create_task(scans.core.jobs.drain(60))
    slow.gate.open()
    await draining
    assert scans.now(first).pages == 1
    assert {scans.now(job).reason for job in queued} == {ErrorCode.INTERRUPTED}
    assert scans.core.devices.calls.count("open") == 1


async def test_a_drain_while_the_scanner_is_set_up_reads_no_page(scans: Scans) -> None:
    scans.core.devices.configuring.shut()
    job = await scans.start()
    await scans.core.devices.configuring.reached()
    draining = asyncio.create_task(scans.core.jobs.drain(60))
    await idle()
    scans.core.devices.configuring.open()
    await draining
    assert scans.now(job).reason is ErrorCode.INTERRUPTED
    assert "read" not in scans.core.devices.calls


async def test_a_drain_ends_a_pause(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), PaperJam())
    job = await scans.scan()
    await scans.core.jobs.drain(60)
    ended = scans.now(job)
    assert (ended.state, ended.reason) == (JobState.FAILED, ErrorCode.INTERRUPTED)
    assert ended.pages == 1


async def test_a_fault_during_a_drain_is_not_waited_for(scans: Scans) -> None:
    slow = SlowSheet()
    job = await scans.reading(Sheet(), sheet=slow)
    draining = asyncio.create_task(scans.core.jobs.drain(60))
    await idle()
    slow.gate.abort(PaperJam())
    await draining
    assert scans.now(job).reason is ErrorCode.INTERRUPTED


async def test_a_drain_ends_the_wait_for_paper(scans: Scans) -> None:
    waits = SlowSheet()
    scans.core.devices.load(waits)
    job = await scans.start(WAITING)
    await waits.gate.reached()
    draining = asyncio.create_task(scans.core.jobs.drain(60))
    await idle()
    waits.gate.abort(FeederEmpty())
    await draining
    assert scans.now(job).reason is ErrorCode.INTERRUPTED
    assert len(scans.core.clock.slept) == 1


async def test_a_drain_waits_for_pages_that_are_being_encoded(scans: Scans) -> None:
    scans.core.pages.ingesting[0].shut()
    job = await scans.start(FLATBED)
    await scans.reached(job, JobState.FINISHING)
    draining = asyncio.create_task(scans.core.jobs.drain(60))
    await idle()
    assert not draining.done()
    scans.core.pages.ingesting[0].open()
    await draining
    assert scans.now(job).state is JobState.DONE


async def test_what_is_not_drained_in_time_is_canceled(scans: Scans) -> None:
    job = await scans.reading(Sheet(), sheet=SlowSheet())
    await scans.core.jobs.drain(0.01)
    ended = scans.now(job)
    assert (ended.state, ended.pages) == (JobState.CANCELED, 1)


async def test_a_drain_waits_for_a_start_that_was_let_in(scans: Scans) -> None:
    scans.core.store.joblog.saving.shut()
    starting = asyncio.create_task(scans.start(FLATBED))
    await scans.core.store.joblog.saving.reached()
    draining = asyncio.create_task(scans.core.jobs.drain(60))
    await idle()
    assert not draining.done()
    scans.core.store.joblog.saving.open()
    job = await starting
    await draining
    assert scans.now(job).reason is ErrorCode.INTERRUPTED
    scans.assert_nothing_left()
