"""Looks: a look for scanners that a caller waits for so long, and that goes on without him."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

from sheetfed.core.ownedtasks import OwnedTasks

LOOK_DEADLINE_S: Final = 10.0
"""After this a call is answered, well before the 25 s for which D-Bus clients wait."""

log = logging.getLogger(__name__)


class Looks:
    """The looks that callers asked for; they are owned here and end with the door."""

    def __init__(self, *, deadline_s: float = LOOK_DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._tasks = OwnedTasks()

    async def wait(self, look: Coroutine[Any, Any, None]) -> None:
        """Return when it is done, or at the deadline. Raises what it raises until then; what it
        raises later is logged."""
        task = self._tasks.begin(look)
        try:
            await asyncio.wait({task}, timeout=self._deadline_s)
        finally:
            if not task.done():
                task.add_done_callback(_log_failure)
        if task.done():
            task.result()

    async def close(self) -> None:
        """Give up those under way; a second time is no error."""
        await self._tasks.cancel()


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.warning("a look for scanners that nobody waits for failed: %s", task.exception())
