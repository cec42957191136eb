"""Background: the daemon's own tasks, ended with it."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from sheetfed.core.ownedtasks import OwnedTasks

log = logging.getLogger(__name__)


class Background:
    """A task that fails is logged; the daemon goes on."""

    def __init__(self) -> None:
        self._tasks = OwnedTasks()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.begin(work).add_done_callback(_log_failure)

    async def close(self) -> None:
        """Cancel every task and wait for its end; a second time is no error."""
        await self._tasks.cancel()


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a task of the daemon's failed", exc_info=task.exception())
