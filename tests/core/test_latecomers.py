"""Latecomers: a page for which there was no room comes when there is some, without a restart."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.test_intake import pages, spooled
from fakes.clock import FakeClock
from fakes.core import FakeCore
from fakes.gate import until
from sheetfed.core.errors import DamagedImage, StoreFull
from sheetfed.core.latecomers import FIRST_S, LONGEST_S, Latecomers


@pytest.fixture
async def clock(core: FakeCore) -> AsyncIterator[FakeClock]:
    """That of latecomers who are looked after."""
    clock = FakeClock(is_manual=True)
    task = asyncio.create_task(Latecomers(intake=core.intake, clock=clock).run())
    yield clock
    task.cancel()
    await asyncio.wait({task})


async def tried_again(clock: FakeClock) -> float:
    """After how many seconds."""
    await until(lambda: clock.slept)
    pause_s = clock.slept.pop()
    clock.advance(pause_s)
    return pause_s


async def test_a_page_that_found_no_room_is_in_its_document_later(
    core: FakeCore, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    core.store.catalogue.writing.fault = StoreFull()
    with pytest.raises(StoreFull):
        await core.intake.commit(await core.intake.prepare(await spooled(core, "a")))
    core.store.catalogue.writing.fault = None
    await tried_again(clock)
    await until(lambda: "a" in core.collection.pages)
    assert pages(core) == ("a",)
    await until(lambda: not core.store.spools.kept)
    await until(lambda: "1 pages that had to wait are in their documents" in caplog.text)


async def test_it_is_tried_ever_more_rarely_until_something_comes(
    core: FakeCore, clock: FakeClock
) -> None:
    core.store.blobs.syncing.fault = StoreFull()
    with pytest.raises(StoreFull):
        await core.intake.prepare(await spooled(core, "a"))
    pauses = [await tried_again(clock) for _ in range(9)]
    assert pauses[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert pauses[-1] == LONGEST_S
    core.store.blobs.syncing.fault = None
    await until(lambda: "a" in core.collection.pages)
    core.store.blobs.syncing.fault = StoreFull()
    with pytest.raises(StoreFull):
        await core.intake.prepare(await spooled(core, "b"))
    assert await tried_again(clock) == FIRST_S


async def test_a_page_that_failed_at_the_start_comes_later_too(
    core: FakeCore, clock: FakeClock
) -> None:
    await spooled(core, "a")
    core.store.blobs.syncing.fault = ValueError("a bug")
    assert await core.intake.recover() == 0
    core.store.blobs.syncing.fault = None
    await tried_again(clock)
    await until(lambda: "a" in core.collection.pages)


async def test_a_damaged_page_is_left_for_the_next_start(core: FakeCore) -> None:
    core.pages.ingesting[0].fault = DamagedImage()
    with pytest.raises(DamagedImage):
        await core.intake.prepare(await spooled(core, "a"))
    assert not core.intake.has_late.is_set()
    assert core.intake.late == 0
    assert list(core.store.spools.kept) == ["a"]


async def test_nobody_waits_for_what_is_not_there(core: FakeCore, clock: FakeClock) -> None:
    core.store.blobs.syncing.fault = StoreFull()
    with pytest.raises(StoreFull):
        await core.intake.prepare(await spooled(core, "a"))
    core.store.blobs.syncing.fault = None
    core.pages.ingesting[1].fault = DamagedImage()
    await tried_again(clock)
    await until(lambda: not core.intake.has_late.is_set())
    assert clock.sleeping == 0
