"""Store keeping: what is wrong, who uses how much, what is old, and backups of it all."""

import asyncio
import os

import pytest

from fakes.archives import MemoryArchives, MemoryFolder
from fakes.core import ADMIN, ALICE, ALICE_ON_THE_WEB, BOB
from fakes.gate import idle, until
from fakes.shelf import BUFFER, SIZE, Shelf
from sheetfed.core.errors import (
    DamagedImage,
    Gone,
    InternalError,
    NotAllowed,
    ShuttingDown,
    TooMany,
)
from sheetfed.core.model import Caller, Owner, PageId
from sheetfed.core.storekeeping import EXPORTS_AT_MOST, StoreKeeping
from sheetfed.core.upkeep import Finding, Flaw, Imported, OwnerUsage, Report

ALICES_PROGRAM = Caller(Owner(1000), sees_all_origins=True)


class Kept:
    """A shelf that is kept."""

    def __init__(self, *findings: Finding) -> None:
        self.shelf = Shelf()
        self.folder = MemoryFolder(*findings)
        self.archives = MemoryArchives()
        self.keeping = StoreKeeping(
            collection=self.shelf.collection,
            blobs=self.shelf.blobs,
            imaging=self.shelf.pages,
            room=self.shelf.room,
            folder=self.folder,
            archives=self.archives,
            clock=self.shelf.clock,
        )

    async def exported(self, caller: Caller, *, everybody: bool = False) -> list[PageId]:
        """The pages of an export."""
        pipe = self.keeping.export(caller, everybody=everybody).descriptor
        await until(lambda: self.archives.written)
        os.close(pipe)
        return [page.id for page in self.archives.written.pop().pages]

    def spoil(self, name: str, error: Exception) -> None:
        self.shelf.pages.verifying[self.shelf.blobs.master(PageId(name))].fault = error


async def test_a_store_without_flaws_has_all_its_pages_read() -> None:
    kept = Kept()
    await kept.shelf.fill(*"abcdefghijkl")
    assert await kept.keeping.check() == Report(12, ())
    assert len(kept.shelf.pages.verified) == 12
    assert kept.folder.asked == [{PageId(name): SIZE for name in "abcdefghijkl"}]


async def test_what_is_wrong_is_reported_and_counted_in_the_journal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    orphan = Finding(Flaw.ORPHAN, "blobs/00/x.master")
    missing = Finding(Flaw.MISSING, "blobs/00/a.master", PageId("a"))
    kept = Kept(orphan, missing)
    await kept.shelf.fill("a", "b", "c")
    kept.spoil("b", DamagedImage())
    report = await kept.keeping.check()
    assert report.pages == 3
    assert report.findings[:2] == (orphan, missing)
    (damaged,) = report.findings[2:]
    assert (damaged.flaw, damaged.page) == (Flaw.DAMAGED, "b")
    assert damaged.file.endswith("b.master")
    assert PageId("a") not in {PageId(path.stem) for path in kept.shelf.pages.verified}
    assert "1 orphan, 1 missing, 1 damaged" in caplog.text


async def test_a_page_that_goes_while_it_is_looked_at_is_not_missing() -> None:
    kept = Kept(Finding(Flaw.MISSING, "blobs/00/a.master", PageId("a")))
    await kept.shelf.fill("a", "b")
    gate = kept.shelf.pages.verifying[kept.shelf.blobs.master(PageId("b"))]
    gate.shut()
    checking = asyncio.create_task(kept.keeping.check())
    await gate.reached()
    await kept.shelf.documents.remove_pages(BUFFER, [0])
    gate.open()
    assert (await checking).findings == ()


async def test_a_check_that_cannot_look_says_so() -> None:
    kept = Kept()
    await kept.shelf.fill("a", "b")
    kept.spoil("a", InternalError("the image work took too long"))
    with pytest.raises(InternalError, match="took too long"):
        await kept.keeping.check()


async def test_usage_is_told_by_owner_the_largest_first() -> None:
    kept = Kept()
    await kept.shelf.add("w", caller=ALICE_ON_THE_WEB)
    kept.shelf.clock.advance(5)
    await kept.shelf.fill("a", "b")
    now = kept.shelf.clock.now()
    assert kept.keeping.usage() == [
        OwnerUsage(ALICE.owner, 1, 2, 2 * SIZE, now),
        OwnerUsage(ALICE_ON_THE_WEB.owner, 1, 1, SIZE, now - 5),
    ]


