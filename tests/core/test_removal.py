"""A job is removed: its pages go, what others have of them stays."""

import asyncio
from dataclasses import replace

import pytest

from fakes.core import ADMIN, ALICE, BOB
from fakes.devices import DESK, Sheet, SlowSheet
from fakes.gate import idle
from fakes.scans import FEEDER, FLATBED, Scans
from sheetfed.core.errors import Gone, NotFound, StoreFull
from sheetfed.core.job import JobState
from sheetfed.core.ledger import KEPT_AT_MOST
from sheetfed.core.model import InstanceId

ONE = InstanceId("1")


async def test_a_jobs_pages_and_document_go_with_it(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), Sheet())
    job = await scans.scan()
    await scans.core.removal.remove(ALICE, job.id)
    assert scans.core.documents.visible_to(ALICE) == []
    assert scans.core.store.blobs.synced == set()
    assert scans.core.store.joblog.rows == {}
    assert scans.core.jobs.visible_to(ALICE) == []


async def test_a_removed_job_is_gone_and_not_merely_unknown(scans: Scans) -> None:
    job = await scans.scan(FLATBED)
    await scans.core.removal.remove(ALICE, job.id)
    for caller in (ALICE, ADMIN):
        with pytest.raises(Gone):
            scans.core.jobs.get(caller, job.id)
    with pytest.raises(Gone):
        await scans.core.removal.remove(ALICE, job.id)
    with pytest.raises(NotFound):
        scans.core.jobs.get(BOB, job.id)


async def test_somebody_elses_job_cannot_be_removed(scans: Scans) -> None:
    job = await scans.scan(FLATBED)
    with pytest.raises(NotFound):
        await scans.core.removal.remove(BOB, job.id)
    assert scans.now(job).pages == 1


async def test_a_job_under_way_is_canceled_first(scans: Scans) -> None:
    sheet = SlowSheet()
    job = await scans.reading(Sheet(), sheet=sheet)
    await scans.core.removal.remove(ALICE, job.id)
    assert not scans.core.scanners.is_busy(DESK.id)
    assert scans.core.documents.visible_to(ALICE) == []


async def test_other_pages_of_its_document_stay(scans: Scans) -> None:
    first = await scans.settled(await scans.start(FLATBED, instance=ONE))
    second = await scans.settled(await scans.start(FLATBED, instance=ONE))
    await scans.core.removal.remove(ALICE, first.id)
    buffer = scans.core.documents.buffer(ALICE, ONE)
    assert buffer is not None
    assert [page.job for page in scans.core.documents.pages_of(buffer)] == [second.id]
    await scans.core.removal.remove(ALICE, second.id)
    assert scans.core.documents.buffer(ALICE, ONE) is not None


async def test_a_document_that_was_there_before_stays_without_its_pages(scans: Scans) -> None:
    document = await scans.core.describing.create(ALICE, password="secret")
    job = await scans.scan(replace(FLATBED, document=document.id))
    await scans.core.removal.remove(ALICE, job.id)
    assert scans.core.documents.get(ALICE, document.id).pages == ()


async def test_copies_of_its_pages_stay(scans: Scans) -> None:
    job = await scans.scan(FLATBED)
    target = await scans.core.describing.create(ALICE)
    [page] = scans.core.documents.get(ALICE, job.document).pages
    await scans.core.arranging.copy(ALICE, [page], target.id)
    await scans.core.removal.remove(ALICE, job.id)
    assert len(scans.core.documents.get(ALICE, target.id).pages) == 1


async def test_a_job_that_scanned_nothing_can_be_removed(scans: Scans) -> None:
    job = await scans.scan(FEEDER)
    await scans.core.removal.remove(ALICE, job.id)
    with pytest.raises(Gone):
        scans.now(job)


async def test_only_the_latest_removed_jobs_are_remembered(scans: Scans) -> None:
    job = await scans.scan(FLATBED)
    await scans.core.removal.remove(ALICE, job.id)
    for number in range(KEPT_AT_MOST):
        await scans.core.ledger.remove(replace(job, id=f"j{number}"))
    with pytest.raises(NotFound):
        scans.now(job)


async def test_pages_that_found_no_room_do_not_come_later(scans: Scans) -> None:
    scans.core.store.catalogue.arranging.fault = StoreFull()
    job = await scans.scan(FLATBED)
    assert job.state is JobState.FAILED
    assert scans.core.intake.has_late.is_set()
    await scans.core.removal.remove(ALICE, job.id)
    scans.core.store.catalogue.arranging.fault = None
    assert await scans.core.intake.retry() == 0
    assert not scans.core.intake.has_late.is_set()
    assert scans.core.documents.visible_to(ALICE) == []
    assert (scans.core.store.spools.kept, scans.core.store.blobs.synced) == ({}, set())


async def test_what_is_late_of_other_jobs_comes_all_the_same(scans: Scans) -> None:
    scans.core.store.catalogue.arranging.fault = StoreFull()
    first, second = await scans.scan(FLATBED), await scans.scan(FLATBED)
    scans.core.store.catalogue.arranging.fault = None
    await scans.core.removal.remove(ALICE, first.id)
    assert await scans.core.intake.retry() == 1
    assert scans.sequences(second) == [0]


async def test_a_late_page_that_is_given_up_before_its_turn_is_not_tried(scans: Scans) -> None:
    arranging = scans.core.store.catalogue.arranging
    arranging.fault = StoreFull()
    first, second = await scans.scan(FLATBED), await scans.scan(FLATBED)
    arranging.shut()
    trying = asyncio.create_task(scans.core.intake.retry())
    await arranging.reached()
    await scans.core.intake.give_up(second.id)
    arranging.open()
    assert await trying == 0
    await scans.core.intake.give_up(first.id)
    assert scans.core.store.spools.kept == {}


async def test_a_page_that_comes_late_while_its_job_goes_goes_with_it(scans: Scans) -> None:
    scans.core.store.catalogue.arranging.fault = StoreFull()
    job = await scans.scan(FLATBED)
    scans.core.store.catalogue.arranging.fault = None
    syncing = scans.core.store.blobs.syncing
    syncing.shut()
    retrying = asyncio.create_task(scans.core.intake.retry())
    await syncing.reached()
    removing = asyncio.create_task(scans.core.removal.remove(ALICE, job.id))
    await idle()
    syncing.open()
    await asyncio.gather(retrying, removing)
    assert scans.core.documents.visible_to(ALICE) == []
    assert (scans.core.store.spools.kept, scans.core.store.blobs.synced) == ({}, set())
