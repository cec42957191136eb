"""Silence: work that tells its progress is called off when it has told nothing for too long."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

from sheetfed.core.errors import ScannerTimeout

Told = Callable[[int], None]


async def while_heard(
    work: Callable[[Told], Coroutine[object, object, None]],
    *,
    told: Told,
    silence_s: float | None,
    call_off: Callable[[], Awaitable[None]],
) -> None:
    """Do the work, for as long as it takes without a `silence_s`.

    Raises ScannerTimeout when it was called off, and what the work raises.
    """
    if silence_s is None:
        await work(told)
        return
    loop = asyncio.get_running_loop()
    heard = loop.time()

    def hear(percent: int) -> None:
        nonlocal heard
        heard = loop.time()
        told(percent)

    working = asyncio.create_task(work(hear))
    try:
        while not working.done():
            left_s = heard + silence_s - loop.time()
            if left_s > 0:
                await asyncio.wait({working}, timeout=left_s)
            else:
                await _called_off(working, call_off)
        working.result()
    finally:
        working.cancel()


async def _called_off(working: asyncio.Task[None], call_off: Callable[[], Awaitable[None]]) -> None:
    """What was done all the same is kept."""
    await call_off()
    await asyncio.wait({working})
    if working.cancelled() or working.exception() is not None:
        raise ScannerTimeout("the scanner was silent for too long")
