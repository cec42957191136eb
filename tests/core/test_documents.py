"""Documents: pages in order, whom they belong to, and what is told of them."""

import asyncio
from dataclasses import replace

import pytest

from fakes.core import ADMIN, ALICE, ALICE_ON_THE_WEB, BOB
from fakes.pages import A4_300
from fakes.recorder import recorded
from fakes.shelf import BUFFER, JOB, ONE, SIZE, Shelf
from sheetfed.core import ids
from sheetfed.core.errors import IndexOutOfRange, NotFound, StoreFull
from sheetfed.core.events import DocumentChanged, DocumentRemoved, PageAdded, PageRemoved
from sheetfed.core.model import DocumentId, JobId, Page, PageId


async def test_the_first_page_makes_the_document_and_the_next_ones_follow(shelf: Shelf) -> None:
    with recorded(shelf.hub) as events:
        await shelf.fill("a", "b")
    assert shelf.order == ("a", "b")
    assert shelf.stored == ["a", "b"]
    assert events == [
        DocumentChanged(ALICE.owner, BUFFER, ONE),
        PageAdded(ALICE.owner, BUFFER, ONE, PageId("a"), 0, JOB),
        PageAdded(ALICE.owner, BUFFER, ONE, PageId("b"), 1, JOB),
    ]


async def test_a_page_keeps_what_its_ticket_says(shelf: Shelf) -> None:
    page = await shelf.add("a")
    assert page == Page(PageId("a"), BUFFER, JOB, 0, A4_300, SIZE, shelf.clock.now())
    assert shelf.documents.page(ALICE, PageId("a")) == page
    assert shelf.documents.knows(PageId("a"))
    assert not shelf.documents.knows(PageId("b"))


async def test_a_page_that_is_not_committed_is_not_told_and_not_there(shelf: Shelf) -> None:
    await shelf.fill("a")
    shelf.catalogue.writing.fault = StoreFull()
    with recorded(shelf.hub) as events, pytest.raises(StoreFull):
        await shelf.add("b")
    assert events == []
    assert shelf.order == ("a",)
    assert not shelf.documents.knows(PageId("b"))


async def test_pages_that_come_at_the_same_time_are_all_kept(shelf: Shelf) -> None:
    await asyncio.gather(*(shelf.add(name) for name in "abcd"))
    assert shelf.order == tuple("abcd")
    assert shelf.stored == list("abcd")


async def test_documents_are_there_again_after_a_restart(shelf: Shelf) -> None:
    await shelf.fill("a", "b")
    again = Shelf(shelf.catalogue)
    await again.collection.load()
    assert again.order == ("a", "b")
    assert again.documents.all_pages() == {"a", "b"}
    assert [page.id for page in again.documents.pages_of(again.documents.get(ALICE, BUFFER))] == [
        "a",
        "b",
    ]


async def test_what_is_somebody_elses_is_not_found(shelf: Shelf) -> None:
    await shelf.fill("a")
    for caller in (BOB, ALICE_ON_THE_WEB):
        with pytest.raises(NotFound):
            shelf.documents.get(caller, BUFFER)
        with pytest.raises(NotFound):
            shelf.documents.page(caller, PageId("a"))
        assert shelf.documents.visible_to(caller) == []
        assert shelf.documents.buffer(caller, ONE) is None


async def test_what_does_not_exist_is_not_found(shelf: Shelf) -> None:
    with pytest.raises(NotFound):
        shelf.documents.get(ALICE, BUFFER)
    with pytest.raises(NotFound):
        shelf.documents.page(ALICE, PageId("a"))
    with pytest.raises(NotFound):
        shelf.documents.page_of_user(1000, PageId("a"))


async def test_a_program_of_the_users_own_may_read_the_pages_of_the_users_web_pages(
    shelf: Shelf,
) -> None:
    await shelf.add("a", caller=ALICE_ON_THE_WEB)
    for caller in (replace(ALICE, sees_all_origins=True), ALICE_ON_THE_WEB):
        assert shelf.documents.page(caller, PageId("a")).id == "a"
    with pytest.raises(NotFound):
        shelf.documents.page(replace(BOB, sees_all_origins=True), PageId("a"))


async def test_an_administrator_sees_a_document_but_never_a_page(shelf: Shelf) -> None:
    await shelf.fill("a")
    assert shelf.documents.get(ADMIN, BUFFER).pages == ("a",)
    assert len(shelf.documents.visible_to(ADMIN)) == 1
    with pytest.raises(NotFound):
        shelf.documents.page(ADMIN, PageId("a"))
    with pytest.raises(NotFound):
        shelf.documents.own(ADMIN, BUFFER)


async def test_a_link_with_a_pages_id_works_for_its_user_under_any_origin(shelf: Shelf) -> None:
    await shelf.add("a", caller=ALICE_ON_THE_WEB)
    assert shelf.documents.page_of_user(1000, PageId("a")).id == "a"
    with pytest.raises(NotFound):
        shelf.documents.page_of_user(1001, PageId("a"))


@pytest.mark.parametrize("index", [-1, 2])
async def test_an_index_out_of_range_is_refused_with_the_number_of_pages(
    shelf: Shelf, index: int
) -> None:
    await shelf.fill("a", "b")
    with pytest.raises(IndexOutOfRange, match="holds 2") as caught:
        shelf.documents.page_at(shelf.documents.buffer(ALICE, ONE), index)
    assert caught.value.details == {"index": index, "pages": 2}


async def test_a_buffer_never_used_is_an_empty_one(shelf: Shelf) -> None:
    assert shelf.documents.buffer(ALICE, ONE) is None
    with pytest.raises(IndexOutOfRange, match="holds 0"):
        shelf.documents.page_at(None, 0)
    with pytest.raises(IndexOutOfRange, match="holds 0"):
        await shelf.documents.remove_pages(BUFFER, [0])
    await shelf.documents.remove_pages(BUFFER, [])
    await shelf.documents.remove(BUFFER)
    assert shelf.documents.indices_of(BUFFER, JOB) == []


