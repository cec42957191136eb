"""Lookout: looks for scanners anew when something asks for it, and for network ones in turns."""

import asyncio
from typing import Final

from sheetfed.core.ports import Clock
from sheetfed.core.scanners import Scanners

BURST_AT_MOST_S: Final = 5.0
"""A burst of wishes is waited out so long; a hub with many devices takes a second or two."""


class Lookout:
    """Many wishes at once are one look; a look that fails is not the last."""

    def __init__(
        self, *, scanners: Scanners, clock: Clock, network_every_s: float, settle_s: float = 1.0
    ) -> None:
        """A look begins when nobody has wished for one for `settle_s`; 0 turns the timer off."""
        self._scanners = scanners
        self._clock = clock
        self._network_every_s = network_every_s
        self._settle_s = settle_s
        self._wished = asyncio.Event()
        self._changed = asyncio.Event()
        scanners.when_stale(self.look)

    def look(self) -> None:
        """Look soon: a device has come or gone, or can be asked again."""
        self._wished.set()

    def change(self, network_every_s: float) -> None:
        """Take over a reloaded configuration's timer; it starts anew."""
        self._network_every_s = network_every_s
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._on_wishes())
            while True:
                timer = tasks.create_task(self._in_turns())
                await self._changed.wait()
                self._changed.clear()
                timer.cancel()

    async def _on_wishes(self) -> None:
        while True:
            await self._wished.wait()
            await self._settle()
            await self._scanners.refresh()

    async def _settle(self) -> None:
        left_s = BURST_AT_MOST_S
        while self._wished.is_set() and left_s > 0:
            self._wished.clear()
            pause_s = min(self._settle_s, left_s)
            await self._clock.sleep(pause_s)
            left_s -= pause_s
        self._wished.clear()

    async def _in_turns(self) -> None:
        while self._network_every_s > 0:
            await self._clock.sleep(self._network_every_s)
            if not self._scanners.is_refreshing:
                await self._scanners.refresh(network_only=True)
