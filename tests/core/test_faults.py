"""Faults of a scanner: those that pause a job, and those that end it."""

import asyncio
from dataclasses import replace

import pytest

from fakes.devices import Sheet, SlowSheet
from fakes.recorder import recorded
from fakes.scans import FEEDER, FLATBED, Scans, states
from sheetfed.core.conveyor import PAGES_AT_MOST
from sheetfed.core.defaults import Defaults
from sheetfed.core.errors import (
    CanceledAtDevice,
    CoverOpen,
    DamagedImage,
    ErrorCode,
    PaperJam,
    ScanError,
    ScannerBusy,
    ScannerDenied,
    ScannerIo,
    ScannerLost,
    ScannerTimeout,
    SettingsRefused,
    StoreFull,
)
from sheetfed.core.job import JobState

PAUSING = [PaperJam(), CoverOpen(), ScannerIo()]
ENDING = [
    ScannerLost(),
    ScannerTimeout(),
    ScannerDenied(),
    ScannerBusy(),
    SettingsRefused(),
    CanceledAtDevice(),
    StoreFull(),
]
FIVE = replace(FEEDER, pages=5)


@pytest.mark.parametrize("fault", [*PAUSING, *ENDING], ids=lambda fault: fault.code)
async def test_any_fault_before_the_first_page_fails_the_job(
    scans: Scans, fault: ScanError
) -> None:
    scans.core.devices.load(fault)
    job = await scans.scan()
    assert (job.state, job.reason) == (JobState.FAILED, fault.code)
    assert scans.sequences(job) == []


@pytest.mark.parametrize("fault", ENDING, ids=lambda fault: fault.code)
async def test_a_fault_that_nobody_can_mend_fails_and_keeps_the_pages(
    scans: Scans, fault: ScanError
) -> None:
    scans.core.devices.load(Sheet(), Sheet(), fault, Sheet())
    job = await scans.scan()
    assert (job.state, job.reason, job.message) == (JobState.FAILED, fault.code, fault.message)
    assert scans.sequences(job) == [0, 1]
    assert scans.core.store.spools.kept == {}


@pytest.mark.parametrize("fault", PAUSING, ids=lambda fault: fault.code)
async def test_a_fault_that_a_person_can_mend_pauses_with_its_reason_and_goes_on(
    scans: Scans, fault: ScanError
) -> None:
    scans.core.devices.load(Sheet(), fault, Sheet(), fault, Sheet())
    with recorded(scans.core.hub) as events:
        job = await scans.scan()
        for pages in (1, 2):
            assert (job.state, job.reason) == (JobState.PAUSED, fault.code)
            assert (job.message, job.pages) == (fault.message, pages)
            scans.core.jobs.resume(scans.caller, job.id)
            job = await scans.settled(job)
    assert (job.state, job.reason, job.pages) == (JobState.DONE, None, 3)
    assert scans.sequences(job) == [0, 1, 2]
    assert states(events, job.id) == [
        *("queued", "starting", "scanning", "paused", "scanning", "paused", "scanning"),
        *("finishing", "done"),
    ]


async def test_an_empty_feeder_pauses_while_more_pages_are_asked_for(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), Sheet())
    job = await scans.scan(FIVE)
    assert (job.state, job.reason, job.pages) == (JobState.PAUSED, ErrorCode.FEEDER_EMPTY, 2)
    scans.core.devices.load(*[Sheet() for _ in range(9)])
    scans.core.jobs.resume(scans.caller, job.id)
    job = await scans.settled(job)
    assert (job.state, job.pages) == (JobState.DONE, 5)


async def test_a_feeder_that_jams_again_and_again_goes_on_each_time(scans: Scans) -> None:
    jams = 2 * PAGES_AT_MOST
    scans.core.devices.load(Sheet(), *[PaperJam() for _ in range(jams)], Sheet())
    job = await scans.scan()
    for _ in range(jams):
        assert job.state is JobState.PAUSED
        scans.core.jobs.resume(scans.caller, job.id)
        job = await scans.settled(job)
    assert (job.state, job.pages) == (JobState.DONE, 2)


async def test_a_pause_is_told_when_every_page_before_it_is_committed(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), PaperJam())
    scans.core.pages.ingesting[0].shut()
    job = await scans.start()
    await scans.reached(job, JobState.SCANNING)
    scans.core.pages.ingesting[0].open()
    assert (await scans.settled(job)).pages == 1


async def test_a_page_that_fails_before_a_pause_fails_the_job(scans: Scans) -> None:
    scans.core.pages.ingesting[0].shut()
    scans.core.devices.load(Sheet(), PaperJam())
    job = await scans.start()
    await scans.reached(job, JobState.SCANNING)
    scans.core.pages.ingesting[0].abort(DamagedImage())
    job = await scans.settled(job)
    assert (job.state, job.reason) == (JobState.FAILED, ErrorCode.DAMAGED_IMAGE)


