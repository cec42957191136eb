"""Surely: work that is done to its end, whatever is called off meanwhile."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


async def surely(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Done to its end also when the caller is cancelled, which is told afterwards.

    In a task of its own: in one that was cancelled before, time-outs of Python 3.11.2 end as
    cancels.
    """
    task = asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    return task.result()
