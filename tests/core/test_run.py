"""A job's run: pages as they come, in order, and how it ends."""

from dataclasses import replace

import pytest

from fakes.devices import DESK, Sheet, SlowSheet
from fakes.gate import idle, until
from fakes.recorder import recorded
from fakes.scans import FEEDER, FLATBED, Scans, busy_and_states
from sheetfed.core.conveyor import PAGES_AT_MOST
from sheetfed.core.defaults import Defaults
from sheetfed.core.errors import (
    DamagedImage,
    ErrorCode,
    FeederEmpty,
    InternalError,
    ScannerLost,
    SettingsRefused,
    StoreFull,
)
from sheetfed.core.events import JobChanged, PageAdded
from sheetfed.core.job import JobState
from sheetfed.core.model import Mode, Snapped

FIVE = replace(FEEDER, pages=5)


async def test_a_flatbed_gives_one_page(scans: Scans) -> None:
    job = await scans.scan(replace(FLATBED, pages=3))
    assert (job.state, job.pages, job.progress) == (JobState.DONE, 1, 100)
    assert scans.core.devices.calls[1:] == ["open", "configure", "read", "close"]


async def test_a_feeder_is_read_to_its_end(scans: Scans) -> None:
    scans.core.devices.load(*[Sheet() for _ in range(7)])
    job = await scans.scan()
    assert (job.state, job.reason, job.pages) == (JobState.DONE, None, 7)
    assert scans.sequences(job) == list(range(7))


async def test_a_feeder_is_read_to_the_page_limit(scans: Scans) -> None:
    scans.core.devices.load(*[Sheet() for _ in range(7)])
    job = await scans.scan(FIVE)
    assert (job.state, job.pages) == (JobState.DONE, 5)
    assert len(scans.core.devices.stacks[DESK.id]) == 2


async def test_the_states_and_the_scanner_are_told_in_order(scans: Scans) -> None:
    scans.core.devices.load(Sheet(0, 50, 100))
    with recorded(scans.core.hub) as events:
        await scans.scan()
    assert busy_and_states(events) == [
        *("busy", "queued", "starting", "scanning", "finishing", "free", "done")
    ]


async def test_every_page_is_told_before_the_job_has_ended(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), Sheet())
    scans.core.pages.ingesting[1].shut()
    with recorded(scans.core.hub) as events:
        job = await scans.start()
        await scans.reached(job, JobState.FINISHING)
        scans.core.pages.ingesting[1].open()
        await scans.settled(job)
    kinds = [type(event) for event in events if isinstance(event, PageAdded | JobChanged)]
    assert kinds.count(PageAdded) == 2
    assert PageAdded not in kinds[-2:]
    assert [event.job for event in events if isinstance(event, PageAdded)] == [job.id] * 2


async def test_progress_is_told_as_the_page_is_read(scans: Scans) -> None:
    scans.core.devices.load(Sheet(0, 30, 60))
    with recorded(scans.core.hub) as events:
        job = await scans.scan()
    told = [event.job.progress for event in events if isinstance(event, JobChanged)]
    assert [told[0], *sorted(set(told))] == [0, 0, 30, 60, 100]
    assert scans.now(job).progress == 100


async def test_what_was_snapped_and_ignored_is_reported(scans: Scans) -> None:
    snapped = Snapped("resolution", 10_000, 1200)
    scans.core.devices.snapped = (snapped,)
    scans.core.devices.ignored = ("brightness",)
    job = await scans.scan(replace(FLATBED, ignored=("IfShowUI",)))
    assert (job.snapped, job.ignored) == ((snapped,), ("IfShowUI", "brightness"))


async def test_what_the_caller_leaves_out_comes_from_the_defaults(scans: Scans) -> None:
    scans.core.jobs.change(Defaults(mode=Mode.GRAY, resolution=150))
    await scans.scan(FLATBED)
    await scans.scan(replace(FLATBED, mode=Mode.BW, resolution=600))
    asked = [(settings.mode, settings.resolution) for settings in scans.core.devices.settings]
    assert asked == [(Mode.GRAY, 150), (Mode.BW, 600)]


async def test_reading_goes_on_while_pages_are_encoded_and_waits_when_too_many_are(
    scans: Scans,
) -> None:
    scans.core.devices.load(*[Sheet() for _ in range(PAGES_AT_MOST + 2)])
    scans.core.pages.ingesting[0].shut()
    job = await scans.start()
    await scans.reached(job, JobState.SCANNING)
    assert scans.core.devices.calls.count("read") == PAGES_AT_MOST
    scans.core.pages.ingesting[0].open()
    job = await scans.settled(job)
    assert scans.sequences(job) == list(range(PAGES_AT_MOST + 2))


async def test_an_empty_feeder_before_the_first_page_fails(scans: Scans) -> None:
    job = await scans.scan()
    assert (job.state, job.reason, job.pages) == (JobState.FAILED, ErrorCode.FEEDER_EMPTY, 0)
    assert job.message == FeederEmpty.sentence


async def test_paper_is_waited_for(scans: Scans) -> None:
    scans.core.devices.load(FeederEmpty(), FeederEmpty(), Sheet())
    job = await scans.scan(replace(FEEDER, wait_for_paper_s=10.0))
    assert (job.state, job.pages) == (JobState.DONE, 1)
    assert scans.core.clock.slept == [1.0, 1.0]


async def test_paper_is_waited_for_no_longer_than_asked(scans: Scans) -> None:
    job = await scans.scan(replace(FEEDER, wait_for_paper_s=2.5))
    assert (job.state, job.reason) == (JobState.FAILED, ErrorCode.FEEDER_EMPTY)
    assert scans.core.clock.slept == [1.0, 1.0, 0.5]


