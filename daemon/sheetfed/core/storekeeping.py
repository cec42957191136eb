"""Store keeping: check, usage, purge and backup of all that is stored."""

import asyncio
import logging
import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sheetfed.core.access import Access
from sheetfed.core.collection import Collection
from sheetfed.core.errors import (
    DamagedImage,
    InternalError,
    NotAllowed,
    ScanError,
    ShuttingDown,
    TooMany,
)
from sheetfed.core.model import Caller, Document, Owner, Page
from sheetfed.core.ownedtasks import OwnedTasks
from sheetfed.core.ports import Blobs, Clock, Pages, Room
from sheetfed.core.restore import Restore
from sheetfed.core.storeports import Archives, Folder
from sheetfed.core.upkeep import (
    Contents,
    Finding,
    Flaw,
    Imported,
    OwnerUsage,
    Report,
    Told,
    untold,
)

EXPORTS_AT_MOST: Final = 4
_CHECKED_AT_ONCE: Final = 8

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exporting:
    """An export under way: the read end of the pipe that it comes through, which is the caller's
    to close, and what stopped it when it ends, None if nothing did."""

    descriptor: int
    ended: asyncio.Task[ScanError | None]


class StoreKeeping:
    """Whoever is no administrator keeps what is the user's own."""

    def __init__(
        self,
        *,
        collection: Collection,
        blobs: Blobs,
        imaging: Pages,
        room: Room,
        folder: Folder,
        archives: Archives,
        clock: Clock,
    ) -> None:
        self._collection = collection
        self._blobs = blobs
        self._imaging = imaging
        self._folder = folder
        self._archives = archives
        self._clock = clock
        self._restore = Restore(
            collection=collection, blobs=blobs, imaging=imaging, room=room, archives=archives
        )
        self._exports = OwnedTasks()
        self._is_closed = False

    async def check(self, told: Told = untold) -> Report:
        """Look at every file; the contents of all pages are read."""
        pages = dict(self._collection.pages)
        found = list(
            await self._folder.survey({page.id: page.size_bytes for page in pages.values()})
        )
        missing = {finding.page for finding in found if finding.flaw is Flaw.MISSING}
        readable = [page for page in pages.values() if page.id not in missing]
        found += await self._damaged(readable, told)
        # Pages go while their files are looked at.
        now = self._collection.pages
        findings = tuple(each for each in found if each.page is None or each.page in now)
        if findings:
            flaws = Counter(finding.flaw for finding in findings)
            words = ", ".join(f"{count} {flaw}" for flaw, count in flaws.items())
            log.warning("the store has flaws: %s; sheetctl store check names the files", words)
        return Report(len(pages), findings)

    def usage(self) -> list[OwnerUsage]:
        """Of every owner, the largest first."""
        documents: defaultdict[Owner, list[Document]] = defaultdict(list)
        for document in self._collection.documents.values():
            documents[document.owner].append(document)
        used = [
            OwnerUsage(
                owner=owner,
                documents=len(own),
                pages=sum(len(document.pages) for document in own),
                size_bytes=sum(
                    self._collection.pages[page].size_bytes
                    for document in own
                    for page in document.pages
                ),
                last_used=max(map(self._collection.last_used, own)),
            )
            for owner, own in documents.items()
        ]
        return sorted(used, key=lambda usage: usage.size_bytes, reverse=True)

    async def purge(self, older_than_s: float, *, uid: int | None = None) -> int:
        """Remove documents that nobody used for so long, this user's or all; how many went."""
        since = self._clock.now() - older_than_s
        gone = await self._collection.remove_unused(
            lambda document: since if uid in (None, document.owner.uid) else None
        )
        if gone:
            log.info("%d documents were purged", gone)
        return gone

    def export(self, caller: Caller, *, everybody: bool = False, told: Told = untold) -> Exporting:
        """An archive of the caller's documents, or of all.

        Whoever reads too slowly or goes away ends it. Raises NotAllowed or TooMany.
        """
        if everybody and not caller.is_admin:
            raise NotAllowed("only administrators export other people's documents")
        if self._is_closed:
            raise ShuttingDown
        if len(self._exports) >= EXPORTS_AT_MOST:
            raise TooMany("too many exports of the store at once")
        reading, writing = os.pipe2(os.O_CLOEXEC)
        task = self._exports.begin(self._export(self._contents(caller, everybody), writing, told))
        return Exporting(reading, task)

    async def import_from(
        self, caller: Caller, descriptor: int, *, as_own: bool = False, told: Told = untold
    ) -> Imported:
        """Take in an archive: every page that is not there yet, or none at all.

        Pages stay their owners', or become the caller's. The descriptor is closed. Raises
        NotAllowed, UnsupportedImage, DamagedImage, StoreFull or Gone.
        """
        return await self._restore(caller, descriptor, as_own=as_own, told=told)

    async def close(self) -> None:
        """End the exports under way."""
        self._is_closed = True
        # Each has begun by then, and closes its end of the pipe.
        await asyncio.sleep(0)
        await self._exports.cancel()

    async def _export(self, contents: Contents, descriptor: int, told: Told) -> ScanError | None:
        try:
            await self._archives.write(contents, descriptor, told)
        except ScanError as error:
            log.warning("an export of the store was not finished: %s", error.message)
            return error
        except Exception:
            log.exception("an export of the store was not finished")
            return InternalError()
        log.info("exported %d pages of the store", len(contents.pages))
        return None

    def _contents(self, caller: Caller, everybody: bool) -> Contents:
        pages = self._collection.pages
        return Contents(
            tuple(
                (document, tuple(pages[page] for page in document.pages))
                for document in self._collection.documents.values()
                if everybody or Access.may_change(caller, document.owner)
            )
        )

    async def _damaged(self, pages: Sequence[Page], told: Told) -> list[Finding]:
        """Those whose contents cannot be read. Raises a ScanError that is not the page's fault."""
        remaining = iter(enumerate(pages))
        found: list[Finding] = []
        failures: list[ScanError] = []

        async def look() -> None:
            for number, page in remaining:
                told(number, len(pages))
                master = self._blobs.master(page.id)
                try:
                    await self._imaging.verify(master=master, preview=self._blobs.preview(page.id))
                except DamagedImage:
                    found.append(Finding(Flaw.DAMAGED, "/".join(master.parts[-3:]), page.id))
                except ScanError as failure:
                    failures.append(failure)
                    return

        async with asyncio.TaskGroup() as group:
            for _ in range(_CHECKED_AT_ONCE):
                group.create_task(look())
        if failures:
            raise failures[0]
        return found
