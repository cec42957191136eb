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
        gone = await self._documents.expire(
            browser_s=self._keep_browser_s, other_s=self._keep_other_s
        )
        if gone:
            log.info("%d documents were removed, unused for too long", gone)
        await self._collection.save_late()
        await self._grants.save_late()
        await self._ledger.forget_old()