async def test_a_purge_takes_what_nobody_used_for_so_long(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    kept = Kept()
    await kept.shelf.fill("a")
    await kept.shelf.add("b", caller=BOB)
    kept.shelf.clock.advance(100)
    await kept.shelf.add("w", caller=ALICE_ON_THE_WEB)
    assert await kept.keeping.purge(100) == 0
    assert await kept.keeping.purge(99, uid=1001) == 1
    assert kept.shelf.documents.all_pages() == {"a", "w"}
    assert await kept.keeping.purge(99) == 1
    assert kept.shelf.documents.all_pages() == {"w"}
    assert "1 documents were purged" in caplog.text


async def test_what_is_used_while_others_are_purged_stays() -> None:
    kept = Kept()
    await kept.shelf.fill("a")
    await kept.shelf.add("b", caller=BOB)
    kept.shelf.clock.advance(100)
    kept.shelf.blobs.dropping.shut()
    purging = asyncio.create_task(kept.keeping.purge(99))
    await kept.shelf.blobs.dropping.reached()
    await kept.shelf.add("c", caller=BOB)
    kept.shelf.blobs.dropping.open()
    assert await purging == 1
    assert kept.shelf.documents.all_pages() == {"b", "c"}


async def test_an_export_has_the_callers_documents_and_those_of_the_users_web_pages() -> None:
    kept = Kept()
    await kept.shelf.fill("a")
    await kept.shelf.add("w", caller=ALICE_ON_THE_WEB)
    await kept.shelf.add("b", caller=BOB)
    assert await kept.exported(ALICE) == ["a"]
    assert await kept.exported(ALICES_PROGRAM) == ["a", "w"]
    assert await kept.exported(ADMIN, everybody=True) == ["a", "w", "b"]
    assert await kept.exported(ADMIN) == []


async def test_only_administrators_export_what_is_everybodys() -> None:
    with pytest.raises(NotAllowed):
        Kept().keeping.export(ALICES_PROGRAM, everybody=True)


async def test_too_many_exports_at_once_are_refused_until_one_ends() -> None:
    kept = Kept()
    kept.archives.writing.shut()
    pipes = [kept.keeping.export(ALICE).descriptor for _ in range(EXPORTS_AT_MOST)]
    with pytest.raises(TooMany):
        kept.keeping.export(ALICE)
    kept.archives.writing.open()
    await until(lambda: len(kept.archives.written) == EXPORTS_AT_MOST)
    await idle()
    pipes.append(kept.keeping.export(ALICE).descriptor)
    await until(lambda: len(kept.archives.written) == EXPORTS_AT_MOST + 1)
    for pipe in pipes:
        os.close(pipe)


async def test_an_export_that_nobody_reads_is_said(caplog: pytest.LogCaptureFixture) -> None:
    kept = Kept()
    kept.archives.writing.fault = Gone("nobody reads")
    os.close(kept.keeping.export(ALICE).descriptor)
    await until(lambda: "not finished: nobody reads" in caplog.text)


async def test_an_export_that_fails_unexpectedly_is_said_with_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    kept = Kept()
    kept.archives.writing.fault = ValueError("a bug")
    os.close(kept.keeping.export(ALICE).descriptor)
    await until(lambda: "ValueError: a bug" in caplog.text)


async def test_closing_ends_the_exports_under_way_and_takes_no_further() -> None:
    kept = Kept()
    kept.archives.writing.shut()
    pipes = [kept.keeping.export(ALICE).descriptor]
    await kept.archives.writing.reached()
    pipes.append(kept.keeping.export(ALICE).descriptor)
    await kept.keeping.close()
    for pipe in pipes:
        assert os.read(pipe, 1) == b""
        os.close(pipe)
    with pytest.raises(ShuttingDown):
        kept.keeping.export(ALICE)
    await kept.keeping.close()


async def test_an_import_is_handed_on() -> None:
    kept = Kept()
    reading, writing = os.pipe()
    os.close(writing)
    assert await kept.keeping.import_from(ALICE, reading) == Imported(0, 0, 0, 0)


async def test_long_work_tells_how_far_it_is() -> None:
    kept = Kept()
    await kept.shelf.fill("a", "b")
    told: list[tuple[int, int]] = []
    await kept.keeping.check(lambda *far: told.append(far))
    exporting = kept.keeping.export(ALICE, told=lambda *far: told.append(far))
    assert await exporting.ended is None
    os.close(exporting.descriptor)
    assert told == [(0, 2), (1, 2)] * 2


async def test_an_export_that_was_stopped_says_by_what() -> None:
    kept = Kept()
    for fault, error in ((Gone("nobody reads"), Gone), (ValueError("a bug"), InternalError)):
        kept.archives.writing.fault = fault
        exporting = kept.keeping.export(ALICE)
        os.close(exporting.descriptor)
        assert isinstance(await exporting.ended, error)
