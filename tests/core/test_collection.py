"""Collection: a change is whole, whoever goes away, and costs what it must."""

import asyncio

import pytest

from fakes.core import ALICE
from fakes.gate import idle
from fakes.recorder import recorded
from fakes.shelf import BUFFER, Shelf
from sheetfed.core.edits import Flip
from sheetfed.core.errors import NotFound, StoreFull
from sheetfed.core.events import DocumentChanged
from sheetfed.core.model import PageId
from sheetfed.core.renders import prefix

A = PageId("a")


async def test_a_change_is_carried_out_when_the_one_who_asked_goes_away(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    shelf.catalogue.writing.shut()
    removing = asyncio.create_task(shelf.documents.remove_pages(BUFFER, [0]))
    await shelf.catalogue.writing.reached()
    removing.cancel()
    await idle()
    assert removing.cancelled()
    shelf.catalogue.writing.open()
    await shelf.collection.close()
    assert shelf.order == ("b",)
    assert shelf.stored == ["b"]
    assert shelf.blobs.synced == {"b"}


async def test_closing_waits_for_the_changes_under_way(shelf: Shelf) -> None:
    await shelf.fill("a")
    shelf.catalogue.writing.shut()
    editing = asyncio.create_task(shelf.editing.edit(ALICE, A, Flip()))
    await shelf.catalogue.writing.reached()
    closing = asyncio.create_task(shelf.collection.close())
    await idle()
    assert not closing.done()
    shelf.catalogue.writing.open()
    await closing
    assert (await editing).edits == (Flip(),)
    await shelf.collection.close()


async def test_a_page_that_goes_while_its_edit_waits_is_not_found(shelf: Shelf) -> None:
    await shelf.fill("a")
    shelf.catalogue.writing.shut()
    removing = asyncio.create_task(shelf.documents.remove(BUFFER))
    await shelf.catalogue.writing.reached()
    editing = asyncio.create_task(shelf.editing.edit(ALICE, A, Flip()))
    await idle()
    shelf.catalogue.writing.open()
    await removing
    with pytest.raises(NotFound):
        await editing


async def test_what_happens_all_the_time_writes_one_row_of_pages_or_none(shelf: Shelf) -> None:
    shelf.catalogue.arranging.fault = StoreFull()
    with pytest.raises(StoreFull):
        await shelf.add("a")
    document = await shelf.describing.create(ALICE)
    await shelf.describing.describe(ALICE, document.id, name="bills")
    assert shelf.catalogue.saved == [document.id, document.id]


async def test_removing_nothing_writes_nothing(shelf: Shelf) -> None:
    shelf.catalogue.writing.fault = StoreFull()
    await shelf.documents.remove_pages(BUFFER, [])


async def test_a_document_holds_so_many_pages_and_no_more() -> None:
    shelf = Shelf(pages_at_most=2)
    await shelf.fill(*"ab")
    with pytest.raises(StoreFull, match="at most 2 pages") as caught:
        await shelf.add("c")
    assert caught.value.details == {"pages": 3, "max_pages": 2}
    with pytest.raises(StoreFull):
        await shelf.arranging.copy(ALICE, [A], BUFFER)
    assert shelf.order == ("a", "b")


async def test_the_limit_of_pages_can_change(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    shelf.collection.limit(pages_at_most=2)
    with pytest.raises(StoreFull):
        await shelf.add("c")
    shelf.collection.limit(pages_at_most=3)
    await shelf.add("d")


async def test_a_document_that_is_over_a_smaller_limit_can_still_be_arranged(shelf: Shelf) -> None:
    await shelf.fill(*"abc")
    again = Shelf(shelf.catalogue, pages_at_most=1)
    await again.collection.load()
    await again.arranging.reverse(ALICE, BUFFER)
    await again.documents.remove_pages(BUFFER, [0])
    assert again.order == ("b", "a")


async def test_a_document_that_loses_its_pages_and_gets_others_is_told_as_new(
    shelf: Shelf,
) -> None:
    await shelf.fill("a")
    await shelf.documents.remove_pages(BUFFER, [0])
    with recorded(shelf.hub) as events:
        await shelf.add("b")
    assert isinstance(events[0], DocumentChanged)


async def test_removed_pages_take_what_was_rendered_of_them_along(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    shelf.cache.kept = {
        prefix_of(page) + "0": b"render" for page in (A, PageId("b"), PageId("other"))
    }
    await shelf.documents.remove_pages(BUFFER, [0])
    assert list(shelf.cache.kept) == [prefix_of("b") + "0", prefix_of("other") + "0"]
    await shelf.documents.remove(BUFFER)
    assert list(shelf.cache.kept) == [prefix_of("other") + "0"]


def prefix_of(page: str) -> str:
    return prefix(PageId(page))
