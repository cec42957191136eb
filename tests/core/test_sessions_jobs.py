"""Sessions: a job of the same holder borrows its scanner, with what was set on it."""

import asyncio
from dataclasses import replace

import pytest

from fakes.core import ALICE, BOB, FakeCore
from fakes.devices import DESK, HALL, Sheet, SlowSheet
from fakes.gate import idle
from fakes.holders import ONE, TWO, Visit, program
from fakes.scans import FEEDER, FLATBED, Scans
from sheetfed.core.errors import ScannerBusy
from sheetfed.core.job import Job, JobState
from sheetfed.core.model import Mode, ScanSettings

QUEUED = replace(FEEDER, queue=True)


async def start(visit: Visit, settings: ScanSettings = FEEDER) -> Job:
    return await visit.core.jobs.start(visit.caller, settings, ONE if visit.name == ONE else None)


async def settled(visit: Visit, job: Job) -> Job:
    return await visit.core.jobs.settled(visit.caller, job.id)


async def scan(visit: Visit, settings: ScanSettings = FLATBED) -> Job:
    return await settled(visit, await start(visit, settings))


async def reading(visit: Visit, slow: SlowSheet) -> Job:
    """A job of the visitor's that is reading this sheet."""
    visit.core.devices.load(slow)
    job = await start(visit)
    await slow.gate.reached()
    return job


async def test_a_job_has_a_device_of_its_own_and_gives_the_scanner_back(tab: Visit) -> None:
    await tab.open()
    assert (await scan(tab)).state is JobState.DONE
    assert tab.core.devices.calls[1:] == [
        *("open", "close"),
        *("open", "configure", "read", "close"),
    ]
    assert tab.has()
    assert tab.core.scanners.is_busy(DESK.id)
    await tab.options()
    assert tab.core.devices.in_use == {DESK.id}


async def test_a_job_is_set_up_with_what_its_lease_has_set_and_no_default_is_in_the_way(
    tab: Visit,
) -> None:
    await tab.set(mode="color", resolution=300)
    await scan(tab)
    await scan(tab, replace(FLATBED, mode=Mode.BW, resolution=75))
    first, second = tab.core.devices.settings
    assert first.lease_options == second.lease_options == {"mode": "color", "resolution": 300}
    assert (first.mode, first.resolution) == (None, None)
    assert (second.mode, second.resolution) == (Mode.BW, 75)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [({"mode": "color"}, (None, 200)), ({"resolution": 75}, (Mode.COLOR, None))],
)
async def test_a_default_counts_for_what_the_lease_has_not_set(
    tab: Visit, asked: dict[str, str], expected: object
) -> None:
    await tab.set(**asked)
    await scan(tab)
    (settings,) = tab.core.devices.settings
    assert (settings.mode, settings.resolution) == expected


async def test_what_a_lease_has_set_is_gone_with_it(tab: Visit) -> None:
    await tab.set(mode="color")
    await tab.close()
    await scan(tab)
    assert tab.core.devices.settings[0].lease_options == {}


async def test_the_lease_of_one_holder_is_in_the_way_of_every_other(tab: Visit) -> None:
    await tab.open()
    for other in (Visit(tab.core, ALICE, ONE), Visit(tab.core, name=TWO), program(tab.core)):
        with pytest.raises(ScannerBusy):
            await start(other)
    tab.core.devices.load(Sheet())
    waiting = await start(Visit(tab.core, BOB), QUEUED)
    assert (waiting.state, waiting.position) == (JobState.QUEUED, 1)
    await tab.close()
    assert (await settled(Visit(tab.core, BOB), waiting)).state is JobState.DONE


async def test_a_program_on_the_bus_lends_its_lease_to_its_jobs(core: FakeCore) -> None:
    visit = program(core)
    await visit.set(resolution=300)
    assert (await scan(visit)).state is JobState.DONE
    assert core.devices.settings[0].lease_options == {"resolution": 300}
    assert visit.has()


async def test_a_second_job_is_told_that_the_scanner_is_busy_or_waits_for_the_first(
    tab: Visit,
) -> None:
    slow = SlowSheet()
    await tab.open()
    first = await reading(tab, slow)
    with pytest.raises(ScannerBusy):
        await start(tab)
    second = await start(tab, replace(FLATBED, queue=True))
    assert (second.state, second.position) == (JobState.QUEUED, 1)
    slow.gate.open()
    assert (await settled(tab, first)).state is JobState.DONE
    second = await settled(tab, second)
    assert (second.state, second.position) == (JobState.DONE, 0)
    assert tab.has()


async def test_while_a_job_runs_the_options_cannot_be_had_and_opening_is_no_error(
    tab: Visit,
) -> None:
    slow = SlowSheet()
    await tab.open()
    job = await reading(tab, slow)
    await tab.open()
    for attempt in (tab.options(), tab.set(resolution=75)):
        with pytest.raises(ScannerBusy, match="your own job"):
            await attempt
    assert tab.core.devices.calls.count("open") == 2
    slow.gate.open()
    assert (await settled(tab, job)).state is JobState.DONE


