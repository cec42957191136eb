"""Owned tasks: kept while they run, ended with their owner."""

import asyncio

import pytest

from fakes.gate import idle
from sheetfed.core.ownedtasks import OwnedTasks


async def test_a_task_is_kept_until_it_ends() -> None:
    tasks, go = OwnedTasks(), asyncio.Event()
    tasks.begin(go.wait())
    assert len(tasks) == 1
    go.set()
    await tasks.ended()
    assert len(tasks) == 0


async def test_the_end_is_waited_for_no_longer_than_is_said() -> None:
    tasks = OwnedTasks()
    tasks.begin(asyncio.Event().wait())
    await tasks.ended(within_s=0.01)
    assert len(tasks) == 1
    await tasks.cancel()
    assert len(tasks) == 0


async def test_to_end_nothing_is_no_error() -> None:
    await OwnedTasks().cancel()
    await OwnedTasks().ended()


async def test_work_is_done_to_its_end_whoever_stops_waiting() -> None:
    tasks, go, done = OwnedTasks(), asyncio.Event(), []

    async def work() -> str:
        await go.wait()
        done.append("all")
        return "told"

    waiting = [asyncio.create_task(tasks.whole(work())) for _ in range(2)]
    await idle()
    waiting[0].cancel()
    go.set()
    assert await waiting[1] == "told"
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    assert done == ["all", "all"]
