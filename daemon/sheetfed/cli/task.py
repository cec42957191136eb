"""Task: a long call's work, watched from its start to its end."""

import asyncio
from typing import Any

from sheetfed.bus.contract import TASK
from sheetfed.cli.exits import Exit, Stop, of_error
from sheetfed.cli.follow import FINAL, cancel_when, next_change
from sheetfed.cli.interrupts import interrupts
from sheetfed.cli.progress import TaskBar
from sheetfed.cli.remote import Remote


async def finished(remote: Remote, path: str, *, doing: str) -> Any:
    """What came of it; `doing` is said meanwhile. Raises Stop when it failed or was canceled."""
    now: dict[str, Any] = {}
    with interrupts() as canceled, TaskBar(doing) as bar:
        cancel = asyncio.create_task(cancel_when(remote, path, TASK, canceled))
        try:
            while now.get("State") not in FINAL:
                now |= await next_change(remote, path, TASK)
                bar.tell(now["Progress"])
        finally:
            cancel.cancel()
            await asyncio.wait({cancel})
    if now["State"] == "canceled":
        raise Stop(Exit.CANCELED, "canceled")
    if now["State"] == "failed":
        raise Stop(of_error(now["Error"]), now["Message"])
    return now["Result"]
