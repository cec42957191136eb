"""Intake: a spooled page becomes a page of its document, committed before anyone is told."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sheetfed.core.corrections import Corrections, TouchedUp
from sheetfed.core.documents import Documents
from sheetfed.core.errors import DamagedImage, ScanError
from sheetfed.core.meter import NO_METER, Meter, Step
from sheetfed.core.model import DocumentId, Image, JobId, Page, PageId, PageTicket
from sheetfed.core.ports import Blobs, PageFiles, Pages, Spool, Spools

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A spooled page whose master and preview are on the disk, not yet in the catalogue."""

    spool: Spool
    image: Image
    size_bytes: int
    touched_up: TouchedUp


class Intake:
    """Pages are prepared side by side and committed in their order."""

    def __init__(
        self,
        *,
        imaging: Pages,
        corrections: Corrections,
        blobs: Blobs,
        spools: Spools,
        documents: Documents,
        meter: Meter = NO_METER,
    ) -> None:
        self._imaging = imaging
        self._corrections = corrections
        self._blobs = blobs
        self._spools = spools
        self._documents = documents
        self._meter = meter
        self._expected: dict[PageId, DocumentId] = {}
        self._late: dict[PageId, Spool] = {}
        self._trying: dict[JobId, asyncio.Task[bool]] = {}
        self.has_late = asyncio.Event()
        """Set while pages wait for another try."""

    def expect(self, ticket: PageTicket) -> None:
        """Before the sheet is fed: a page that was read has to find its place in the document,
        beside those that are under way to it, of whatever job.

        Raises StoreFull. The place is free again when the page is committed or fails.
        """
        under_way = sum(document == ticket.document for document in self._expected.values())
        self._documents.require_room(ticket.document, ticket.owner, under_way + 1)
        self._expected[ticket.page] = ticket.document

    @property
    def late(self) -> int:
        """How many pages that were read wait for another try."""
        return len(self._late)

    def unexpect(self, ticket: PageTicket) -> None:
        """The page will not come: it was not read."""
        self._expected.pop(ticket.page, None)

    async def prepare(self, spool: Spool) -> Prepared:
        """Encode, touch up and sync. On an error the spool stays, to be tried again."""
        page, wanted = spool.ticket.page, spool.ticket.touch_up
        files = PageFiles(self._blobs.master(page), self._blobs.preview(page))
        with self._kept(spool):
            with self._meter.timed(Step.ENCODING):
                image = await self._imaging.ingest(spool.path, files.master, files.preview)
            touched_up = await self._corrections.touched_up(files, image, wanted)
            with self._meter.timed(Step.SYNCING):
                size_bytes = 0 if touched_up.is_blank else await self._blobs.sync(page)
        return Prepared(spool, image, size_bytes, touched_up)

    async def commit(self, prepared: Prepared) -> Page | None:
        """None for a blank page, which is gone then. On an error the spool stays."""
        with self._kept(prepared.spool):
            page = await self._commit(prepared)
        self.unexpect(prepared.spool.ticket)
        return page

    async def _commit(self, prepared: Prepared) -> Page | None:
        ticket = prepared.spool.ticket
        page = None
        if prepared.touched_up.is_blank:
            await self._blobs.drop(ticket.page)
        else:
            page = Page(
                id=ticket.page,
                document=ticket.document,
                job=ticket.job,
                sequence=ticket.sequence,
                image=prepared.image,
                size_bytes=prepared.size_bytes,
                created=ticket.created,
                edits=prepared.touched_up.edits,
            )
        # While the spool is there, a start would bring the page back.
        with self._documents.settling(ticket.page):
            if page is not None:
                with self._meter.timed(Step.COMMITTING):
                    await self._documents.append(page, ticket.owner, ticket.instance)
            await self._spools.drop(prepared.spool)
        return page

    async def recover(self) -> int:
        """After a start: take in every page that was fully read; returns how many came."""
        taken = 0
        for spool in await self._spools.complete():
            if self._documents.knows(spool.ticket.page):
                await self._spools.drop(spool)
            else:
                taken += await self._taken(spool)
        return taken

    async def retry(self) -> int:
        """Take in what is late; returns how many pages came."""
        taken = 0
        for page in tuple(self._late):
            spool = self._late.pop(page, None)
            if spool is not None:
                taken += await self._tried(spool)
        if not self._late:
            self.has_late.clear()
        return taken

    async def give_up(self, job: JobId) -> None:
        """What is late of this job comes no more; what is being tried has come or not by then."""
        while (trying := self._trying.get(job)) is not None and not trying.done():
            await asyncio.wait({trying})
        late = [spool for spool in self._late.values() if spool.ticket.job == job]
        for spool in late:
            del self._late[spool.ticket.page]
        for spool in late:
            await self._blobs.drop(spool.ticket.page)
            await self._spools.drop(spool)

    async def _tried(self, spool: Spool) -> bool:
        job = spool.ticket.job
        self._trying[job] = asyncio.create_task(self._taken(spool))
        try:
            return await self._trying[job]
        finally:
            del self._trying[job]

    async def _taken(self, spool: Spool) -> bool:
        try:
            return await self.commit(await self.prepare(spool)) is not None
        except ScanError as error:
            log.warning("a page that was read waits: %s", error.message)
        except Exception:
            log.exception("a page that was read could not be taken in, it waits")
        return False

    @contextmanager
    def _kept(self, spool: Spool) -> Iterator[None]:
        """Whatever goes wrong, the page is late. One that is damaged waits for the next start."""
        try:
            yield
        except DamagedImage:
            self.unexpect(spool.ticket)
            raise
        except Exception:
            self.unexpect(spool.ticket)
            self._late[spool.ticket.page] = spool
            self.has_late.set()
            raise
