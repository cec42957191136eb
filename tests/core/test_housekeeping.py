"""Housekeeping: rounds every hour, and none that ends it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from fakes.core import ALICE, ALICE_ON_THE_WEB
from fakes.gate import until
from fakes.grants import MemoryGrantBook
from fakes.shelf import Shelf
from fakes.store import MemoryJobLog
from sheetfed.core.errors import StoreFull
from sheetfed.core.grants import Grants
from sheetfed.core.housekeeping import EVERY_S, Housekeeping
from sheetfed.core.ledger import Ledger

DAY_S = 24 * 3600.0


@pytest.fixture
async def kept(shelf: Shelf) -> AsyncIterator[Shelf]:
    """A shelf on which house is kept; its clock is moved by the test."""
    task = asyncio.create_task(housekeeper(shelf).run())
    await until(lambda: shelf.clock.sleeping == 1)
    yield shelf
    task.cancel()
    await asyncio.wait({task})


def housekeeper(shelf: Shelf) -> Housekeeping:
    shelf.clock.is_manual = True
    return Housekeeping(
        documents=shelf.documents,
        collection=shelf.collection,
        ledger=Ledger(joblog=MemoryJobLog(), hub=shelf.hub, clock=shelf.clock),
        grants=Grants(book=MemoryGrantBook(), hub=shelf.hub, clock=shelf.clock),
        clock=shelf.clock,
        keep_browser_s=DAY_S,
        keep_other_s=7 * DAY_S,
    )


async def next_round(shelf: Shelf, seconds: float = EVERY_S) -> None:
    before = len(shelf.clock.slept)
    shelf.clock.advance(seconds)
    await until(lambda: len(shelf.clock.slept) > before)


async def test_a_web_pages_document_goes_after_a_day_and_others_stay(
    kept: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await kept.add("web", caller=ALICE_ON_THE_WEB)
    await kept.add("desk", caller=ALICE)
    await next_round(kept, DAY_S + EVERY_S)
    assert [d.owner for d in kept.documents.visible_to(ALICE)] == [ALICE.owner]
    assert kept.documents.visible_to(ALICE_ON_THE_WEB) == []
    assert "1 documents were removed, unused for too long" in caplog.text


@pytest.mark.parametrize("by_s", [50 * 365 * DAY_S, -50 * 365 * DAY_S])
async def test_a_clock_that_is_set_lets_no_document_grow_old(
    kept: Shelf, caplog: pytest.LogCaptureFixture, by_s: float
) -> None:
    await kept.add("web", caller=ALICE_ON_THE_WEB)
    kept.clock.set(by_s)
    await next_round(kept)
    assert "the clock was set" in caplog.text
    assert len(kept.documents.visible_to(ALICE_ON_THE_WEB)) == 1
    await next_round(kept, DAY_S - EVERY_S)
    assert len(kept.documents.visible_to(ALICE_ON_THE_WEB)) == 1
    await next_round(kept, 2 * EVERY_S)
    assert kept.documents.visible_to(ALICE_ON_THE_WEB) == []


async def test_a_round_on_a_full_disk_is_tried_again(
    kept: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    await kept.add("web", caller=ALICE_ON_THE_WEB)
    kept.catalogue.writing.fault = StoreFull()
    await next_round(kept, DAY_S + EVERY_S)
    assert "waits for the next hour" in caplog.text
    assert len(kept.documents.visible_to(ALICE_ON_THE_WEB)) == 1
    kept.catalogue.writing.fault = None
    await next_round(kept)
    assert kept.documents.visible_to(ALICE_ON_THE_WEB) == []


async def test_how_long_documents_are_kept_can_change(shelf: Shelf) -> None:
    await shelf.add("desk", caller=ALICE)
    housekeeping = housekeeper(shelf)
    housekeeping.change(keep_browser_s=DAY_S, keep_other_s=60.0)
    shelf.clock.advance(61)
    task = asyncio.create_task(housekeeping.run())
    await until(lambda: shelf.clock.sleeping == 1)
    task.cancel()
    await asyncio.wait({task})
    assert shelf.documents.visible_to(ALICE) == []
