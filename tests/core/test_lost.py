"""Lost pages: what nobody can read any more is given up, and nothing else."""

from fakes.core import ALICE, BOB
from fakes.shelf import BUFFER, Shelf
from sheetfed.core.ids import buffer_document
from sheetfed.core.lost import give_up
from sheetfed.core.model import InstanceId, PageId

TWO = InstanceId("2")
OTHER = buffer_document(BOB.owner, TWO)


async def test_lost_pages_go_and_the_others_stay_in_their_order(shelf: Shelf) -> None:
    await shelf.fill("a", "b", "c")
    await give_up(shelf.collection, {PageId("b")})
    assert shelf.documents.get(ALICE, BUFFER).pages == ("a", "c")
    assert shelf.catalogue.rows[BUFFER][0].pages == ("a", "c")


async def test_a_document_that_is_lost_as_a_whole_goes(shelf: Shelf) -> None:
    await shelf.fill("a", "b")
    await shelf.add("c", caller=BOB, instance=TWO)
    await give_up(shelf.collection, {PageId("a"), PageId("b")})
    assert [document.id for document in shelf.documents.visible_to(ALICE)] == []
    assert shelf.documents.get(BOB, OTHER).pages == ("c",)


async def test_a_document_without_pages_stays(shelf: Shelf) -> None:
    made = await shelf.describing.create(ALICE, name="empty")
    await give_up(shelf.collection, {PageId("a")})
    assert shelf.documents.get(ALICE, made.id).name == "empty"


async def test_the_files_of_lost_pages_are_removed(shelf: Shelf) -> None:
    await shelf.fill("a", "b")
    await give_up(shelf.collection, {PageId("a")})
    assert shelf.documents.all_pages() == {"b"}
    assert "a" not in shelf.blobs.synced
