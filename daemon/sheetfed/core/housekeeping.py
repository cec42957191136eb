"""Housekeeping: every hour, what nobody used for long goes, and late notes are written down."""

import logging
from typing import Final

from sheetfed.core.collection import Collection
from sheetfed.core.documents import Documents
from sheetfed.core.errors import ScanError
from sheetfed.core.grants import Grants
from sheetfed.core.ledger import Ledger
from sheetfed.core.ports import Clock

EVERY_S: Final = 3600.0
SET_BY_S: Final = 600.0
"""A clock that runs wrong is corrected by less; one that was set by more says nothing of how long
documents were not used."""

log = logging.getLogger(__name__)


class Housekeeping:
    """A round that fails, on a full disk say, is tried again in the next hour."""

    def __init__(
        self,
        *,
        documents: Documents,
        collection: Collection,
        ledger: Ledger,
        grants: Grants,
        clock: Clock,
        keep_browser_s: float,
        keep_other_s: float,
    ) -> None:
        """Documents of web pages are kept so long after their last use, and so long others."""
        self._documents = documents
        self._collection = collection
        self._ledger = ledger
        self._grants = grants
        self._clock = clock
        self._keep_browser_s = keep_browser_s
        self._keep_other_s = keep_other_s
        self._began = clock.now() - clock.running_s()

    def change(self, keep_browser_s: float, keep_other_s: float) -> None:
        """From the next round on."""
        self._keep_browser_s = keep_browser_s
        self._keep_other_s = keep_other_s

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._round()
            except ScanError as error:
                log.warning("keeping house waits for the next hour: %s", error.message)
            await self._clock.sleep(EVERY_S)

    async def _round(self) -> None:
        self._mind_the_clock()
        gone = await self._documents.expire(
            browser_s=self._keep_browser_s, other_s=self._keep_other_s
        )
        if gone:
            log.info("%d documents were removed, unused for too long", gone)
        await self._collection.save_late()
        await self._grants.save_late()
        await self._ledger.forget_old()

    def _mind_the_clock(self) -> None:
        """Whoever sets it does not thereby let documents grow old."""
        began = self._clock.now() - self._clock.running_s()
        if abs(began - self._began) > SET_BY_S:
            self._began = began
            log.warning("the clock was set: documents are kept as if they had been used now")
            self._collection.use_all()
