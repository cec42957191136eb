"""Arranging: pages in another order, as a whole or not at all."""

import pytest

from fakes.core import ALICE, ALICE_ON_THE_WEB, BOB
from fakes.recorder import recorded
from fakes.shelf import BUFFER, ONE, Shelf
from sheetfed.core.errors import IndexOutOfRange, InvalidParameter, NotFound, StoreFull
from sheetfed.core.events import DocumentChanged, PageAdded, PageRemoved
from sheetfed.core.model import PageId
from sheetfed.core.ordering import interleaved

REORDERED = DocumentChanged(ALICE.owner, BUFFER, ONE)


def ids(names: str) -> list[PageId]:
    return [PageId(name) for name in names]


@pytest.mark.parametrize(
    ("source", "target", "order"), [(0, 2, "bca"), (2, 0, "cab"), (0, 1, "bac")]
)
async def test_a_moved_page_is_then_at_its_target(
    shelf: Shelf, source: int, target: int, order: str
) -> None:
    await shelf.fill(*"abc")
    with recorded(shelf.hub) as events:
        await shelf.arranging.move(ALICE, BUFFER, source, target)
    assert shelf.order == tuple(order)
    assert shelf.stored == list(order)
    assert events == [REORDERED]


async def test_a_page_moved_to_where_it_is_changes_nothing(shelf: Shelf) -> None:
    await shelf.fill(*"abc")
    with recorded(shelf.hub) as events:
        await shelf.arranging.move(ALICE, BUFFER, 1, 1)
    assert shelf.order == tuple("abc")
    assert events == []


@pytest.mark.parametrize(("source", "target"), [(0, 2), (2, 0), (-1, 0)])
async def test_a_move_or_swap_out_of_range_moves_nothing(
    shelf: Shelf, source: int, target: int
) -> None:
    await shelf.fill(*"ab")
    with recorded(shelf.hub) as events:
        with pytest.raises(IndexOutOfRange):
            await shelf.arranging.move(ALICE, BUFFER, source, target)
        with pytest.raises(IndexOutOfRange):
            await shelf.arranging.swap(ALICE, BUFFER, source, target)
    assert shelf.order == ("a", "b")
    assert events == []


async def test_two_pages_change_places(shelf: Shelf) -> None:
    await shelf.fill(*"abcd")
    await shelf.arranging.swap(ALICE, BUFFER, 3, 1)
    assert shelf.order == tuple("adcb")
    assert shelf.stored == list("adcb")


async def test_all_pages_are_reversed(shelf: Shelf) -> None:
    await shelf.fill(*"abc")
    await shelf.arranging.reverse(ALICE, BUFFER)
    assert shelf.order == tuple("cba")


@pytest.mark.parametrize(
    ("pages", "backs", "is_reversed", "order"),
    [
        ("135642", 3, True, "123456"),
        ("135246", 3, False, "123456"),
        ("xy1342", 2, True, "xy1234"),
        ("12", 1, True, "12"),
    ],
)
async def test_the_backs_of_a_second_pass_come_behind_their_fronts(
    shelf: Shelf, pages: str, backs: int, is_reversed: bool, order: str
) -> None:
    await shelf.fill(*pages)
    await shelf.arranging.interleave_backs(ALICE, BUFFER, backs, is_reversed=is_reversed)
    assert shelf.order == tuple(order)
    assert shelf.stored == list(order)


@pytest.mark.parametrize("backs", [-1, 0, 2])
async def test_backs_without_as_many_fronts_are_refused(shelf: Shelf, backs: int) -> None:
    await shelf.fill(*"abc")
    with pytest.raises(InvalidParameter, match="1 to 1"):
        await shelf.arranging.interleave_backs(ALICE, BUFFER, backs)
    assert shelf.order == tuple("abc")


def test_backs_are_thought_to_be_reversed_only_when_that_is_said() -> None:
    assert interleaved(tuple(ids("1342")), 2, is_reversed=True) == tuple("1234")
    assert interleaved(tuple(ids("1342")), 2, is_reversed=False) == tuple("1432")


