"""Intake: a spooled page becomes a page, once; one that cannot be waits for the next start."""

import asyncio

import pytest

from fakes.core import ALICE, FakeCore
from fakes.devices import LAYOUT
from fakes.gate import idle
from fakes.pages import A4_300
from fakes.store import MemoryBlobs, MemorySpool
from sheetfed.core import ids, spoolfile
from sheetfed.core.edits import Rotate
from sheetfed.core.errors import DamagedImage, StoreFull
from sheetfed.core.model import DocumentId, InstanceId, JobId, PageId, PageTicket
from sheetfed.core.touchup import TouchUp

ONE = InstanceId("1")
BUFFER = ids.buffer_document(ALICE.owner, ONE)


async def spooled(
    core: FakeCore, name: str, *, sequence: int = 0, touch_up: tuple[TouchUp, ...] = ()
) -> MemorySpool:
    """A page that was fully read and no more."""
    spool = await core.store.spools.create(
        PageTicket(
            page=PageId(name),
            job=JobId("j1"),
            sequence=sequence,
            document=BUFFER,
            owner=ALICE.owner,
            instance=ONE,
            created=1.0,
            touch_up=touch_up,
        )
    )
    spool.content += bytes(32) + spoolfile.trailer(LAYOUT)
    return spool


def pages(core: FakeCore, document: DocumentId = BUFFER) -> tuple[PageId, ...]:
    return core.documents.get(ALICE, document).pages


async def test_a_committed_page_is_in_its_document_and_its_spool_is_gone(core: FakeCore) -> None:
    spool = await spooled(core, "a")
    page = await core.intake.commit(await core.intake.prepare(spool))
    assert page is not None
    assert (page.image, page.size_bytes) == (A4_300, MemoryBlobs.SIZE_BYTES)
    assert pages(core) == ("a",)
    assert core.store.spools.kept == {}


@pytest.mark.parametrize("whole", [True, False])
async def test_a_page_does_not_go_before_its_spool_which_would_bring_it_back(
    core: FakeCore, whole: bool
) -> None:
    prepared = await core.intake.prepare(await spooled(core, "a"))
    core.store.spools.dropping.shut()
    committing = asyncio.create_task(core.intake.commit(prepared))
    await core.store.spools.dropping.reached()
    assert pages(core) == ("a",)
    removal = core.documents.remove(BUFFER) if whole else core.documents.remove_pages(BUFFER, [0])
    removing = asyncio.create_task(removal)
    await idle()
    assert [page.id for page in core.store.catalogue.rows[BUFFER][1]] == ["a"]
    core.store.spools.dropping.open()
    await asyncio.gather(committing, removing)
    assert core.store.spools.kept == {}
    assert not core.documents.knows(PageId("a"))


async def test_a_prepared_page_is_synced_and_not_yet_in_the_catalogue(core: FakeCore) -> None:
    await core.intake.prepare(await spooled(core, "a"))
    assert core.store.blobs.synced == {"a"}
    assert not core.documents.knows(PageId("a"))


async def test_a_blank_page_that_is_not_wanted_leaves_neither_files_nor_spool(
    core: FakeCore,
) -> None:
    core.pages.inked = 0.0
    spool = await spooled(core, "a", touch_up=(TouchUp.DISCARD_BLANK,))
    prepared = await core.intake.prepare(spool)
    assert prepared.touched_up.is_blank
    assert await core.intake.commit(prepared) is None
    assert core.store.spools.kept == {}
    assert core.store.blobs.synced == set()
    assert not core.documents.knows(PageId("a"))


async def test_recovery_touches_pages_up_as_their_jobs_would_have(core: FakeCore) -> None:
    core.pages.skewed = 2.0
    core.pages.inks["a"] = 0.0
    for sequence, name in enumerate("ab"):
        await spooled(core, name, sequence=sequence, touch_up=tuple(TouchUp))
    assert await core.intake.recover() == 1
    assert pages(core) == ("b",)
    assert core.documents.page(ALICE, PageId("b")).edits == (Rotate(-2.0),)
    assert core.store.spools.kept == {}


async def test_a_page_whose_commit_fails_keeps_its_spool(core: FakeCore) -> None:
    prepared = await core.intake.prepare(await spooled(core, "a"))
    core.store.catalogue.writing.fault = StoreFull()
    with pytest.raises(StoreFull):
        await core.intake.commit(prepared)
    assert list(core.store.spools.kept) == ["a"]


async def test_recovery_takes_in_every_complete_page_in_its_order(core: FakeCore) -> None:
    for sequence, name in ((2, "c"), (0, "a"), (1, "b")):
        await spooled(core, name, sequence=sequence)
    torn = await spooled(core, "torn", sequence=3)
    torn.content = torn.content[:-1]
    assert await core.intake.recover() == 3
    assert pages(core) == ("a", "b", "c")
    assert core.store.spools.kept == {}


async def test_a_page_that_was_committed_before_the_crash_comes_only_once(core: FakeCore) -> None:
    spool = await spooled(core, "a")
    await core.intake.commit(await core.intake.prepare(spool))
    core.store.spools.kept[PageId("a")] = spool
    assert await core.intake.recover() == 0
    assert pages(core) == ("a",)
    assert core.store.spools.kept == {}


async def test_recovering_twice_adds_nothing(core: FakeCore) -> None:
    await spooled(core, "a")
    assert await core.intake.recover() == 1
    assert await core.intake.recover() == 0
    assert pages(core) == ("a",)


@pytest.mark.parametrize("error", [DamagedImage(), StoreFull(), ValueError("a bug")])
async def test_a_page_that_fails_waits_and_holds_up_neither_the_others_nor_the_start(
    core: FakeCore, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    for sequence, name in enumerate("abc"):
        await spooled(core, name, sequence=sequence)
    core.pages.ingesting[1].fault = error
    assert await core.intake.recover() == 2
    assert pages(core) == ("a", "c")
    assert list(core.store.spools.kept) == ["b"]
    assert "waits" in caplog.text
    assert await core.intake.recover() == 1
    assert pages(core) == ("a", "c", "b")
