"""Conveyor: spooled pages on their way into the store, prepared side by side, kept in order."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from sheetfed.core.errors import InternalError, ScanError
from sheetfed.core.intake import Intake
from sheetfed.core.model import Page
from sheetfed.core.ports import Spool

PAGES_AT_MOST: Final = 4

log = logging.getLogger(__name__)


class Conveyor:
    """Takes a bounded number of pages; a page that fails does not hold up the ones behind it."""

    def __init__(self, *, intake: Intake, committed: Callable[[Page | None], None]) -> None:
        """`committed` is told each page in order, None for a blank one that was dropped."""
        self._intake = intake
        self._committed = committed
        self._room = asyncio.Semaphore(PAGES_AT_MOST)
        self._last: asyncio.Task[None] | None = None
        self.failure: ScanError | None = None

    async def room(self) -> None:
        """Wait for room for one more page. Raises what a page before it failed with."""
        await self._room.acquire()
        if self.failure is not None:
            self._room.release()
            raise self.failure

    def unused(self) -> None:
        """Give back the room that no page came for."""
        self._room.release()

    def put(self, spool: Spool) -> None:
        """Carry a page away; `room` was waited for."""
        self._last = asyncio.create_task(self._carry(spool, self._last))

    async def empty(self) -> None:
        """Wait until every page is committed or has failed."""
        if self._last is not None:
            await asyncio.wait({self._last})

    async def _carry(self, spool: Spool, before: asyncio.Task[None] | None) -> None:
        try:
            try:
                prepared = await self._intake.prepare(spool)
            finally:
                if before is not None:
                    await asyncio.wait({before})
            self._committed(await self._intake.commit(prepared))
        except ScanError as error:
            self.failure = self.failure or error
        except Exception:
            log.exception("a page could not be taken in; its spool file is kept")
            self.failure = self.failure or InternalError()
        finally:
            self._room.release()
