"""Conveyor: pages side by side, committed in their order, never too many."""

import asyncio

import pytest

from fakes.core import ALICE, FakeCore
from fakes.gate import idle, until
from sheetfed.core import ids
from sheetfed.core.conveyor import PAGES_AT_MOST, Conveyor
from sheetfed.core.errors import DamagedImage, InternalError, StoreFull
from sheetfed.core.model import DocumentId, JobId, Page, PageId, PageTicket

DOCUMENT = DocumentId("d1")


class Belt:
    """A conveyor of this core, and what came off it."""

    def __init__(self, core: FakeCore) -> None:
        self.core = core
        self.committed: list[Page] = []
        self.conveyor = Conveyor(intake=core.intake, committed=self.committed.append)
        self._count = 0

    async def put(self, number_of_pages: int = 1) -> None:
        for _ in range(number_of_pages):
            await self.conveyor.room()
            ticket = PageTicket(
                page=ids.new_page(),
                job=JobId("j1"),
                sequence=self._count,
                document=DOCUMENT,
                owner=ALICE.owner,
                instance=None,
                created=0.0,
            )
            self._count += 1
            self.conveyor.put(await self.core.store.spools.create(ticket))

    @property
    def sequences(self) -> list[int]:
        return [page.sequence for page in self.committed]

    @property
    def stored(self) -> tuple[PageId, ...]:
        return self.core.documents.get(ALICE, DOCUMENT).pages


@pytest.fixture
def belt(core: FakeCore) -> Belt:
    return Belt(core)


async def test_an_unused_conveyor_is_empty(belt: Belt) -> None:
    await belt.conveyor.empty()


async def test_pages_are_committed_and_told_in_order_when_a_later_one_is_ready_first(
    belt: Belt,
) -> None:
    belt.core.pages.ingesting[0].shut()
    await belt.put(3)
    await idle()
    assert len(belt.core.pages.ingested) == 3
    assert belt.committed == []
    belt.core.pages.ingesting[0].open()
    await belt.conveyor.empty()
    assert belt.sequences == [0, 1, 2]
    assert belt.stored == tuple(page.id for page in belt.committed)


async def test_a_page_that_fails_does_not_let_later_ones_pass_earlier_ones(belt: Belt) -> None:
    belt.core.pages.ingesting[0].shut()
    belt.core.pages.ingesting[1].fault = DamagedImage()
    await belt.put(3)
    await idle()
    assert belt.committed == []
    belt.core.pages.ingesting[0].open()
    await belt.conveyor.empty()
    assert belt.sequences == [0, 2]


async def test_it_is_not_empty_while_a_page_before_a_failed_one_is_on_it(belt: Belt) -> None:
    belt.core.pages.ingesting[0].shut()
    belt.core.pages.ingesting[1].fault = DamagedImage()
    await belt.put(2)
    emptying = asyncio.create_task(belt.conveyor.empty())
    await idle()
    assert not emptying.done()
    belt.core.pages.ingesting[0].open()
    await emptying
    assert belt.sequences == [0]


async def test_there_is_room_for_a_bounded_number_of_pages(belt: Belt) -> None:
    belt.core.pages.ingesting[0].shut()
    await belt.put(PAGES_AT_MOST)
    waiting = asyncio.create_task(belt.conveyor.room())
    await idle()
    assert not waiting.done()
    belt.core.pages.ingesting[0].open()
    await waiting
    belt.conveyor.unused()
    await belt.conveyor.empty()


async def test_room_that_no_page_came_for_is_given_back(belt: Belt) -> None:
    for _ in range(PAGES_AT_MOST + 1):
        await belt.conveyor.room()
        belt.conveyor.unused()


async def test_one_who_waits_for_room_and_is_cancelled_takes_none(belt: Belt) -> None:
    belt.core.pages.ingesting[0].shut()
    await belt.put(PAGES_AT_MOST)
    waiting = asyncio.create_task(belt.conveyor.room())
    await idle()
    waiting.cancel()
    belt.core.pages.ingesting[0].open()
    await belt.conveyor.empty()
    for _ in range(PAGES_AT_MOST):
        await belt.conveyor.room()


async def test_after_a_failure_there_is_no_room_and_the_first_failure_is_said(belt: Belt) -> None:
    belt.core.pages.ingesting[0].fault = StoreFull()
    belt.core.pages.ingesting[1].fault = DamagedImage()
    await belt.put(2)
    await belt.conveyor.empty()
    for _ in range(PAGES_AT_MOST + 1):
        with pytest.raises(StoreFull):
            await belt.conveyor.room()


async def test_a_failure_reaches_one_who_waits_for_room(belt: Belt) -> None:
    belt.core.pages.ingesting[0].shut()
    belt.core.pages.ingesting[0].fault = DamagedImage()
    await belt.put(PAGES_AT_MOST)
    waiting = asyncio.create_task(belt.conveyor.room())
    await until(lambda: len(belt.core.pages.ingested) == PAGES_AT_MOST)
    belt.core.pages.ingesting[0].open()
    with pytest.raises(DamagedImage):
        await waiting
    await belt.conveyor.empty()
    assert belt.sequences == [1, 2, 3]


async def test_a_failed_page_keeps_its_spool(belt: Belt) -> None:
    belt.core.pages.ingesting[0].fault = DamagedImage()
    await belt.put(2)
    await belt.conveyor.empty()
    assert [spool.ticket.sequence for spool in belt.core.store.spools.kept.values()] == [0]


async def test_a_bug_in_taking_a_page_in_is_logged_and_an_internal_error(
    belt: Belt, caplog: pytest.LogCaptureFixture
) -> None:
    belt.core.pages.ingesting[0].fault = RuntimeError("a bug")
    belt.core.pages.ingesting[1].fault = RuntimeError("another")
    await belt.put(2)
    await belt.conveyor.empty()
    assert isinstance(belt.conveyor.failure, InternalError)
    assert "RuntimeError: a bug" in caplog.text