async def test_a_last_page_that_cannot_be_encoded_fails_the_job(scans: Scans) -> None:
    scans.core.pages.ingesting[0].fault = DamagedImage()
    job = await scans.scan(FLATBED)
    assert (job.state, job.reason, job.pages) == (JobState.FAILED, ErrorCode.DAMAGED_IMAGE, 0)


async def test_a_job_is_scanning_as_soon_as_it_is_resumed(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), PaperJam(), Sheet())
    job = await scans.scan()
    scans.core.jobs.resume(scans.caller, job.id)
    assert scans.now(job).state is JobState.SCANNING
    assert (await scans.settled(job)).state is JobState.DONE


async def test_a_finished_job_is_done_with_the_pages_it_has(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), PaperJam(), Sheet())
    job = await scans.scan()
    scans.core.jobs.finish(scans.caller, job.id)
    assert scans.now(job).state is JobState.FINISHING
    job = await scans.settled(job)
    assert (job.state, job.reason, job.pages) == (JobState.DONE, None, 1)


async def test_an_empty_feeder_that_is_not_filled_again_can_be_finished(scans: Scans) -> None:
    scans.core.devices.load(Sheet())
    job = await scans.scan(FIVE)
    scans.core.jobs.finish(scans.caller, job.id)
    assert (await scans.settled(job)).state is JobState.DONE


async def test_a_pause_that_nobody_answers_fails_with_its_reason(scans: Scans) -> None:
    scans.core.jobs.change(Defaults(pause_timeout_s=0.01))
    scans.core.devices.load(Sheet(), PaperJam("jammed at page 2"))
    job = await scans.start()
    await asyncio.wait_for(scans.core.ledger.ended(job.id), 5)
    job = scans.now(job)
    assert (job.state, job.reason) == (JobState.FAILED, ErrorCode.PAPER_JAM)
    assert (job.message, job.pages) == ("jammed at page 2", 1)


async def test_a_scanner_lost_in_the_middle_of_a_page_keeps_those_before(scans: Scans) -> None:
    slow = SlowSheet(0, 40)
    scans.core.devices.load(Sheet(), slow)
    job = await scans.start()
    await slow.gate.reached()
    slow.gate.abort(ScannerLost())
    job = await scans.ended(job)
    assert (job.state, job.reason, job.progress) == (JobState.FAILED, ErrorCode.SCANNER_LOST, 40)
    assert scans.sequences(job) == [0]
    assert scans.core.store.spools.kept == {}
    scans.core.devices.load(Sheet())
    assert (await scans.scan()).state is JobState.DONE


async def test_an_empty_feeder_before_the_first_page_fails_however_many_are_asked_for(
    scans: Scans,
) -> None:
    job = await scans.scan(FIVE)
    assert (job.state, job.reason, job.pages) == (JobState.FAILED, ErrorCode.FEEDER_EMPTY, 0)


async def test_pages_of_an_earlier_job_do_not_make_a_first_fault_a_pause(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), PaperJam())
    before = await scans.scan(replace(FEEDER, pages=1))
    job = await scans.scan(replace(FEEDER, document=before.document))
    assert (job.state, job.reason, job.document) == (
        *(JobState.FAILED, ErrorCode.PAPER_JAM),
        before.document,
    )


async def test_a_feeder_that_is_resumed_while_it_is_still_empty_pauses_again(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), Sheet())
    job = await scans.scan(FIVE)
    for _ in range(2):
        assert (job.state, job.reason) == (JobState.PAUSED, ErrorCode.FEEDER_EMPTY)
        scans.core.jobs.resume(scans.caller, job.id)
        job = await scans.settled(job)
    assert (job.state, job.pages) == (JobState.PAUSED, 2)


@pytest.mark.parametrize("fault", ENDING, ids=lambda fault: fault.code)
async def test_a_fault_that_nobody_can_mend_after_a_pause_fails_and_keeps_the_pages(
    scans: Scans, fault: ScanError
) -> None:
    scans.core.devices.load(Sheet(), PaperJam(), fault)
    job = await scans.scan()
    scans.core.jobs.resume(scans.caller, job.id)
    job = await scans.settled(job)
    assert (job.state, job.reason, job.message) == (JobState.FAILED, fault.code, fault.message)
    assert scans.sequences(job) == [0]


async def test_an_empty_feeder_that_nobody_fills_fails_with_its_reason_in_words(
    scans: Scans,
) -> None:
    scans.core.jobs.change(Defaults(pause_timeout_s=0.01))
    scans.core.devices.load(Sheet())
    job = await scans.start(FIVE)
    await asyncio.wait_for(scans.core.ledger.ended(job.id), 5)
    job = scans.now(job)
    assert (job.state, job.reason, job.pages) == (JobState.FAILED, ErrorCode.FEEDER_EMPTY, 1)
    assert job.message == "there is no paper in the feeder"
