"""Jobs that hold their scanner and wait for their owner's word."""

import asyncio
from dataclasses import replace

import pytest

from fakes.core import ALICE, BOB
from fakes.devices import DESK, Sheet, SlowSheet
from fakes.gate import idle, until
from fakes.recorder import recorded
from fakes.scans import FEEDER, FLATBED, Scans, states
from sheetfed.core.errors import (
    ErrorCode,
    Gone,
    NotFound,
    ScannerBusy,
    ScannerLost,
    StoreFull,
    WrongState,
)
from sheetfed.core.job import Job, JobState
from sheetfed.core.reservation import holder


async def held(scans: Scans, limit_s: float | None = None) -> Job:
    return await scans.core.jobs.hold(ALICE, FLATBED, limit_s)


async def test_a_pending_job_holds_its_scanner_and_does_nothing(scans: Scans) -> None:
    job = await held(scans)
    await idle()
    assert scans.now(job).state is JobState.QUEUED
    assert scans.core.jobs.waits_to_begin(job)
    assert scans.core.scanners.is_busy(DESK.id)
    assert scans.core.devices.calls == ["survey"]
    with pytest.raises(ScannerBusy):
        await Scans(scans.core, BOB).start()
    with pytest.raises(ScannerBusy):
        await scans.start()


async def test_told_to_begin_it_scans_and_frees_the_scanner(scans: Scans) -> None:
    job = await held(scans)
    with recorded(scans.core.hub) as events:
        begun = await scans.core.jobs.begin(ALICE, job.id)
        assert begun.state is not JobState.QUEUED
        assert not scans.core.jobs.waits_to_begin(job)
        ended = await scans.settled(job)
    assert (ended.state, ended.pages) == (JobState.DONE, 1)
    assert states(events, job.id) == ["starting", "scanning", "finishing", "done"]
    assert not scans.core.scanners.is_busy(DESK.id)
    assert (await scans.scan(FLATBED)).state is JobState.DONE


async def test_whoever_waits_in_line_comes_after_it(scans: Scans) -> None:
    job = await held(scans)
    other = await scans.queue(FLATBED)
    assert other.position == 1
    await scans.core.jobs.begin(ALICE, job.id)
    assert (await scans.settled(job)).state is JobState.DONE
    assert (await scans.settled(other)).state is JobState.DONE


async def test_its_scanner_is_asked_what_it_can_do_while_it_waits(scans: Scans) -> None:
    job = await held(scans)
    mine = holder(job)
    found = await scans.core.operating.capabilities(ALICE, mine, DESK)
    options = await scans.core.operating.options(ALICE, mine, DESK)
    assert found.has_feeder
    assert options
    await scans.core.jobs.begin(ALICE, job.id)
    assert (await scans.settled(job)).state is JobState.DONE


async def test_a_question_under_way_is_answered_before_the_scan_begins(scans: Scans) -> None:
    job = await held(scans)
    scans.core.devices.exploring.shut()
    asking = asyncio.create_task(scans.core.operating.options(ALICE, holder(job), DESK))
    await scans.core.devices.exploring.reached()
    beginning = asyncio.create_task(scans.core.jobs.begin(ALICE, job.id))
    await idle()
    assert "configure" not in scans.core.devices.calls
    scans.core.devices.exploring.open()
    assert await asking
    await beginning
    assert (await scans.settled(job)).state is JobState.DONE


async def test_what_was_set_before_counts_and_no_default_overrides_it(scans: Scans) -> None:
    asked = replace(FLATBED, lease_options={"resolution": 75})
    job = await scans.core.jobs.hold(ALICE, asked)
    options = await scans.core.operating.options(ALICE, holder(job), DESK)
    assert next(option.value for option in options if option.name == "resolution") == 75
    await scans.core.jobs.begin(ALICE, job.id)
    await scans.settled(job)
    assert scans.core.devices.settings[-1].lease_options == {"resolution": 75}
    assert scans.core.devices.settings[-1].resolution is None


async def test_it_begins_once(scans: Scans) -> None:
    scans.core.devices.load(slow := SlowSheet())
    job = await held(scans)
    await scans.core.jobs.begin(ALICE, job.id)
    await slow.gate.reached()
    with pytest.raises(WrongState, match="scanning"):
        await scans.core.jobs.begin(ALICE, job.id)
    slow.gate.open()
    await scans.settled(job)
    with pytest.raises(WrongState, match="done"):
        await scans.core.jobs.begin(ALICE, job.id)


async def test_a_job_that_is_not_held_cannot_be_told_to_begin(scans: Scans) -> None:
    job = await held(scans)
    queued = await scans.queue(FLATBED)
    with pytest.raises(WrongState, match="queued"):
        await scans.core.jobs.begin(ALICE, queued.id)
    await scans.core.jobs.cancel(ALICE, job.id)
    await scans.settled(queued)


async def test_somebody_elses_cannot_be_told_to_begin(scans: Scans) -> None:
    job = await held(scans)
    with pytest.raises(NotFound):
        await scans.core.jobs.begin(BOB, job.id)
    await scans.core.jobs.cancel(ALICE, job.id)


async def test_canceled_it_frees_the_scanner_before_it_says_so(scans: Scans) -> None:
    job = await held(scans)
    await scans.core.operating.options(ALICE, holder(job), DESK)
    ended = await scans.core.jobs.cancel(ALICE, job.id)
    assert (ended.state, ended.pages) == (JobState.CANCELED, 0)
    assert not scans.core.scanners.is_busy(DESK.id)
    assert scans.core.devices.in_use == set()
    assert not scans.core.jobs.waits_to_begin(job)