async def test_what_is_somebody_elses_is_not_arranged(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    for caller in (BOB, ALICE_ON_THE_WEB):
        with pytest.raises(NotFound):
            await shelf.arranging.move(caller, BUFFER, 0, 1)
    assert shelf.order == ("a", "b")


async def test_an_order_that_cannot_be_written_is_not_there(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    shelf.catalogue.writing.fault = StoreFull()
    with pytest.raises(StoreFull):
        await shelf.arranging.reverse(ALICE, BUFFER)
    assert shelf.order == ("a", "b")


async def test_pages_move_to_another_document_and_to_a_place_in_it(shelf: Shelf) -> None:
    await shelf.fill(*"abcd")
    other = await shelf.describing.create(ALICE)
    await shelf.arranging.transfer(ALICE, ids("d"), other.id)
    with recorded(shelf.hub) as events:
        moved = await shelf.arranging.transfer(ALICE, ids("ca"), other.id, 0)
    assert shelf.order == ("b",)
    assert shelf.documents.get(ALICE, other.id).pages == tuple("cad")
    assert [(page.id, page.document) for page in moved] == [("c", other.id), ("a", other.id)]
    assert shelf.catalogue.rows[other.id][1] == [
        shelf.documents.page(ALICE, page) for page in ids("cad")
    ]
    assert events == [
        PageRemoved(ALICE.owner, BUFFER, ONE, PageId("c"), 2),
        PageRemoved(ALICE.owner, BUFFER, ONE, PageId("a"), 0),
        PageAdded(ALICE.owner, other.id, None, PageId("c"), 0, moved[0].job),
        PageAdded(ALICE.owner, other.id, None, PageId("a"), 1, moved[1].job),
    ]
    assert shelf.blobs.synced == set("abcd")


async def test_pages_of_several_documents_and_the_own_come_together(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    other, third = [await shelf.describing.create(ALICE) for _ in range(2)]
    await shelf.add("c", instance=None, document=other.id)
    await shelf.add("d", instance=None, document=third.id)
    await shelf.arranging.transfer(ALICE, ids("dac"), BUFFER, 1)
    assert shelf.order == tuple("bdac")
    assert shelf.documents.get(ALICE, other.id).pages == ()
    assert shelf.documents.get(ALICE, third.id).pages == ()


async def test_a_page_can_be_moved_back_to_where_it_was(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    other = await shelf.describing.create(ALICE)
    await shelf.arranging.transfer(ALICE, ids("a"), other.id)
    await shelf.arranging.transfer(ALICE, ids("a"), BUFFER, 0)
    assert shelf.order == ("a", "b")


@pytest.mark.parametrize("at", [-1, 3])
async def test_a_place_that_is_not_there_is_refused(shelf: Shelf, at: int) -> None:
    await shelf.fill(*"abc")
    with pytest.raises(IndexOutOfRange, match="no place"):
        await shelf.arranging.transfer(ALICE, ids("a"), BUFFER, at)
    with pytest.raises(IndexOutOfRange, match="no place"):
        await shelf.arranging.copy(ALICE, ids("a"), BUFFER, at + 1 if at > 0 else at)
    assert shelf.order == tuple("abc")
    assert shelf.blobs.synced == set("abc")


async def test_a_page_is_moved_once(shelf: Shelf) -> None:
    await shelf.fill(*"abc")
    with pytest.raises(InvalidParameter, match="each page once"):
        await shelf.arranging.transfer(ALICE, ids("aa"), BUFFER)


async def test_pages_do_not_move_between_owners(shelf: Shelf) -> None:
    await shelf.fill("a")
    theirs = await shelf.describing.create(BOB)
    with pytest.raises(NotFound):
        await shelf.arranging.transfer(ALICE, ids("a"), theirs.id)
    with pytest.raises(NotFound):
        await shelf.arranging.transfer(BOB, ids("a"), theirs.id)
    with pytest.raises(NotFound):
        await shelf.arranging.copy(BOB, ids("a"), theirs.id)
    with pytest.raises(NotFound):
        await shelf.arranging.copy(ALICE, ids("a"), theirs.id)
    assert shelf.order == ("a",)


async def test_a_move_that_cannot_be_written_leaves_both_documents(shelf: Shelf) -> None:
    await shelf.fill(*"ab")
    other = await shelf.describing.create(ALICE)
    shelf.catalogue.writing.fault = StoreFull()
    with pytest.raises(StoreFull):
        await shelf.arranging.transfer(ALICE, ids("a"), other.id)
    assert shelf.order == ("a", "b")
    assert shelf.documents.get(ALICE, other.id).pages == ()
    assert shelf.documents.page(ALICE, PageId("a")).document == BUFFER
