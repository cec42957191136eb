"""Revoking: whoever loses the permission to scan loses the scanner at once."""

import asyncio

from fakes.core import ALICE, ALICE_ON_THE_WEB, ORIGIN, FakeCore
from fakes.devices import SlowSheet
from fakes.gate import idle
from fakes.holders import Visit
from fakes.scans import FEEDER, Scans
from sheetfed.core.model import JobState


async def test_a_running_job_ends_and_its_pages_stay(core: FakeCore) -> None:
    scans, slow = Scans(core, ALICE_ON_THE_WEB), SlowSheet()
    job = await scans.reading(sheet=slow)
    core.grants.configure([])
    slow.gate.open()
    assert (await scans.ended(job)).state is JobState.CANCELED


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


async def test_a_lease_ends_and_another_origins_stays(core: FakeCore) -> None:
    tab = Visit(core)
    await tab.open()
    core.grants.configure([ORIGIN, "https://new.example"])
    assert tab.has()
    core.grants.configure(["https://new.example"])
    assert not tab.has()
    await idle()
    assert core.devices.in_use == set()
