"""Surely: work goes on to its end, and a cancel is told afterwards."""

import asyncio

import pytest

from sheetfed.core.surely import surely


async def test_what_the_work_raises_is_raised() -> None:
    async def work() -> None:
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        await surely(work())


async def test_a_cancel_waits_until_the_work_is_done() -> None:
    begun, may_end, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await may_end.wait()
        done.set()

    caller = asyncio.create_task(surely(work()))
    await begun.wait()
    caller.cancel()
    await asyncio.sleep(0)
    caller.cancel()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert done.is_set()


async def test_time_outs_of_the_work_are_its_own_in_a_task_that_was_cancelled() -> None:
    told: list[str] = []

    async def work() -> None:
        try:
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()
        except TimeoutError:
            told.append("time is over")

    async def cleaning_up() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await surely(work())

    caller = asyncio.create_task(cleaning_up())
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert told == ["time is over"]