async def test_when_its_time_is_up_it_is_canceled(scans: Scans) -> None:
    job = await held(scans, 30)
    await until(lambda: scans.core.session_clock.sleeping == 1)
    scans.core.session_clock.advance(29)
    await idle()
    assert scans.now(job).state is JobState.QUEUED
    scans.core.session_clock.advance(1)
    assert (await scans.settled(job)).state is JobState.CANCELED
    assert not scans.core.scanners.is_busy(DESK.id)


async def test_without_a_time_of_its_own_it_has_that_of_every_lease(scans: Scans) -> None:
    scans.core.sessions.change(idle_s=1, limit_s=200)
    job = await held(scans)
    await until(lambda: scans.core.session_clock.sleeping == 1)
    scans.core.session_clock.advance(199)
    await idle()
    assert scans.now(job).state is JobState.QUEUED
    scans.core.session_clock.advance(1)
    assert (await scans.settled(job)).state is JobState.CANCELED


async def test_its_time_does_not_run_once_it_has_begun(scans: Scans) -> None:
    scans.core.devices.load(slow := SlowSheet())
    job = await held(scans, 30)
    await scans.core.jobs.begin(ALICE, job.id)
    await slow.gate.reached()
    scans.core.session_clock.advance(1000)
    slow.gate.open()
    assert (await scans.settled(job)).state is JobState.DONE


async def test_when_the_service_stops_it_is_interrupted(scans: Scans) -> None:
    job = await held(scans)
    await scans.core.jobs.drain(5)
    ended = scans.now(job)
    assert (ended.state, ended.reason) == (JobState.FAILED, ErrorCode.INTERRUPTED)


async def test_a_scanner_that_cannot_be_opened_fails_it(scans: Scans) -> None:
    job = await held(scans)
    scans.core.devices.opening.fault = ScannerLost()
    await scans.core.jobs.begin(ALICE, job.id)
    ended = await scans.settled(job)
    assert (ended.state, ended.reason) == (JobState.FAILED, ErrorCode.SCANNER_LOST)


async def test_one_that_cannot_be_recorded_holds_nothing(scans: Scans) -> None:
    scans.core.store.joblog.saving.fault = StoreFull()
    with pytest.raises(StoreFull):
        await held(scans)
    await until(lambda: not scans.core.scanners.is_busy(DESK.id))
    assert scans.core.jobs.visible_to(ALICE) == []
    scans.core.store.joblog.saving.fault = None


async def test_a_change_is_waited_for(scans: Scans) -> None:
    job = await held(scans)
    waiting = asyncio.create_task(scans.core.jobs.changed(ALICE, job))
    await idle()
    assert not waiting.done()
    await scans.core.jobs.begin(ALICE, job.id)
    assert (await waiting).state is JobState.STARTING
    assert (await scans.core.jobs.changed(ALICE, job)) != job
    await scans.settled(job)
    with pytest.raises(NotFound):
        await scans.core.jobs.changed(BOB, job)


async def test_who_waits_for_a_job_hears_that_it_is_removed(scans: Scans) -> None:
    job = await scans.scan(FLATBED)
    waiting = asyncio.create_task(scans.core.jobs.changed(ALICE, job))
    await idle()
    await scans.core.removal.remove(ALICE, job.id)
    with pytest.raises(Gone):
        await waiting


async def test_a_pending_job_takes_many_sheets(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), Sheet(), Sheet())
    job = await scans.core.jobs.hold(ALICE, FEEDER)
    await scans.core.jobs.begin(ALICE, job.id)
    assert (await scans.settled(job)).pages == 3


async def test_told_to_begin_as_its_time_is_up_it_begins(scans: Scans) -> None:
    job = await held(scans, 30)
    await idle()
    beginning = asyncio.create_task(scans.core.jobs.begin(ALICE, job.id))
    await asyncio.sleep(0)
    scans.core.session_clock.advance(30)
    await beginning
    assert (await scans.settled(job)).state is JobState.DONE


async def test_one_whose_time_is_up_before_it_is_recorded_is_canceled(scans: Scans) -> None:
    scans.core.store.joblog.saving.shut()
    holding = asyncio.create_task(held(scans, 30))
    await scans.core.store.joblog.saving.reached()
    await until(lambda: scans.core.session_clock.sleeping == 1)
    scans.core.session_clock.advance(30)
    await idle()
    scans.core.store.joblog.saving.open()
    job = await holding
    assert (await scans.settled(job)).state is JobState.CANCELED


async def test_what_it_was_asked_to_do_is_known_until_it_ends(scans: Scans) -> None:
    job = await held(scans)
    asked = scans.core.jobs.settings_of(ALICE, job.id)
    assert asked.resolution == scans.core.jobs.defaults.resolution
    await scans.core.jobs.cancel(ALICE, job.id)
    with pytest.raises(WrongState):
        scans.core.jobs.settings_of(ALICE, job.id)


async def test_one_whose_scanner_was_taken_away_is_canceled_when_it_begins(scans: Scans) -> None:
    job = await held(scans)
    await scans.core.sessions.close(holder(job))
    assert not scans.core.scanners.is_busy(DESK.id)
    other = await scans.queue(FLATBED)
    assert (await scans.core.jobs.begin(ALICE, job.id)).state is JobState.CANCELED
    assert (await scans.settled(other)).state is JobState.DONE
