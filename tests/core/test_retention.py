"""Retention: when documents were last used, what expires, and what is stored."""

import asyncio

from fakes.core import ALICE, ALICE_ON_THE_WEB
from fakes.gate import idle
from fakes.shelf import BUFFER, ONE, SIZE, Shelf
from sheetfed.core import ids
from sheetfed.core.model import InstanceId


async def test_reading_a_document_counts_as_using_it(shelf: Shelf) -> None:
    await shelf.fill("a")
    shelf.clock.advance(60)
    used = shelf.documents.get(ALICE, BUFFER)
    assert shelf.documents.last_used(used) == shelf.clock.now()
    shelf.clock.advance(60)
    assert shelf.documents.buffer(ALICE, ONE) == used
    assert shelf.documents.last_used(used) == shelf.clock.now()


async def test_last_used_is_that_of_the_disk_until_it_is_used_again(shelf: Shelf) -> None:
    await shelf.fill("a")
    again = Shelf(shelf.catalogue)
    await again.collection.load()
    (document,) = again.documents.visible_to(ALICE)
    again.clock.advance(60)
    assert again.documents.last_used(document) == document.last_used


async def test_what_was_used_when_the_clock_was_ahead_was_used_now(shelf: Shelf) -> None:
    shelf.clock.advance(1_000_000)
    await shelf.fill("a")
    again = Shelf(shelf.catalogue)
    await again.collection.load()
    (document,) = again.documents.visible_to(ALICE)
    assert again.documents.last_used(document) == again.clock.now()


async def test_only_the_documents_used_since_are_written_down(shelf: Shelf) -> None:
    await shelf.fill("a")
    await shelf.add("b", instance=InstanceId("2"))
    await shelf.collection.save_late()
    assert shelf.catalogue.saved == []
    shelf.clock.advance(60)
    shelf.documents.get(ALICE, BUFFER)
    await shelf.collection.save_late()
    assert shelf.catalogue.saved == [BUFFER]
    (document,) = [d for d in shelf.documents.visible_to(ALICE) if d.id == BUFFER]
    assert shelf.documents.last_used(document) == shelf.clock.now()
    again = Shelf(shelf.catalogue)
    again.clock.advance(60)
    await again.collection.load()
    assert again.documents.last_used(again.documents.visible_to(ALICE)[0]) == shelf.clock.now()


async def test_a_use_that_comes_while_the_last_one_is_written_is_written_next(
    shelf: Shelf,
) -> None:
    await shelf.fill("a")
    shelf.clock.advance(60)
    shelf.documents.get(ALICE, BUFFER)
    shelf.catalogue.writing.shut()
    saving = asyncio.create_task(shelf.collection.save_late())
    await shelf.catalogue.writing.reached()
    shelf.clock.advance(60)
    shelf.documents.get(ALICE, BUFFER)
    shelf.catalogue.writing.open()
    await saving
    await shelf.collection.save_late()
    assert shelf.catalogue.saved == [BUFFER, BUFFER]
    assert shelf.catalogue.rows[BUFFER][0].last_used == shelf.clock.now()


async def test_a_document_removed_while_uses_are_written_is_not_written(shelf: Shelf) -> None:
    two = InstanceId("2")
    await shelf.fill("a")
    await shelf.add("b", instance=two)
    shelf.clock.advance(60)
    for instance in (ONE, two):
        assert shelf.documents.buffer(ALICE, instance) is not None
    shelf.catalogue.writing.shut()
    removing = asyncio.create_task(shelf.documents.remove(BUFFER))
    await shelf.catalogue.writing.reached()
    saving = asyncio.create_task(shelf.collection.save_late())
    await idle()
    shelf.catalogue.writing.open()
    await asyncio.gather(removing, saving)
    assert shelf.catalogue.saved == [ids.buffer_document(ALICE.owner, two)]


async def test_what_nobody_used_expires_by_the_kind_of_its_owner(shelf: Shelf) -> None:
    await shelf.fill("a")
    await shelf.add("w", caller=ALICE_ON_THE_WEB)
    shelf.clock.advance(100)
    assert await shelf.documents.expire(browser_s=100, other_s=1000) == 0
    shelf.clock.advance(1)
    assert await shelf.documents.expire(browser_s=100, other_s=1000) == 1
    assert shelf.documents.all_pages() == {"a"}
    shelf.clock.advance(1000)
    assert await shelf.documents.expire(browser_s=100, other_s=1000) == 1
    assert shelf.documents.all_pages() == frozenset()


async def test_what_is_used_while_others_expire_stays(shelf: Shelf) -> None:
    await shelf.fill("a")
    await shelf.add("b", instance=InstanceId("2"))
    shelf.clock.advance(1001)
    shelf.blobs.dropping.shut()
    expiring = asyncio.create_task(shelf.documents.expire(browser_s=100, other_s=1000))
    await shelf.blobs.dropping.reached()
    await shelf.add("c", instance=InstanceId("2"))
    shelf.blobs.dropping.open()
    assert await expiring == 1
    assert shelf.documents.all_pages() == {"b", "c"}


async def test_what_is_used_while_its_removal_waits_for_its_turn_stays(shelf: Shelf) -> None:
    await shelf.fill("a")
    shelf.clock.advance(1001)
    shelf.catalogue.writing.shut()
    adding = asyncio.create_task(shelf.add("b"))
    await shelf.catalogue.writing.reached()
    expiring = asyncio.create_task(shelf.documents.expire(browser_s=100, other_s=1000))
    await idle()
    shelf.catalogue.writing.open()
    await adding
    assert await expiring == 0
    assert shelf.documents.all_pages() == {"a", "b"}


async def test_a_document_is_as_large_as_its_pages(shelf: Shelf) -> None:
    await shelf.fill("a", "b")
    assert shelf.documents.size_bytes(shelf.documents.get(ALICE, BUFFER)) == 2 * SIZE
