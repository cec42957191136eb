"""Asker: what a request begins is done on the behalf of whoever made the request."""

import asyncio

from fakes.core import ALICE, BOB
from sheetfed.core.asker import ASKER


async def test_the_service_itself_acts_for_nobody() -> None:
    assert ASKER.get() is None


async def test_a_task_is_on_the_behalf_of_who_began_it_whoever_asks_then() -> None:
    begins = asyncio.Event()

    async def work() -> object:
        await begins.wait()
        return ASKER.get()

    ASKER.set(ALICE.owner)
    task = asyncio.create_task(work())
    ASKER.set(BOB.owner)
    begins.set()
    assert await task == ALICE.owner