async def test_a_job_waits_for_the_call_that_is_under_way(tab: Visit) -> None:
    await tab.open()
    tab.core.devices.exploring.shut()
    asking = asyncio.create_task(tab.options())
    await tab.core.devices.exploring.reached()
    job = await start(tab, FLATBED)
    await idle()
    assert tab.core.jobs.get(tab.caller, job.id).state is JobState.QUEUED
    tab.core.devices.exploring.open()
    await asking
    assert (await settled(tab, job)).state is JobState.DONE


async def test_a_running_job_goes_on_without_its_session_and_frees_the_scanner_at_its_end(
    tab: Visit,
) -> None:
    slow = SlowSheet()
    await tab.open()
    job = await reading(tab, slow)
    await tab.close()
    assert not tab.has()
    assert tab.core.scanners.is_busy(DESK.id)
    slow.gate.open()
    assert (await settled(tab, job)).pages == 1
    assert not tab.core.scanners.is_busy(DESK.id)


async def test_jobs_in_line_go_on_without_their_session_too(tab: Visit) -> None:
    slow = SlowSheet()
    await tab.open()
    first = await reading(tab, slow)
    second = await start(tab, replace(FLATBED, queue=True))
    await tab.close()
    slow.gate.open()
    await settled(tab, first)
    assert (await settled(tab, second)).state is JobState.DONE
    assert not tab.core.scanners.is_busy(DESK.id)


async def test_a_job_that_is_canceled_before_its_turn_leaves_the_session_as_it_was(
    tab: Visit,
) -> None:
    await tab.open()
    tab.core.devices.exploring.shut()
    asking = asyncio.create_task(tab.options())
    await tab.core.devices.exploring.reached()
    job = await start(tab)
    assert (await tab.core.jobs.cancel(tab.caller, job.id)).state is JobState.CANCELED
    tab.core.devices.exploring.open()
    await asking
    assert tab.core.devices.in_use == {DESK.id}
    assert tab.has()


async def test_a_session_that_ends_while_a_job_waits_for_it_is_over_when_the_job_is(
    tab: Visit,
) -> None:
    await tab.open()
    tab.core.devices.exploring.shut()
    asking = asyncio.create_task(tab.options())
    await tab.core.devices.exploring.reached()
    job = await start(tab)
    tab.core.sessions.left(tab.holder)
    await tab.core.jobs.cancel(tab.caller, job.id)
    await tab.rest(10_000)
    tab.core.devices.exploring.open()
    await asking
    await idle()
    assert tab.core.devices.in_use == set()
    assert not tab.core.scanners.is_busy(DESK.id)


async def test_a_job_is_no_rest_and_after_it_the_time_begins_anew(tab: Visit) -> None:
    slow = SlowSheet()
    await tab.open()
    job = await reading(tab, slow)
    await tab.rest(5_000)
    tab.call()
    await tab.rest(5_000)
    assert tab.has()
    slow.gate.open()
    await settled(tab, job)
    await tab.rest(59)
    assert tab.has()
    await tab.rest(1)
    assert not tab.has()


async def test_another_scanner_that_is_opened_during_a_job_does_not_end_it(tab: Visit) -> None:
    slow = SlowSheet()
    await tab.open()
    job = await reading(tab, slow)
    await tab.open(HALL)
    assert tab.core.devices.in_use == {DESK.id, HALL.id}
    slow.gate.open()
    await settled(tab, job)
    assert not tab.core.scanners.is_busy(DESK.id)
    assert tab.has(HALL)


async def test_without_a_word_the_scanner_is_the_selected_one_then_the_leased_one(
    tab: Visit,
) -> None:
    core = tab.core
    await scan(tab)
    await tab.open(HALL)
    assert await core.jobs.choose(tab.caller, None, ONE) == HALL
    core.sessions.select(tab.holder, DESK.id)
    assert await core.jobs.choose(tab.caller, None, ONE) == DESK
    assert await core.jobs.choose(tab.caller, HALL.name, ONE) == HALL
    core.sessions.left(tab.holder)
    assert await core.jobs.choose(tab.caller, None, ONE) == DESK


async def test_a_job_that_has_not_begun_ends_with_its_connection(core: FakeCore) -> None:
    visit, slow = program(core), SlowSheet()
    running = await reading(visit, slow)
    queued = await start(visit, QUEUED)
    other = Visit(core, replace(visit.caller, connection=":1.8"), ":1.8")
    others = await start(other, replace(FLATBED, queue=True))
    core.jobs.left(visit.caller.connection)
    assert (await settled(visit, queued)).state is JobState.CANCELED
    slow.gate.open()
    assert (await settled(visit, running)).state is JobState.DONE
    assert (await settled(other, others)).state is JobState.DONE


@pytest.mark.parametrize("queue", [False, True])
async def test_a_job_that_has_its_scanner_goes_on_when_its_connection_leaves_at_once(
    core: FakeCore, queue: bool
) -> None:
    visit = program(core)
    job = await start(visit, replace(FLATBED, queue=queue))
    core.jobs.left(visit.caller.connection)
    assert (await settled(visit, job)).state is JobState.DONE


async def test_a_core_that_stops_during_a_job_of_a_session_frees_everything(
    scans: Scans,
) -> None:
    slow = SlowSheet()
    tab = Visit(scans.core)
    await tab.open()
    await reading(tab, slow)
    closing = asyncio.create_task(scans.core.sessions.aclose())
    await closing
    await scans.core.jobs.drain(0)
    scans.assert_nothing_left()
