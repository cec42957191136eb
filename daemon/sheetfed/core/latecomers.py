"""Latecomers: pages that were read and found no room are taken in when there is some."""

import logging
from typing import Final

from sheetfed.core.intake import Intake
from sheetfed.core.ports import Clock

FIRST_S: Final = 5.0
LONGEST_S: Final = 600.0

log = logging.getLogger(__name__)


class Latecomers:
    """Tries again, soon at first, then ever more rarely until something comes."""

    def __init__(self, *, intake: Intake, clock: Clock) -> None:
        self._intake = intake
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        pause_s = FIRST_S
        while True:
            await self._intake.has_late.wait()
            await self._clock.sleep(pause_s)
            taken = await self._intake.retry()
            if taken:
                log.warning("%d pages that had to wait are in their documents", taken)
            is_done = taken or not self._intake.has_late.is_set()
            pause_s = FIRST_S if is_done else min(2 * pause_s, LONGEST_S)
