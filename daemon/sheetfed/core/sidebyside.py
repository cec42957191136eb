"""Side by side: several pieces of work at once, a bounded number of them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


async def side_by_side(
    work: Callable[[_Given], Awaitable[_Made]], given: Iterable[_Given], *, at_most: int
) -> list[_Made]:
    """What the work makes of each, in order. Raises what the first that fails raises; nothing of
    it runs any more then."""
    turn = asyncio.Semaphore(at_most)

    async def one(item: _Given) -> _Made:
        async with turn:
            return await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(item)) for item in given]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