async def test_after_the_first_page_an_empty_feeder_is_not_waited_for(scans: Scans) -> None:
    scans.core.devices.load(FeederEmpty(), Sheet())
    await scans.scan(replace(FEEDER, wait_for_paper_s=10.0))
    assert scans.core.clock.slept == [1.0]


@pytest.mark.parametrize("step", ["opening", "configuring"])
async def test_a_scanner_that_cannot_be_opened_or_set_up_fails_the_job(
    scans: Scans, step: str
) -> None:
    getattr(scans.core.devices, step).fault = SettingsRefused()
    job = await scans.scan()
    assert (job.state, job.reason) == (JobState.FAILED, ErrorCode.SETTINGS_REFUSED)


async def test_a_full_store_at_the_spool_fails_and_keeps_the_pages(scans: Scans) -> None:
    slow = SlowSheet()
    scans.core.devices.load(slow, Sheet())
    job = await scans.start()
    await slow.gate.reached()
    scans.core.store.spools.creating.fault = StoreFull()
    slow.gate.open()
    job = await scans.settled(job)
    assert (job.state, job.reason) == (JobState.FAILED, ErrorCode.STORE_FULL)
    assert scans.sequences(job) == [0]


async def test_a_document_that_is_full_fails_before_a_sheet_is_fed_for_nothing(
    scans: Scans,
) -> None:
    scans.core.collection.limit(pages_at_most=3)
    scans.core.devices.load(*[Sheet() for _ in range(7)])
    job = await scans.scan()
    assert (job.state, job.reason, job.pages) == (JobState.FAILED, ErrorCode.STORE_FULL, 3)
    assert job.details == {"pages": 4, "max_pages": 3}
    assert len(scans.core.devices.stacks[DESK.id]) == 4
    assert scans.core.store.spools.kept == {}


async def test_a_full_store_at_the_commit_fails_and_keeps_the_spool_for_the_next_start(
    scans: Scans,
) -> None:
    scans.core.devices.load(Sheet(), Sheet())
    job = await scans.start()
    scans.core.store.catalogue.writing.fault = StoreFull()
    job = await scans.settled(job)
    assert (job.state, job.reason, job.pages) == (JobState.FAILED, ErrorCode.STORE_FULL, 0)
    assert {spool.ticket.sequence for spool in scans.core.store.spools.kept.values()} <= {0, 1}
    scans.core.store.catalogue.writing.fault = None
    recovered = len(scans.core.store.spools.kept)
    assert await scans.core.intake.recover() == recovered > 0


async def test_a_page_that_cannot_be_encoded_stops_the_feeder(scans: Scans) -> None:
    scans.core.pages.ingesting[0].shut()
    slow = SlowSheet()
    scans.core.devices.load(Sheet(), slow, *[Sheet() for _ in range(5)])
    job = await scans.start()
    await slow.gate.reached()
    scans.core.pages.ingesting[0].abort(DamagedImage())
    await idle()
    slow.gate.open()
    job = await scans.settled(job)
    assert (job.state, job.reason) == (JobState.FAILED, ErrorCode.DAMAGED_IMAGE)
    assert scans.sequences(job) == [1]
    assert len(scans.core.devices.stacks[DESK.id]) == 5


async def test_an_unexpected_exception_is_an_internal_error_with_its_traceback_logged(
    scans: Scans, caplog: pytest.LogCaptureFixture
) -> None:
    scans.core.devices.load(Sheet(), RuntimeError("a bug"))
    job = await scans.scan()
    assert (job.state, job.reason) == (JobState.FAILED, ErrorCode.INTERNAL_ERROR)
    assert job.message == InternalError.sentence
    assert scans.sequences(job) == [0]
    assert "RuntimeError: a bug" in caplog.text
    assert scans.core.store.spools.kept == {}


async def test_a_spool_that_cannot_be_dropped_does_not_hold_the_scanner(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), ScannerLost())
    scans.core.store.spools.dropping.fault = OSError("a bad disk")
    job = await scans.scan()
    assert (job.state, job.reason) == (JobState.FAILED, ErrorCode.INTERNAL_ERROR)


async def test_a_finished_job_is_one_line_in_the_log(
    scans: Scans, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "sheetfed.core.underway")
    scans.core.devices.load(Sheet(), Sheet(), ScannerLost())
    job = await scans.scan()
    await until(lambda: caplog.records)
    (record,) = caplog.records
    assert record.getMessage() == (
        "scan on Desk scanner: failed (scanner-lost), 2 pages, 2000 bytes, 0.00 s"
    )
    assert (record.__dict__["job"], record.__dict__["owner_uid"]) == (job.id, 1000)


async def test_a_store_without_room_is_a_warning_once_until_there_is_some(
    scans: Scans, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING", "sheetfed.core.underway")
    told = f"scans of user 1000 fail until there is room: {StoreFull.sentence}"
    full, lost = StoreFull(), ScannerLost()
    for faults, warnings in (([full, full, lost, full], 1), ([], 1), ([full], 2)):
        for fault in faults:
            scans.core.devices.load(Sheet(), fault)
            job = await scans.scan()
            assert (job.state, job.reason) == (JobState.FAILED, fault.code)
        if not faults:
            scans.core.devices.load(Sheet())
            assert (await scans.scan()).state is JobState.DONE
        assert [record.getMessage() for record in caplog.records] == [told] * warnings
