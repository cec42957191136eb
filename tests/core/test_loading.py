"""Loading: all pages of a file or none, in order, and never more than fit."""

import asyncio
from pathlib import Path

import pytest

from fakes.core import ALICE, BOB, FakeCore
from fakes.gate import idle
from fakes.pages import A4_300
from fakes.recorder import recorded
from fakes.store import MemoryBlobs
from sheetfed.core import ids
from sheetfed.core.errors import (
    DamagedImage,
    IndexOutOfRange,
    InvalidParameter,
    NotFound,
    StoreFull,
    UnsupportedImage,
)
from sheetfed.core.events import DocumentChanged, PageAdded
from sheetfed.core.loading import SIDE_BY_SIDE
from sheetfed.core.model import DocumentId, InstanceId, Page

ONE = InstanceId("1")
BUFFER = ids.buffer_document(ALICE.owner, ONE)


@pytest.fixture
def source(core: FakeCore, tmp_path: Path) -> Path:
    """A file of six pages."""
    core.pages.sources[b"six"] = 6
    path = tmp_path / "source"
    path.write_bytes(b"six")
    return path


def stored(core: FakeCore, document: DocumentId) -> list[Page]:
    return core.store.catalogue.rows[document][1]


async def test_pages_come_in_their_order_and_are_told(core: FakeCore, source: Path) -> None:
    with recorded(core.hub) as events:
        pages = await core.loading.load(ALICE, source, instance=ONE)
    buffer = core.documents.buffer(ALICE, ONE)
    assert buffer is not None
    assert buffer.pages == tuple(page.id for page in pages)
    assert core.documents.pages_of(buffer) == pages == stored(core, BUFFER)
    assert [page.sequence for page in pages] == list(range(6))
    assert {(page.image, page.job, page.size_bytes) for page in pages} == {
        (A4_300, None, MemoryBlobs.SIZE_BYTES)
    }
    assert events == [
        DocumentChanged(ALICE.owner, BUFFER, ONE),
        *(PageAdded(ALICE.owner, BUFFER, ONE, page.id, page.sequence) for page in pages),
    ]


async def test_pages_are_synced_before_they_are_there(core: FakeCore, source: Path) -> None:
    core.store.catalogue.writing.shut()
    loading = asyncio.create_task(core.loading.load(ALICE, source, instance=ONE))
    await core.store.catalogue.writing.reached()
    assert len(core.store.blobs.synced) == 6
    assert core.documents.buffer(ALICE, ONE) is None
    core.store.catalogue.writing.open()
    await loading


async def test_only_so_many_pages_are_loaded_at_once(core: FakeCore, source: Path) -> None:
    for number in range(6):
        core.pages.loading[number].shut()
    loading = asyncio.create_task(core.loading.load(ALICE, source, instance=ONE))
    await core.pages.loading[0].reached()
    await idle()
    waiting = [core.pages.loading[number].waiting for number in range(6)]
    assert waiting == [1] * SIDE_BY_SIDE + [0] * (6 - SIDE_BY_SIDE)
    for number in range(6):
        core.pages.loading[number].open()
    assert len(await loading) == 6


async def test_a_file_of_no_document_makes_one(core: FakeCore, source: Path) -> None:
    pages = await core.loading.load(ALICE, source)
    document = core.documents.get(ALICE, pages[0].document)
    assert (document.owner, document.instance, len(document.pages)) == (ALICE.owner, None, 6)


async def test_pages_come_to_a_place_in_a_document(core: FakeCore, source: Path) -> None:
    first = await core.loading.load(ALICE, source)
    document = first[0].document
    more = await core.loading.load(ALICE, source, document=document, at=1)
    assert core.documents.get(ALICE, document).pages == tuple(
        page.id for page in (first[0], *more, *first[1:])
    )


async def test_one_damaged_page_lets_none_of_the_file_stay(core: FakeCore, source: Path) -> None:
    core.pages.loading[4].fault = DamagedImage()
    with recorded(core.hub) as events, pytest.raises(DamagedImage):
        await core.loading.load(ALICE, source, instance=ONE)
    assert core.documents.buffer(ALICE, ONE) is None
    assert core.store.blobs.synced == set()
    assert events == []


async def test_a_file_that_finds_no_room_leaves_nothing(core: FakeCore, source: Path) -> None:
    core.store.room.pages = 3
    with pytest.raises(StoreFull):
        await core.loading.load(ALICE, source, instance=ONE)
    assert core.store.blobs.synced == set()
    assert {owner for _, owner in core.store.room.reserved} == {ALICE.owner}


async def test_a_file_whose_rows_cannot_be_written_leaves_nothing(
    core: FakeCore, source: Path
) -> None:
    core.store.catalogue.writing.fault = StoreFull()
    with pytest.raises(StoreFull):
        await core.loading.load(ALICE, source, instance=ONE)
    assert core.documents.all_pages() == frozenset()
    assert core.store.blobs.synced == set()


async def test_a_file_with_more_pages_than_a_document_holds_is_not_begun(
    tmp_path: Path,
) -> None:
    core = FakeCore.assemble(tmp_path, pages_at_most=5)
    core.pages.sources[b"six"] = 6
    path = tmp_path / "source"
    path.write_bytes(b"six")
    async with core.running():
        with pytest.raises(StoreFull, match="at most 5 pages"):
            await core.loading.load(ALICE, path, instance=ONE)
    assert core.store.room.reserved == []


async def test_what_is_no_image_is_refused(core: FakeCore, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(b"other")
    with pytest.raises(UnsupportedImage):
        await core.loading.load(ALICE, path, instance=ONE)


async def test_nothing_is_loaded_to_where_it_cannot_come(core: FakeCore, source: Path) -> None:
    theirs = await core.describing.create(BOB)
    with pytest.raises(NotFound):
        await core.loading.load(ALICE, source, document=theirs.id)
    with pytest.raises(InvalidParameter, match="buffer"):
        await core.loading.load(ALICE, source, instance=ONE, document=theirs.id)
    with pytest.raises(IndexOutOfRange):
        await core.loading.load(ALICE, source, instance=ONE, at=1)
    assert core.store.room.reserved == []


async def test_who_goes_away_while_pages_are_loaded_leaves_nothing(
    core: FakeCore, source: Path
) -> None:
    core.pages.loading[5].shut()
    loading = asyncio.create_task(core.loading.load(ALICE, source, instance=ONE))
    await core.pages.loading[5].reached()
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    assert core.documents.buffer(ALICE, ONE) is None
    assert core.store.blobs.synced == set()


async def test_who_goes_away_while_pages_are_committed_has_them(
    core: FakeCore, source: Path
) -> None:
    core.store.catalogue.writing.shut()
    loading = asyncio.create_task(core.loading.load(ALICE, source, instance=ONE))
    await core.store.catalogue.writing.reached()
    loading.cancel()
    await idle()
    core.store.catalogue.writing.open()
    await core.collection.close()
    buffer = core.documents.buffer(ALICE, ONE)
    assert buffer is not None
    assert set(buffer.pages) == core.store.blobs.synced
    assert len(buffer.pages) == 6


async def test_a_document_that_goes_while_pages_are_loaded_for_it_gets_none(
    core: FakeCore, source: Path
) -> None:
    document = (await core.describing.create(ALICE)).id
    core.pages.loading[5].shut()
    loading = asyncio.create_task(core.loading.load(ALICE, source, document=document))
    await core.pages.loading[5].reached()
    await core.documents.remove(document)
    core.pages.loading[5].open()
    with pytest.raises(NotFound):
        await loading
    assert core.store.blobs.synced == set()
