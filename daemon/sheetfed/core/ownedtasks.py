"""Owned tasks: whoever begins a task keeps it while it runs, and sees to its end."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class OwnedTasks:
    """The event loop alone would let a task go that nobody holds."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        """How many run."""
        return len(self._tasks)

    def begin(self, work: Coroutine[Any, Any, _Result]) -> asyncio.Task[_Result]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def whole(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Carry this out to its end, whatever becomes of the one who asked for it."""
        return await asyncio.shield(self.begin(work))

    async def ended(self, within_s: float | None = None) -> None:
        """Wait for the end of those that run now, no longer than this."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within_s)

    async def one_ended(self) -> None:
        """Wait for the end of any that runs now; there has to be one."""
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def cancel(self) -> None:
        """End those that run now, and wait for it."""
        for task in self._tasks:
            task.cancel()
        await self.ended()
