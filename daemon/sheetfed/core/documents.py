"""Documents: ordered pages and whom they belong to; all of it in memory, each change on disk."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from sheetfed.core.access import Access
from sheetfed.core.errors import IndexOutOfRange, NotFound
from sheetfed.core.events import DocumentChanged, DocumentRemoved, Hub, PageAdded, PageRemoved
from sheetfed.core.ids import buffer_document
from sheetfed.core.model import (
    Caller,
    Document,
    DocumentId,
    Image,
    InstanceId,
    JobId,
    Owner,
    Page,
    PageId,
    PageTicket,
)
from sheetfed.core.ports import Blobs, Catalogue, Clock


class Documents:
    """Reads never wait; a change is committed before anyone is told of it."""

    def __init__(self, *, catalogue: Catalogue, blobs: Blobs, hub: Hub, clock: Clock) -> None:
        self._catalogue = catalogue
        self._blobs = blobs
        self._hub = hub
        self._clock = clock
        self._documents: dict[DocumentId, Document] = {}
        self._pages: dict[PageId, Page] = {}
        self._last_used: dict[DocumentId, float] = {}
        self._writing = asyncio.Lock()

    async def load(self) -> None:
        for document, pages in await self._catalogue.documents():
            self._documents[document.id] = document
            self._pages.update((page.id, page) for page in pages)

    def all_pages(self) -> frozenset[PageId]:
        return frozenset(self._pages)

    def visible_to(self, caller: Caller) -> list[Document]:
        return [d for d in self._documents.values() if Access.may_see(caller, d.owner)]

    def get(self, caller: Caller, document: DocumentId) -> Document:
        """Raises NotFound, also for what is somebody else's."""
        found = self._documents.get(document)
        if found is None or not Access.may_see(caller, found.owner):
            raise NotFound("there is no such document")
        if caller.owner.uid == found.owner.uid:
            self._last_used[document] = self._clock.now()
        return found

    def buffer(self, caller: Caller, instance: InstanceId) -> Document | None:
        """The document that is this instance's buffer; None while it never held a page."""
        found = self._documents.get(buffer_document(caller.owner, instance))
        if found is not None:
            self._last_used[found.id] = self._clock.now()
        return found

    def page(self, caller: Caller, page: PageId) -> Page:
        """A page of the caller's own. Raises NotFound."""
        found = self._pages.get(page)
        if found is None or self._documents[found.document].owner != caller.owner:
            raise NotFound("there is no such page")
        return found

    def page_of_user(self, uid: int, page: PageId) -> Page:
        """A page of this user's, whatever its origin: for a link that carries the page's id."""
        found = self._pages.get(page)
        if found is None or self._documents[found.document].owner.uid != uid:
            raise NotFound("there is no such page")
        return found

    def page_at(self, document: Document | None, index: int) -> Page:
        """Raises IndexOutOfRange."""
        pages = () if document is None else document.pages
        if not 0 <= index < len(pages):
            raise IndexOutOfRange(
                f"there is no page {index}, the buffer holds {len(pages)}",
                details={"index": index, "pages": len(pages)},
            )
        return self._pages[pages[index]]

    def pages_of(self, document: Document) -> list[Page]:
        return [self._pages[page] for page in document.pages]

    def indices_of(self, document: DocumentId, job: JobId) -> list[int]:
        """Where in the document the pages of this job are now."""
        found = self._documents.get(document)
        pages = () if found is None else found.pages
        return [index for index, page in enumerate(pages) if self._pages[page].job == job]

    async def append(self, ticket: PageTicket, image: Image, size_bytes: int) -> Page:
        """Commit a page whose blobs are synced at the end of its document, then tell of it."""
        page = Page(
            id=ticket.page,
            document=ticket.document,
            job=ticket.job,
            sequence=ticket.sequence,
            image=image,
            size_bytes=size_bytes,
            created=ticket.created,
        )
        async with self._writing:
            before = self._documents.get(ticket.document) or Document(
                id=ticket.document,
                owner=ticket.owner,
                instance=ticket.instance,
                created=self._clock.now(),
                last_used=self._clock.now(),
            )
            after = replace(before, pages=(*before.pages, page.id))
            await self._catalogue.add_page(before, page)
            self._documents[after.id] = after
            self._pages[page.id] = page
            self._last_used[after.id] = self._clock.now()
        if not before.pages:
            self._hub.publish(DocumentChanged(after.owner, after.id, after.instance))
        self._hub.publish(
            PageAdded(after.owner, after.id, after.instance, page.id, len(before.pages), page.job)
        )
        return page

    def knows(self, page: PageId) -> bool:
        return page in self._pages

    async def move(self, document: DocumentId, source: int, target: int) -> None:
        """Take the page at `source` and put it where it is then at `target`."""
        async with self._writing:
            found = self._documents.get(document)
            self.page_at(found, source)
            self.page_at(found, target)
            before = self._documents[document]
            order = list(before.pages)
            order.insert(target, order.pop(source))
            after = replace(before, pages=tuple(order))
            await self._catalogue.set_pages(after)
            self._documents[document] = after
        self._hub.publish(DocumentChanged(after.owner, after.id, after.instance))

    async def remove_pages(self, document: DocumentId, indices: Iterable[int]) -> None:
        """Remove these pages with their files. Raises IndexOutOfRange and removes none."""
        async with self._writing:
            before = self._documents.get(document)
            gone = {index: self.page_at(before, index).id for index in indices}
            if before is None or not gone:
                return
            kept = tuple(page for page in before.pages if page not in gone.values())
            after = replace(before, pages=kept)
            await self._catalogue.set_pages(after)
            self._documents[document] = after
            self._forget(gone.values())
        for index in sorted(gone, reverse=True):
            self._hub.publish(
                PageRemoved(after.owner, document, after.instance, gone[index], index)
            )
        await self._drop_files(gone.values())

    async def remove(self, document: DocumentId) -> None:
        """Remove the document with all its pages; one that is not there is no error."""
        async with self._writing:
            gone = self._documents.get(document)
            if gone is None:
                return
            await self._catalogue.drop_document(document)
            del self._documents[document]
            self._last_used.pop(document, None)
            self._forget(gone.pages)
        self._hub.publish(DocumentRemoved(gone.owner, gone.id, gone.instance))
        await self._drop_files(gone.pages)

    async def expire(self, *, browser_s: float, other_s: float) -> int:
        """Retention: remove what nobody used for so long; returns how many documents went."""
        now = self._clock.now()
        old = [
            document.id
            for document in self._documents.values()
            if now - self.last_used(document)
            > (other_s if document.owner.origin is None else browser_s)
        ]
        for document in old:
            await self.remove(document)
        return len(old)

    def last_used(self, document: Document) -> float:
        return self._last_used.get(document.id, document.last_used)

    def size_bytes(self, document: Document) -> int:
        return sum(self._pages[page].size_bytes for page in document.pages)

    def stored_bytes(self, owner: Owner | None = None) -> int:
        """Bytes of all pages, or of this owner's."""
        return sum(
            self.size_bytes(document)
            for document in self._documents.values()
            if owner is None or document.owner == owner
        )

    async def save_last_used(self) -> None:
        """Write down when documents were last used; kept in memory until then."""
        used = [
            (document, when)
            for document, when in self._last_used.items()
            if when != self._documents[document].last_used
        ]
        for document, when in used:
            await self._save_last_used(document, when)

    async def _save_last_used(self, document: DocumentId, when: float) -> None:
        async with self._writing:
            if document not in self._documents:
                return
            await self._catalogue.touch(document, when)
            self._documents[document] = replace(self._documents[document], last_used=when)

    def _forget(self, pages: Iterable[PageId]) -> None:
        for page in pages:
            del self._pages[page]

    async def _drop_files(self, pages: Iterable[PageId]) -> None:
        for page in pages:
            await self._blobs.drop(page)
