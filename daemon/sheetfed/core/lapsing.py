"""Lapsing: grants and requests end when their time has come, and are written down."""

import asyncio
import logging
from typing import Final

from sheetfed.core.errors import ScanError
from sheetfed.core.grants import Grants
from sheetfed.core.ports import Clock

SETTLE_S: Final = 1.0
"""Requests that come in a burst are written down together."""

REST_AT_MOST_S: Final = 3600.0
"""The time of day is looked at so often while something is to end: a sleep that a suspended
machine sleeps, too, is too long."""

log = logging.getLogger(__name__)


class Lapsing:
    """Rests while there is nothing that will end."""

    def __init__(self, *, grants: Grants, clock: Clock) -> None:
        self._grants = grants
        self._clock = clock
        self._changed = asyncio.Event()
        grants.watch(self._changed.set)

    async def run(self) -> None:
        """Until cancelled. What cannot be written down now is tried again at the next change."""
        while True:
            next_end = self._grants.lapse()
            self._changed.clear()
            try:
                await self._grants.save_late()
            except ScanError as error:
                log.warning("requests of web origins are not recorded: %s", error.message)
            await self._rest(next_end)

    async def _rest(self, next_end: float | None) -> None:
        waits = [asyncio.create_task(self._change())]
        if next_end is not None:
            rest_s = min(max(0.0, next_end - self._clock.now()), REST_AT_MOST_S)
            waits.append(asyncio.create_task(self._clock.sleep(rest_s)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.wait(waits)
        if self._changed.is_set():
            await self._clock.sleep(SETTLE_S)

    async def _change(self) -> None:
        await self._changed.wait()
