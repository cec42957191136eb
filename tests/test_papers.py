"""Papers: what is under way with documents ends before the store does."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.core import ADMIN, ALICE
from fakes.gate import idle
from fakes.pages import A4_300, FakePages
from sheetfed.core.events import Hub
from sheetfed.core.meter import NO_METER
from sheetfed.core.model import InstanceId, Page, PageId
from sheetfed.core.renders import fitted
from sheetfed.papers import Papers
from sheetfed.storage.store import Store

ONE = InstanceId("1")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "store", cache=tmp_path / "cache") as store:
        yield store


@pytest.fixture
def imaging() -> FakePages:
    return FakePages()


@pytest.fixture
def papers(store: Store, imaging: FakePages) -> Papers:
    return Papers(
        store=store,
        imaging=imaging,
        hub=Hub(),
        clock=FakeClock(),
        pages_at_most=100,
        instances_at_most=100,
        meter=NO_METER,
    )


async def page(papers: Papers, store: Store) -> Page:
    """One that is stored."""
    name = PageId("p1")
    for path in (store.blobs.master(name), store.blobs.preview(name)):
        path.write_bytes(b"pixels")
    document = papers.documents.to_fill(ALICE, ONE)
    size_bytes = await store.blobs.sync(name)
    return await papers.documents.append(
        Page(name, document, None, 0, A4_300, size_bytes, 1.0), ALICE.owner, ONE
    )


async def test_closing_waits_for_a_change_of_the_documents(papers: Papers) -> None:
    done = asyncio.Event()
    changing = asyncio.create_task(papers.collection.whole(done.wait()))
    await idle()
    closing = asyncio.create_task(papers.close())
    await idle()
    assert not closing.done()
    done.set()
    await closing
    assert changing.done()


async def test_closing_waits_for_what_is_being_rendered(
    papers: Papers, store: Store, imaging: FakePages
) -> None:
    render = fitted(await page(papers, store), 100, 100, None)
    imaging.rendering.shut()
    looking = asyncio.create_task(papers.renders.read(render))
    await imaging.rendering.reached()
    closing = asyncio.create_task(papers.close())
    await idle()
    assert not closing.done()
    imaging.rendering.open()
    await closing
    assert await looking


async def test_closing_ends_an_export_that_nobody_reads(papers: Papers, store: Store) -> None:
    await page(papers, store)
    master = store.blobs.master(PageId("p1"))
    await asyncio.to_thread(master.write_bytes, bytes(8 << 20))
    exporting = papers.storekeeping.export(ADMIN, everybody=True)
    with open(exporting.descriptor, "rb"):
        await papers.close()
        assert exporting.ended.done()
