"""Jobs: into which document their pages go, and how another stack is appended to one."""

import asyncio
from dataclasses import replace

import pytest

from fakes.core import ADMIN, ALICE, ALICE_ON_THE_WEB, BOB
from fakes.devices import DESK, Sheet, SlowSheet
from fakes.scans import FEEDER, FLATBED, Scans
from sheetfed.core import ids, settings
from sheetfed.core.errors import ErrorCode, InvalidParameter, NotFound
from sheetfed.core.job import JobState
from sheetfed.core.model import Caller, DocumentId, InstanceId

ONE = InstanceId("414778098")


async def test_another_stack_is_appended_to_the_same_document(scans: Scans) -> None:
    scans.core.devices.load(Sheet(), Sheet())
    first = await scans.scan()
    scans.core.devices.load(Sheet())
    second = await scans.scan(replace(FEEDER, document=first.document))
    assert second.document == first.document
    assert scans.core.documents.indices_of(first.document, first.id) == [0, 1]
    assert scans.core.documents.indices_of(first.document, second.id) == [2]


async def test_a_stack_that_fails_leaves_the_document_as_it_was(scans: Scans) -> None:
    first = await scans.scan(FLATBED)
    second = await scans.scan(replace(FEEDER, document=first.document))
    assert second.state is JobState.FAILED
    document = scans.core.documents.get(ALICE, first.document)
    assert len(document.pages) == 1


@pytest.mark.parametrize(
    "caller", [BOB, ALICE_ON_THE_WEB, ADMIN, Caller(ALICE_ON_THE_WEB.owner, sees_all_origins=True)]
)
async def test_nothing_is_appended_to_somebody_elses_document(scans: Scans, caller: Caller) -> None:
    first = await scans.scan(FLATBED)
    with pytest.raises(NotFound):
        await Scans(scans.core, caller).start(replace(FLATBED, document=first.document))
    assert scans.core.devices.calls.count("open") == 1
    assert not scans.core.scanners.is_busy(DESK.id)


async def test_an_unknown_document_is_not_found(scans: Scans) -> None:
    with pytest.raises(NotFound):
        await scans.start(replace(FLATBED, document=DocumentId("d0")))


async def test_a_program_appends_to_the_buffer_of_an_instance_of_its_own(scans: Scans) -> None:
    first = await scans.settled(await scans.start(FLATBED, instance=ONE))
    await scans.scan(replace(FLATBED, document=first.document))
    buffer = scans.core.documents.buffer(ALICE, ONE)
    assert buffer is not None
    assert (buffer.instance, len(buffer.pages)) == (ONE, 2)


async def test_an_instance_cannot_name_a_document(scans: Scans) -> None:
    document = ids.buffer_document(ALICE.owner, ONE)
    with pytest.raises(InvalidParameter) as caught:
        await scans.start(replace(FLATBED, document=document), instance=ONE)
    assert caught.value.details["name"] == "document"


async def test_a_document_that_is_removed_meanwhile_is_made_again_for_the_pages_to_come(
    scans: Scans,
) -> None:
    first = await scans.scan(FLATBED)
    slow = SlowSheet()
    scans.core.devices.load(slow)
    second = await scans.start(replace(FEEDER, document=first.document))
    await slow.gate.reached()
    await scans.core.documents.remove(first.document)
    slow.gate.open()
    second = await asyncio.wait_for(scans.settled(second), 5)
    assert (second.state, second.pages) == (JobState.DONE, 1)
    assert len(scans.core.documents.get(ALICE, first.document).pages) == 1


def test_a_document_is_named_by_its_id() -> None:
    assert settings.parse({"document": "d1"}).document == "d1"
    assert settings.parse({}).document is None
    with pytest.raises(InvalidParameter):
        settings.parse({"document": 1})


async def test_two_jobs_on_one_document_read_no_page_that_would_be_one_too_many(
    scans: Scans,
) -> None:
    first = await scans.scan(FLATBED)
    scans.core.collection.limit(pages_at_most=2)
    slow = SlowSheet()
    scans.core.devices.load(slow, Sheet())
    last = await scans.start(replace(FEEDER, document=first.document, scanner="desk"))
    await slow.gate.reached()
    other = await scans.scan(replace(FLATBED, document=first.document, scanner="hall"))
    assert (other.state, other.reason) == (JobState.FAILED, ErrorCode.STORE_FULL)
    assert scans.core.devices.calls.count("read") == 2
    slow.gate.open()
    last = await asyncio.wait_for(scans.settled(last), 5)
    assert (last.reason, last.pages) == (ErrorCode.STORE_FULL, 1)
    assert len(scans.core.documents.get(ALICE, first.document).pages) == 2
    assert scans.core.store.spools.kept == {}


async def test_a_page_that_is_not_read_after_all_leaves_its_place_to_others(scans: Scans) -> None:
    first = await scans.scan(FLATBED)
    scans.core.collection.limit(pages_at_most=2)
    empty = await scans.scan(replace(FEEDER, document=first.document))
    assert empty.reason is ErrorCode.FEEDER_EMPTY
    assert (await scans.scan(replace(FLATBED, document=first.document))).pages == 1
