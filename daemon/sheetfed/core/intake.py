"""Intake: a spooled page becomes a page of its document, committed before anyone is told."""

import logging
from dataclasses import dataclass

from sheetfed.core.documents import Documents
from sheetfed.core.errors import ScanError
from sheetfed.core.model import Image, Page
from sheetfed.core.ports import Blobs, Pages, Spool, Spools

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A spooled page whose master and preview are on the disk, not yet in the catalogue."""

    spool: Spool
    image: Image
    size_bytes: int


class Intake:
    """Pages are prepared side by side and committed in their order."""

    def __init__(
        self, *, imaging: Pages, blobs: Blobs, spools: Spools, documents: Documents
    ) -> None:
        self._imaging = imaging
        self._blobs = blobs
        self._spools = spools
        self._documents = documents

    async def prepare(self, spool: Spool) -> Prepared:
        """Encode and sync. On an error the spool stays, for the next start to try again."""
        page = spool.ticket.page
        image = await self._imaging.ingest(
            spool.path, self._blobs.master(page), self._blobs.preview(page)
        )
        return Prepared(spool, image, await self._blobs.sync(page))

    async def commit(self, prepared: Prepared) -> Page:
        page = await self._documents.append(
            prepared.spool.ticket, prepared.image, prepared.size_bytes
        )
        await self._spools.drop(prepared.spool)
        return page

    async def recover(self) -> int:
        """After a start: take in every page that was fully read; returns how many came."""
        taken = 0
        for spool in await self._spools.complete():
            if self._documents.knows(spool.ticket.page):
                await self._spools.drop(spool)
                continue
            try:
                await self.commit(await self.prepare(spool))
            except ScanError as error:
                log.warning("a page read before the restart waits: %s", error.message)
            except Exception:
                log.exception("a page read before the restart could not be taken in, it waits")
            else:
                taken += 1
        return taken
