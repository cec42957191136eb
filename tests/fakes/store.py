"""A store in memory: catalogue, job log, blobs, spools and render cache."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from fakes.gate import Gate
from sheetfed.core import spoolfile
from sheetfed.core.errors import StoreFull
from sheetfed.core.job import Job
from sheetfed.core.model import Document, DocumentId, JobId, Owner, Page, PageId, PageTicket
from sheetfed.core.ports import Spool


class MemoryCatalogue:
    """The port Catalogue; every write passes the gate `writing`, those of pages `arranging` too."""

    def __init__(self) -> None:
        self.rows: dict[DocumentId, tuple[Document, list[Page]]] = {}
        self.saved: list[DocumentId] = []
        self.edits_written = 0
        self.writing = Gate()
        self.arranging = Gate()

    async def documents(self) -> Sequence[tuple[Document, Sequence[Page]]]:
        return [
            (replace(document, pages=tuple(page.id for page in pages)), list(pages))
            for document, pages in self.rows.values()
        ]

    async def add_page(self, document: Document, page: Page) -> None:
        await self.writing.passed()
        await self.arranging.passed()
        _, pages = self.rows.get(document.id, (document, []))
        self.rows[document.id] = (document, [*pages, page])

    async def arrange(self, documents: Sequence[Document], added: Sequence[Page] = ()) -> None:
        await self.writing.passed()
        await self.arranging.passed()
        before = [self.rows.get(document.id, (document, [])) for document in documents]
        pages = {page.id: page for page in (*added, *(page for _, own in before for page in own))}
        for document in documents:
            self.rows[document.id] = (
                document,
                [replace(pages[page], document=document.id) for page in document.pages],
            )

    async def save_document(self, document: Document) -> None:
        await self.writing.passed()
        self.saved.append(document.id)
        _, pages = self.rows.get(document.id, (document, []))
        self.rows[document.id] = (document, pages)

    async def set_edits(self, page: Page) -> None:
        await self.writing.passed()
        self.edits_written += 1
        document, pages = self.rows[page.document]
        self.rows[page.document] = (
            document,
            [page if kept.id == page.id else kept for kept in pages],
        )

    async def drop_document(self, document: DocumentId) -> None:
        await self.writing.passed()
        del self.rows[document]


class MemoryJobLog:
    """The port JobLog; every write passes the gate `saving`."""

    def __init__(self) -> None:
        self.rows: dict[JobId, Job] = {}
        self.saving = Gate()

    async def jobs(self) -> Sequence[Job]:
        return list(self.rows.values())

    async def save(self, job: Job) -> None:
        await self.saving.passed()
        self.rows[job.id] = job

    async def drop(self, job: JobId) -> None:
        await self.saving.passed()
        self.rows.pop(job, None)

    async def forget(self, ended_before: float) -> None:
        await self.saving.passed()
        self.rows = {
            job.id: job
            for job in self.rows.values()
            if job.ended is None or job.ended >= ended_before
        }


class MemoryBlobs:
    """The port Blobs. The files are names only; each page counts SIZE_BYTES."""

    SIZE_BYTES = 1000

    def __init__(self) -> None:
        self.synced: set[PageId] = set()
        self.copies: dict[PageId, PageId] = {}
        self.syncing = Gate()
        self.copying = Gate()
        self.dropping = Gate()

    def master(self, page: PageId) -> Path:
        return Path("/blobs", f"{page}.master")

    def preview(self, page: PageId) -> Path:
        return Path("/blobs", f"{page}.preview")

    async def sync(self, page: PageId) -> int:
        await self.syncing.passed()
        self.synced.add(page)
        return self.SIZE_BYTES

    async def copy(self, page: PageId, to: PageId) -> int:
        await self.copying.passed()
        self.synced.add(to)
        self.copies[to] = page
        return self.SIZE_BYTES

    async def drop(self, page: PageId) -> None:
        await self.dropping.passed()
        self.synced.discard(page)


class MemoryRoom:
    """The port Room: there is room for `pages` more, for any number without one."""

    def __init__(self, pages: int | None = None) -> None:
        self.pages = pages
        self.reserved: list[tuple[PageId, Owner]] = []

    async def reserve(self, page: PageId, owner: Owner) -> None:
        if self.pages is not None and len(self.reserved) >= self.pages:
            raise StoreFull
        self.reserved.append((page, owner))


class MemorySpool:
    """The port Spool. `content` is what a worker would have written."""

    def __init__(self, ticket: PageTicket) -> None:
        self.ticket = ticket
        self.path = Path("/spool", ticket.page)
        self.key: bytes | None = None
        self.content = spoolfile.header(ticket)
        self.is_closed = False

    @property
    def is_complete(self) -> bool:
        return spoolfile.trailer_size(self.content[-spoolfile.SEAL_BYTES :]) is not None

    def fileno(self) -> int:
        raise OSError("a spool in memory has no descriptor")

    def close(self) -> None:
        self.is_closed = True


class MemorySpools:
    """The port Spools."""

    def __init__(self) -> None:
        self.kept: dict[PageId, MemorySpool] = {}
        self.made: list[MemorySpool] = []
        self.creating = Gate()
        self.dropping = Gate()

    async def create(self, ticket: PageTicket) -> MemorySpool:
        await self.creating.passed()
        spool = self.kept[ticket.page] = MemorySpool(ticket)
        self.made.append(spool)
        return spool

    async def complete(self) -> Sequence[MemorySpool]:
        self.kept = {page: spool for page, spool in self.kept.items() if spool.is_complete}
        return sorted(
            self.kept.values(), key=lambda spool: (spool.ticket.job, spool.ticket.sequence)
        )

    async def drop(self, spool: Spool) -> None:
        await self.dropping.passed()
        spool.close()
        self.kept.pop(spool.ticket.page, None)


class MemoryRenderCache:
    """The port RenderCache; files being made are in the folder, those kept in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = self._folder = folder
        self._number = 0
        self.kept: dict[str, bytes] = {}
        self.keeping = Gate()
        self.files: list[BinaryIO] = []
        """Everything that was opened."""
        self.opening = threading.Barrier(1)

    async def read(self, digest: str) -> bytes | None:
        return self.kept.get(digest)

    @asynccontextmanager
    async def target(self) -> AsyncIterator[Path]:
        self._number += 1
        path = self._folder / f"render-{self._number}"
        try:
            yield path
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def keep(self, digest: str, path: Path) -> bytes:
        await self.keeping.passed()
        self.kept[digest] = await asyncio.to_thread(path.read_bytes)
        return self.kept[digest]

    def opened(self, path: Path) -> BinaryIO:
        self.opening.wait(5)
        self.files.append(path.open("rb"))
        return self.files[-1]

    async def drop(self, prefix: str) -> None:
        for digest in [kept for kept in self.kept if kept.startswith(prefix)]:
            del self.kept[digest]
