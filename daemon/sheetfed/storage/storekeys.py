"""Store keys: what cannot be read any more when the service starts with other keys than before."""

import asyncio
from collections.abc import Set as AbstractSet

from sheetfed.core.model import PageId
from sheetfed.sealed.keyring import Keyring
from sheetfed.storage import faults
from sheetfed.storage.blobs import Blobs
from sheetfed.storage.keymarks import KeyMarks
from sheetfed.storage.spools import Spools


class StoreKeys:
    def __init__(self, *, marks: KeyMarks, keyring: Keyring, blobs: Blobs, spools: Spools) -> None:
        self._marks = marks
        self._keyring = keyring
        self._blobs = blobs
        self._spools = spools

    async def lost(self, pages: AbstractSet[PageId]) -> tuple[frozenset[PageId], int]:
        """Which of these pages no key will ever open again, and how many spools, which are
        removed. Only a store whose last session's key is gone is looked through."""
        if not self._marks.is_lost(self._keyring):
            return frozenset(), 0
        return await self._blobs.lost(pages), await self._spools.drop_lost()

    async def settle(self) -> None:
        """What was lost has been given up: from now on the present keys are the store's."""
        try:
            await asyncio.to_thread(self._marks.save, self._keyring)
        except OSError as error:
            # The next start looks for lost pages again, as long as there was an earlier mark.
            faults.told(error, "it cannot be noted which keys the store has")
