"""Copies: pages of their own, with the files and the edits of others."""

import asyncio

import pytest

from fakes.core import ALICE
from fakes.gate import idle
from fakes.recorder import recorded
from fakes.shelf import BUFFER, ONE, SIZE, Shelf
from sheetfed.core.edits import Rotate
from sheetfed.core.errors import DamagedImage, NotFound, StoreFull
from sheetfed.core.events import PageAdded
from sheetfed.core.model import PageId

A, B = PageId("a"), PageId("b")


async def test_a_copy_is_a_page_of_its_own_with_the_same_edits(shelf: Shelf) -> None:
    await shelf.fill("a", "b")
    original = await shelf.editing.edit(ALICE, A, Rotate(90))
    shelf.clock.advance(60)
    with recorded(shelf.hub) as events:
        (copy,) = await shelf.arranging.copy(ALICE, [A], BUFFER, 1)
    assert shelf.order == ("a", copy.id, "b")
    assert shelf.stored == ["a", copy.id, "b"]
    assert (copy.image, copy.edits, copy.size_bytes) == (original.image, original.edits, SIZE)
    assert (copy.job, copy.created) == (None, shelf.clock.now())
    assert shelf.blobs.copies == {copy.id: "a"}
    assert shelf.documents.page(ALICE, copy.id) == copy
    assert events == [PageAdded(ALICE.owner, BUFFER, ONE, copy.id, 1, None)]


async def test_a_copy_and_its_original_are_edited_apart(shelf: Shelf) -> None:
    await shelf.fill("a")
    (copy,) = await shelf.arranging.copy(ALICE, [A], BUFFER)
    await shelf.editing.edit(ALICE, copy.id, Rotate(90))
    assert shelf.documents.page(ALICE, A).edits == ()


async def test_copies_stay_when_their_original_goes(shelf: Shelf) -> None:
    await shelf.fill("a")
    (copy,) = await shelf.arranging.copy(ALICE, [A], BUFFER)
    await shelf.documents.remove_pages(BUFFER, [0])
    assert shelf.order == (copy.id,)
    assert shelf.blobs.synced == {copy.id}


async def test_copies_go_to_another_document_in_the_order_asked_for(shelf: Shelf) -> None:
    await shelf.fill("a", "b")
    other = await shelf.describing.create(ALICE)
    copies = await shelf.arranging.copy(ALICE, [B, A, B], other.id)
    pages = shelf.documents.get(ALICE, other.id).pages
    assert pages == tuple(copy.id for copy in copies)
    assert [shelf.blobs.copies[page] for page in pages] == ["b", "a", "b"]
    assert shelf.order == ("a", "b")


async def test_copies_take_room_of_the_documents_owner(shelf: Shelf) -> None:
    await shelf.fill("a")
    (copy,) = await shelf.arranging.copy(ALICE, [A], BUFFER)
    assert shelf.room.reserved == [(copy.id, ALICE.owner)]
    assert shelf.documents.size_bytes(shelf.documents.get(ALICE, BUFFER)) == 2 * SIZE


async def test_copies_that_find_no_room_leave_nothing(shelf: Shelf) -> None:
    await shelf.fill("a")
    shelf.room.pages = 1
    with pytest.raises(StoreFull):
        await shelf.arranging.copy(ALICE, [A, A], BUFFER)
    assert shelf.order == ("a",)
    assert shelf.blobs.synced == {"a"}


async def test_copies_whose_files_or_rows_cannot_be_made_leave_nothing(shelf: Shelf) -> None:
    await shelf.fill("a")
    for gate, fault in (
        (shelf.blobs.copying, DamagedImage()),
        (shelf.catalogue.writing, StoreFull()),
    ):
        gate.fault = fault
        with pytest.raises(type(fault)):
            await shelf.arranging.copy(ALICE, [A], BUFFER)
        gate.fault = None
    assert shelf.order == ("a",)
    assert shelf.blobs.synced == {"a"}


async def test_a_document_that_goes_while_copies_are_made_for_it_gets_none(shelf: Shelf) -> None:
    await shelf.fill("a")
    other = await shelf.describing.create(ALICE)
    shelf.blobs.copying.shut()
    copying = asyncio.create_task(shelf.arranging.copy(ALICE, [A], other.id))
    await shelf.blobs.copying.reached()
    await shelf.documents.remove(other.id)
    shelf.blobs.copying.open()
    with pytest.raises(NotFound):
        await copying
    assert shelf.blobs.synced == {"a"}


async def test_one_who_goes_away_gets_the_copies_all_the_same(shelf: Shelf) -> None:
    await shelf.fill("a")
    shelf.blobs.copying.shut()
    copying = asyncio.create_task(shelf.arranging.copy(ALICE, [A], BUFFER))
    await shelf.blobs.copying.reached()
    copying.cancel()
    await idle()
    shelf.blobs.copying.open()
    await shelf.collection.close()
    assert copying.cancelled()
    assert len(shelf.order) == 2
    assert shelf.blobs.synced == set(shelf.order)
