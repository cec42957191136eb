"""Revoking: whoever loses the permission to scan loses the scanner at once."""

import asyncio

import pytest

from fakes.core import ADMIN, ALICE, ALICE_ON_THE_WEB, BOB, ORIGIN, FakeCore
from fakes.devices import DESK, HALL, SlowSheet
from fakes.gate import idle
from fakes.holders import Visit
from fakes.scans import FEEDER, Scans
from sheetfed.core.errors import OriginNotGranted
from sheetfed.core.job import JobState
from sheetfed.core.model import Caller, Owner
from sheetfed.core.permissions import ALL


async def test_a_running_job_ends_and_its_pages_stay(core: FakeCore) -> None:
    scans, slow = Scans(core, ALICE_ON_THE_WEB), SlowSheet()
    job = await scans.reading(sheet=slow)
    core.grants.configure([])
    slow.gate.open()
    assert (await scans.ended(job)).state is JobState.CANCELED


async def test_a_job_that_waits_to_begin_ends_and_gives_its_scanner_back(core: FakeCore) -> None:
    scans = Scans(core, ALICE_ON_THE_WEB)
    job = await core.jobs.hold(ALICE_ON_THE_WEB, FEEDER)
    core.grants.configure([])
    assert (await scans.ended(job)).state is JobState.CANCELED
    await idle()
    assert not core.scanners.is_busy(job.scanner)


async def test_a_job_of_a_program_of_the_same_user_goes_on(core: FakeCore) -> None:
    scans, slow = Scans(core, ALICE), SlowSheet()
    job = await scans.reading(sheet=slow)
    core.grants.configure([])
    slow.gate.open()
    assert (await scans.ended(job)).state is JobState.DONE


async def test_a_job_that_was_being_accepted_ends(core: FakeCore) -> None:
    scans = Scans(core, ALICE_ON_THE_WEB)
    core.store.joblog.saving.shut()
    starting = asyncio.create_task(scans.start(FEEDER))
    await core.store.joblog.saving.reached()
    core.grants.configure([])
    core.store.joblog.saving.open()
    assert (await scans.ended(await starting)).state is JobState.CANCELED


async def test_what_was_for_all_users_ends_for_each_of_them(core: FakeCore) -> None:
    core.grants.configure([])
    granted = await core.grants.allow(ADMIN, ORIGIN, ALL, uid=None)
    alices = Visit(core)
    bobs = Visit(core, Caller(Owner(BOB.owner.uid, ORIGIN)))
    await alices.open(DESK)
    await bobs.open(HALL)
    await core.grants.revoke(ADMIN, granted.id)
    assert not alices.has(DESK)
    assert not bobs.has(HALL)
    await idle()
    assert core.devices.in_use == set()


async def test_a_job_that_waits_to_begin_gives_its_scanner_back(core: FakeCore) -> None:
    job = await core.jobs.hold(ALICE_ON_THE_WEB, FEEDER)
    core.grants.configure([])
    ended = await Scans(core, ALICE_ON_THE_WEB).ended(job)
    assert ended.state is JobState.CANCELED
    await idle()
    assert core.devices.in_use == set()
    assert not core.scanners.is_busy(job.scanner)


async def test_a_lease_ends_when_its_time_has_come(core: FakeCore) -> None:
    core.grants.configure([])
    await core.grants.allow(ADMIN, ORIGIN, ALL, uid=None, until=core.clock.now() + 60)
    tab = Visit(core)
    await tab.open()
    core.clock.advance(60)
    core.grants.lapse()
    assert not tab.has()
    await idle()


async def test_a_lease_ends_and_another_origins_stays(core: FakeCore) -> None:
    tab = Visit(core)
    await tab.open()
    core.grants.configure([ORIGIN, "https://new.example"])
    assert tab.has()
    core.grants.configure(["https://new.example"])
    assert not tab.has()
    await idle()
    assert core.devices.in_use == set()


@pytest.mark.parametrize("call", ["open", "options", "capabilities", "set"])
async def test_a_call_that_waits_for_its_turn_gets_no_scanner_any_more(
    core: FakeCore, call: str
) -> None:
    tab = Visit(core)
    await tab.open()
    core.devices.exploring.shut()
    first = asyncio.create_task(tab.options())
    await core.devices.exploring.reached()
    second = asyncio.create_task(getattr(tab, call)())
    await idle()
    core.grants.configure([])
    core.devices.exploring.open()
    await first
    with pytest.raises(OriginNotGranted):
        await second
    await idle()
    assert core.devices.calls.count("open") == 1
    assert not tab.has()
    assert not core.scanners.is_busy(DESK.id)


async def test_a_scanner_that_is_opened_in_place_of_another_is_not_had_any_more(
    core: FakeCore,
) -> None:
    tab = Visit(core)
    await tab.open(HALL)
    core.devices.exploring.shut()
    first = asyncio.create_task(tab.options(HALL))
    await core.devices.exploring.reached()
    second = asyncio.create_task(tab.open(DESK))
    await idle()
    core.grants.configure([])
    core.devices.exploring.open()
    await first
    with pytest.raises(OriginNotGranted):
        await second
    await idle()
    assert core.devices.in_use == set()
    assert not core.scanners.is_busy(DESK.id)
