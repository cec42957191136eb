"""Restore: an archive comes in whole or not at all, and nothing of it is believed."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.archives import MemoryArchives, MemoryArrival
from fakes.core import ADMIN, ALICE, ALICE_ON_THE_WEB, BOB
from fakes.gate import idle, until
from fakes.pages import A4_300
from fakes.shelf import SIZE, Shelf
from sheetfed.core import ids
from sheetfed.core.edits import Crop, Rotate
from sheetfed.core.errors import DamagedImage, Gone, NotAllowed, ScanError, StoreFull, TooMany
from sheetfed.core.model import Caller, Document, DocumentId, InstanceId, Owner, Page, PageId
from sheetfed.core.renders import fitted
from sheetfed.core.restore import Restore
from sheetfed.core.upkeep import Contents, Imported, untold

ONE = InstanceId("1")
P1, P2, P3 = (PageId(f"p{number:032x}") for number in (1, 2, 3))
D1, D2 = (DocumentId(f"d{number:032x}") for number in (1, 2))


def page(name: PageId, document: DocumentId = D1) -> Page:
    return Page(name, document, None, 0, A4_300, 5, 1.0, edits=(Rotate(90), Rotate(1)), undone=1)


def document(name: DocumentId = D1, *pages: PageId, owner: Owner = ALICE.owner) -> Document:
    return Document(name, owner, None, 1.0, 2.0, pages, "letters", '{"a": 1}', 1, "scrypt")


def contents(*documents: Document) -> Contents:
    return Contents(tuple((d, tuple(page(name, d.id) for name in d.pages)) for d in documents))


class Arrivals:
    """A shelf that archives come to."""

    def __init__(self, *, pages_at_most: int | None = None) -> None:
        self.shelf = Shelf(pages_at_most=pages_at_most)
        self.archives = MemoryArchives()
        self.restore = Restore(
            collection=self.shelf.collection,
            blobs=self.shelf.blobs,
            imaging=self.shelf.pages,
            room=self.shelf.room,
            archives=self.archives,
        )

    def bring(self, found: Contents) -> MemoryArrival:
        self.archives.arrival = MemoryArrival(found)
        return self.archives.arrival

    async def take(self, caller: Caller = ALICE, *, as_own: bool = False) -> Imported:
        reading, writing = os.pipe()
        os.close(writing)
        return await self.restore(caller, reading, as_own=as_own, told=untold)

    @property
    def pages(self) -> list[PageId]:
        return list(self.shelf.collection.pages)


@pytest.fixture
def arrivals() -> Arrivals:
    return Arrivals()


async def test_documents_come_back_as_they_were_and_are_used_now(arrivals: Arrivals) -> None:
    arrivals.bring(contents(document(D1, P1, P2), document(D2)))
    assert await arrivals.take() == Imported(2, 2, 0, 0)
    found = arrivals.shelf.collection.documents
    now = arrivals.shelf.clock.now()
    assert found[D1] == replace(document(D1, P1, P2), last_used=now)
    assert found[D2] == replace(document(D2), last_used=now, current=-1)
    assert arrivals.shelf.collection.pages[P1] == replace(page(P1), size_bytes=SIZE)
    assert arrivals.shelf.blobs.synced == {P1, P2}
    assert [stored.id for stored in arrivals.shelf.catalogue.rows[D1][1]] == [P1, P2]


async def test_pages_that_are_there_are_left_and_the_others_come_behind_them(
    arrivals: Arrivals,
) -> None:
    arrivals.bring(contents(document(D1, P2)))
    await arrivals.take()
    arrival = arrivals.bring(contents(document(D1, P1, P2, P3)))
    assert await arrivals.take() == Imported(1, 2, 1, 0)
    assert arrivals.shelf.collection.documents[D1].pages == (P2, P1, P3)
    assert (arrival.taken, arrival.skipped) == ([P1, P3], [P2])


async def test_the_same_archive_again_changes_nothing(arrivals: Arrivals) -> None:
    for expected in (Imported(1, 1, 0, 0), Imported(0, 0, 1, 0)):
        arrivals.bring(contents(document(D1, P1)))
        assert await arrivals.take() == expected
    assert arrivals.pages == [P1]


async def test_a_page_that_was_removed_and_comes_back_is_shown_again(
    arrivals: Arrivals, tmp_path: Path
) -> None:
    arrivals.shelf.cache.folder = arrivals.shelf.cache._folder = tmp_path
    arrivals.bring(contents(document(D1, P1)))
    await arrivals.take()
    await arrivals.shelf.documents.remove(D1)
    arrivals.bring(contents(document(D1, P1)))
    assert await arrivals.take() == Imported(1, 1, 0, 0)
    shown = fitted(arrivals.shelf.documents.page(ALICE, P1), 100, 100, None)
    assert await arrivals.shelf.renders.read(shown)


async def test_pages_whose_files_are_about_to_go_come_after_that(arrivals: Arrivals) -> None:
    arrivals.bring(contents(document(D1, P1, P2)))
    await arrivals.take()
    blobs = arrivals.shelf.blobs
    blobs.dropping.shut()
    removing = asyncio.create_task(arrivals.shelf.documents.remove(D1))
    await blobs.dropping.reached()
    arrivals.bring(contents(document(D1, P2)))
    taking = asyncio.create_task(arrivals.take())
    await until(lambda: len(arrivals.archives.received) == 2)
    await idle()
    assert not taking.done()
    blobs.dropping.open()
    await asyncio.gather(removing, taking)
    assert arrivals.pages == [P2]
    assert blobs.synced == {P2}


async def test_pages_that_cannot_be_read_are_left_out(arrivals: Arrivals) -> None:
    arrival = arrivals.bring(contents(document(D1, P1, P2, P3)))
    arrival.missing = {P1}
    gate = arrivals.shelf.pages.verifying[arrivals.shelf.blobs.master(P2)]
    gate.fault = DamagedImage()
    assert await arrivals.take() == Imported(1, 1, 0, 2)
    assert arrivals.shelf.collection.documents[D1].pages == (P3,)
    assert arrivals.shelf.blobs.synced == {P3}


async def test_a_page_that_is_not_as_the_contents_say_is_left_out(arrivals: Arrivals) -> None:
    wide = replace(page(P1), image=replace(A4_300, width_px=9999), edits=(), undone=0)
    arrivals.bring(Contents(((document(D1, P1), (wide,)),)))
    assert await arrivals.take() == Imported(1, 0, 0, 1)
    assert arrivals.pages == []


@pytest.mark.parametrize("error", [DamagedImage("a checksum is wrong"), Gone(), ValueError("bug")])
async def test_an_archive_that_turns_out_damaged_leaves_nothing(
    arrivals: Arrivals, error: Exception
) -> None:
    arrivals.bring(contents(document(D1, P1, P2))).ending.fault = error
    with pytest.raises(type(error)):
        await arrivals.take()
    assert arrivals.pages == []
    assert arrivals.shelf.collection.documents == {}
    assert arrivals.shelf.blobs.synced == set()


async def test_without_room_nothing_comes(arrivals: Arrivals) -> None:
    arrivals.bring(contents(document(D1, P1, P2)))
    arrivals.shelf.room.pages = 1
    with pytest.raises(StoreFull):
        await arrivals.take()
    assert arrivals.shelf.blobs.synced == set()


async def test_when_it_cannot_be_written_down_nothing_stays() -> None:
    arrivals = Arrivals(pages_at_most=1)
    arrivals.bring(contents(document(D1, P1, P2)))
    with pytest.raises(ScanError):
        await arrivals.take()
    assert arrivals.shelf.blobs.synced == set()
    assert arrivals.shelf.collection.documents == {}


async def test_a_caller_who_goes_away_at_the_last_moment_gets_the_pages(
    arrivals: Arrivals,
) -> None:
    arrivals.bring(contents(document(D1, P1)))
    arrivals.shelf.catalogue.writing.shut()
    taking = asyncio.create_task(arrivals.take())
    await arrivals.shelf.catalogue.writing.reached()
    taking.cancel()
    await asyncio.wait({taking})
    arrivals.shelf.catalogue.writing.open()
    await arrivals.shelf.collection.close()
    assert arrivals.pages == [P1]
    assert arrivals.shelf.blobs.synced == {P1}


async def test_one_import_at_a_time(arrivals: Arrivals) -> None:
    arrival = arrivals.bring(contents(document(D1, P1)))
    arrival.taking.shut()
    taking = asyncio.create_task(arrivals.take())
    await arrival.taking.reached()
    with pytest.raises(TooMany):
        await arrivals.take()
    arrival.taking.open()
    assert (await taking).pages == 1
    arrivals.bring(contents(document(D1, P1)))
    assert (await arrivals.take()).known_pages == 1


async def test_a_users_own_web_pages_keep_theirs(arrivals: Arrivals) -> None:
    owner = ALICE_ON_THE_WEB.owner
    buffer = ids.buffer_document(owner, ONE)
    arrivals.bring(contents(replace(document(buffer, P1, owner=owner), instance=ONE)))
    await arrivals.take()
    assert arrivals.shelf.documents.buffer(ALICE_ON_THE_WEB, ONE).pages == (P1,)  # type: ignore[union-attr]


async def test_other_peoples_documents_are_refused_unless_they_become_the_callers(
    arrivals: Arrivals,
) -> None:
    arrivals.bring(contents(document(D1, P1, owner=BOB.owner)))
    with pytest.raises(NotAllowed):
        await arrivals.take()
    arrivals.bring(contents(document(D1, P1, owner=BOB.owner)))
    assert (await arrivals.take(as_own=True)).pages == 1
    (taken,) = arrivals.shelf.documents.visible_to(ALICE)
    assert (taken.owner, taken.instance, taken.name) == (ALICE.owner, None, "letters")
    assert taken.id != D1
    assert taken.pages != (P1,)


async def test_administrators_bring_back_everybodys(arrivals: Arrivals) -> None:
    arrivals.bring(contents(document(D1, P1, owner=BOB.owner), document(D2, P2, owner=ALICE.owner)))
    assert (await arrivals.take(ADMIN)).documents == 2
    assert arrivals.shelf.collection.documents[D1].owner == BOB.owner


async def test_what_became_ones_own_is_the_same_the_next_time(arrivals: Arrivals) -> None:
    for expected in (Imported(1, 1, 0, 0), Imported(0, 0, 1, 0)):
        arrivals.bring(contents(document(D1, P1, owner=BOB.owner)))
        assert await arrivals.take(as_own=True) == expected


async def test_nobody_brings_pages_into_a_document_of_somebody_elses(arrivals: Arrivals) -> None:
    arrivals.bring(contents(document(D1, P1, owner=BOB.owner)))
    await arrivals.take(BOB)
    arrivals.bring(contents(document(D1, P2)))
    with pytest.raises(NotAllowed):
        await arrivals.take(ALICE)
    assert arrivals.shelf.collection.documents[D1].pages == (P1,)


BOBS_BUFFER = ids.buffer_document(BOB.owner, ONE)


@pytest.mark.parametrize(
    "found",
    [
        contents(document(BOBS_BUFFER, P1)),
        contents(replace(document(BOBS_BUFFER, P1), instance=ONE)),
        contents(replace(document(D1, P1), instance=ONE)),
        contents(replace(document(D1, P1), instance=InstanceId("a/b"))),
        contents(document(DocumentId("../d"), P1)),
        contents(document(D1, PageId("../../etc/passwd"))),
        contents(document(D1, P1), document(D1, P2)),
        contents(document(D1, P1), document(D2, P1)),
        contents(document(D1, P1, P1)),
        contents(replace(document(D1), name="x" * 300)),
        contents(replace(document(D1), name="a\nb")),
        contents(replace(document(D1), metadata="[]")),
        contents(replace(document(D1), metadata="{")),
        contents(replace(document(D1), metadata='{"a": "' + "x" * 70_000 + '"}')),
        contents(document(D1, owner=Owner(1000, "https://" + "x" * 300))),
        contents(document(D1, owner=Owner(1000, "https://a\0b"))),
        Contents(((document(D1, P1), (replace(page(P1), undone=3),)),)),
        Contents(((document(D1, P1), (replace(page(P1), undone=-1),)),)),
        Contents(((document(D1, P1), (replace(page(P1), edits=(Crop(0, 0, 9999, 1),)),)),)),
    ],
)
async def test_contents_that_no_store_can_have_are_refused(
    arrivals: Arrivals, found: Contents
) -> None:
    arrivals.bring(found)
    with pytest.raises(DamagedImage, match="contradict"):
        await arrivals.take(ADMIN)
    assert arrivals.shelf.collection.documents == {}