async def test_the_indices_of_a_job_are_where_its_pages_are_now(shelf: Shelf) -> None:
    for name, job in (("a", "j1"), ("b", "j2"), ("c", "j1")):
        await shelf.add(name, job=JobId(job))
    await shelf.arranging.move(ALICE, BUFFER, 0, 1)
    assert shelf.documents.indices_of(BUFFER, JobId("j1")) == [1, 2]
    assert shelf.documents.page_at(shelf.documents.buffer(ALICE, ONE), 0).id == "b"


async def test_the_pages_of_a_job_are_told_and_no_others(shelf: Shelf) -> None:
    for name, job in (("a", "j1"), ("b", "j2"), ("c", "j1")):
        await shelf.add(name, job=JobId(job))
    found = shelf.documents.pages_by(BUFFER, JobId("j1"))
    assert [page.id for page in found] == ["a", "c"]
    assert shelf.documents.pages_by(DocumentId("none"), JobId("j1")) == []


async def test_removed_pages_are_gone_with_their_files_and_told_from_the_last(
    shelf: Shelf,
) -> None:
    await shelf.fill(*"abc")
    with recorded(shelf.hub) as events:
        await shelf.documents.remove_pages(BUFFER, [0, 2, 0])
    assert shelf.order == ("b",)
    assert shelf.stored == ["b"]
    assert shelf.blobs.synced == {"b"}
    assert shelf.documents.all_pages() == {"b"}
    assert events == [
        PageRemoved(ALICE.owner, BUFFER, ONE, PageId("c"), 2),
        PageRemoved(ALICE.owner, BUFFER, ONE, PageId("a"), 0),
    ]


async def test_a_page_that_is_removed_by_its_name_is_that_one_whatever_goes_before_it(
    shelf: Shelf,
) -> None:
    await shelf.fill(*"abc")
    shelf.catalogue.writing.shut()
    removals = [
        asyncio.create_task(shelf.documents.remove_page(BUFFER, PageId(name))) for name in "ab"
    ]
    await shelf.catalogue.writing.reached()
    shelf.catalogue.writing.open()
    await asyncio.gather(*removals)
    assert shelf.order == ("c",)


@pytest.mark.parametrize("document", [BUFFER, DocumentId("d0")])
async def test_a_page_that_is_not_there_any_more_cannot_be_removed_by_its_name(
    shelf: Shelf, document: DocumentId
) -> None:
    await shelf.fill("a")
    with pytest.raises(NotFound):
        await shelf.documents.remove_page(document, PageId("b"))
    assert shelf.order == ("a",)


async def test_one_index_out_of_range_removes_none(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    with pytest.raises(IndexOutOfRange):
        await shelf.documents.remove_pages(BUFFER, [0, 2])
    assert shelf.order == ("a", "b")
    assert shelf.blobs.synced == {"a", "b"}


async def test_a_removal_that_cannot_be_written_removes_none(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    shelf.catalogue.writing.fault = StoreFull()
    for removal in (shelf.documents.remove_pages(BUFFER, [0]), shelf.documents.remove(BUFFER)):
        with pytest.raises(StoreFull):
            await removal
    assert shelf.order == ("a", "b")
    assert shelf.blobs.synced == {"a", "b"}


async def test_a_removed_document_is_gone_with_its_pages(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    with recorded(shelf.hub) as events:
        await shelf.documents.remove(BUFFER)
    assert shelf.documents.buffer(ALICE, ONE) is None
    assert shelf.documents.all_pages() == frozenset()
    assert shelf.blobs.synced == set()
    assert shelf.catalogue.rows == {}
    assert events == [DocumentRemoved(ALICE.owner, BUFFER, ONE)]


async def test_a_page_is_not_found_while_the_files_of_its_document_go(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    shelf.blobs.dropping.shut()
    removing = asyncio.create_task(shelf.documents.remove(BUFFER))
    await shelf.blobs.dropping.reached()
    for page in "ab":
        with pytest.raises(NotFound):
            shelf.documents.page(ALICE, PageId(page))
    shelf.blobs.dropping.open()
    await removing


async def test_a_removed_page_is_not_found_while_its_files_go(shelf: Shelf) -> None:
    await shelf.fill(*"abc")
    shelf.blobs.dropping.shut()
    removing = asyncio.create_task(shelf.documents.remove_pages(BUFFER, [0, 1]))
    await shelf.blobs.dropping.reached()
    for page in "ab":
        with pytest.raises(NotFound):
            shelf.documents.page(ALICE, PageId(page))
    shelf.blobs.dropping.open()
    await removing


async def test_files_that_cannot_be_removed_leave_the_removal_told(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    shelf.blobs.dropping.fault = OSError("read-only")
    with recorded(shelf.hub) as events, pytest.raises(OSError, match="read-only"):
        await shelf.documents.remove(BUFFER)
    assert events == [DocumentRemoved(ALICE.owner, BUFFER, ONE)]
    assert shelf.documents.all_pages() == frozenset()


async def test_a_page_that_comes_after_the_removal_makes_the_document_anew(shelf: Shelf) -> None:
    await shelf.fill("a")
    await shelf.documents.remove(BUFFER)
    await shelf.add("b")
    assert shelf.order == ("b",)


async def test_a_document_of_no_instance_is_told_without_one(shelf: Shelf) -> None:
    document = ids.new_document()
    with recorded(shelf.hub) as events:
        await shelf.add("a", instance=None, document=document)
    assert events[0] == DocumentChanged(ALICE.owner, document, None)
