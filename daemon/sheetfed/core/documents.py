"""Documents: ordered pages, and whom they belong to."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Final

from sheetfed.core import ids
from sheetfed.core.access import Access
from sheetfed.core.collection import Change, Collection
from sheetfed.core.errors import NotFound, TooMany
from sheetfed.core.model import (
    Caller,
    Document,
    DocumentId,
    InstanceId,
    JobId,
    Owner,
    Page,
    PageId,
)
from sheetfed.core.ordering import require_index, with_pages
from sheetfed.core.ports import Clock

INSTANCES_AT_MOST: Final = 1000


class Documents:
    """What is somebody else's is not found."""

    def __init__(
        self,
        *,
        collection: Collection,
        clock: Clock,
        instances_at_most: int = INSTANCES_AT_MOST,
    ) -> None:
        """`instances_at_most`: of one owner, with pages."""
        self._collection = collection
        self._clock = clock
        self._instances_at_most = instances_at_most

    def limit(self, *, instances_at_most: int) -> None:
        """From now on so many instances of one owner with pages."""
        self._instances_at_most = instances_at_most

    def all_pages(self) -> frozenset[PageId]:
        return frozenset(self._collection.pages)

    def visible_to(self, caller: Caller) -> list[Document]:
        return [
            document
            for document in self._collection.documents.values()
            if Access.may_see(caller, document.owner)
        ]

    def get(self, caller: Caller, document: DocumentId) -> Document:
        """Raises NotFound."""
        found = self._collection.documents.get(document)
        if found is None or not Access.may_see(caller, found.owner):
            raise NotFound("there is no such document")
        if caller.owner.uid == found.owner.uid:
            self._collection.use(document)
        return found

    def own(self, caller: Caller, document: DocumentId) -> Document:
        """A document that the caller may change. Raises NotFound."""
        found = self._collection.documents.get(document)
        if found is None or not Access.may_change(caller, found.owner):
            raise NotFound("there is no such document")
        return found

    def to_fill(self, caller: Caller, instance: InstanceId) -> DocumentId:
        """The document that this instance's pages are to go to, whether it is there or not yet.

        Raises TooMany when it is not and the caller's other instances have pages enough.
        """
        buffer = ids.buffer_document(caller.owner, instance)
        if buffer not in self._collection.documents:
            held = sum(
                known.instance is not None and known.owner == caller.owner
                for known in self._collection.documents.values()
            )
            if held >= self._instances_at_most:
                raise TooMany(
                    f"{held} instances have pages already: remove those that are done with",
                    details={"instances": held},
                )
        return buffer

    def buffer(self, caller: Caller, instance: InstanceId) -> Document | None:
        """The document that is this instance's buffer; None while it never held a page."""
        found = self._collection.documents.get(ids.buffer_document(caller.owner, instance))
        if found is not None:
            self._collection.use(found.id)
        return found

    def page(self, caller: Caller, page: PageId) -> Page:
        """A page of the caller's own. Raises NotFound."""
        found = self._collection.pages.get(page)
        if found is None or not Access.may_change(caller, self._document_of(found).owner):
            raise NotFound("there is no such page")
        return found

    def page_of_user(self, uid: int, page: PageId) -> Page:
        """A page of this user's, whatever its origin: for a link that carries the page's id."""
        found = self._collection.pages.get(page)
        if found is None or self._document_of(found).owner.uid != uid:
            raise NotFound("there is no such page")
        return found

    def page_at(self, document: Document | None, index: int) -> Page:
        """Raises IndexOutOfRange."""
        pages = () if document is None else document.pages
        require_index(pages, index)
        return self._collection.pages[pages[index]]

    def pages_of(self, document: Document) -> list[Page]:
        return [self._collection.pages[page] for page in document.pages]

    def indices_of(self, document: DocumentId, job: JobId) -> list[int]:
        """Where in the document the pages of this job are now."""
        pages = self._pages_in(document)
        return [index for index, page in enumerate(pages) if page.job == job]

    def pages_by(self, document: DocumentId, job: JobId) -> list[Page]:
        """The pages in the document that this job has scanned, in the order of their scanning."""
        pages = self._pages_in(document)
        return sorted((page for page in pages if page.job == job), key=lambda page: page.sequence)

    def knows(self, page: PageId) -> bool:
        return page in self._collection.pages

    def last_used(self, document: Document) -> float:
        return self._collection.last_used(document)

    def size_bytes(self, document: Document) -> int:
        return sum(page.size_bytes for page in self.pages_of(document))

    def require_room(self, document: DocumentId, owner: Owner, more: int) -> None:
        """Raises StoreFull when so many more pages would be too many, also for a new document."""
        found = self._collection.documents.get(document) or self.made(document, owner)
        self._collection.require_room(found, more)

    def made(
        self, document: DocumentId, owner: Owner, instance: InstanceId | None = None
    ) -> Document:
        """A document as it is at first; it is nowhere yet."""
        now = self._clock.now()
        return Document(document, owner, instance, created=now, last_used=now)

    def settling(self, page: PageId) -> AbstractContextManager[None]:
        """A page that comes meanwhile does not go before the end of the block."""
        return self._collection.settling(page)

    async def append(self, page: Page, owner: Owner, instance: InstanceId | None) -> Page:
        """Commit a page whose blobs are synced at the end of its document, which is made when it
        is not there. Raises StoreFull."""

        def plan() -> Change:
            found = self._collection.documents.get(page.document)
            before = found or self.made(page.document, owner, instance)
            return Change((with_pages(before, (*before.pages, page.id)),), (page,))

        await self._collection.change(plan)
        return page

    async def remove_pages(self, document: DocumentId, indices: Iterable[int]) -> None:
        """Remove these pages with their files. Raises IndexOutOfRange and removes none."""
        wanted = set(indices)

        def plan() -> Change:
            found = self._collection.documents.get(document)
            gone = {self.page_at(found, index).id for index in wanted}
            if found is None:
                return Change(())
            return Change((with_pages(found, [p for p in found.pages if p not in gone]),))

        await self._collection.change(plan)

    async def remove_page(self, document: DocumentId, page: PageId) -> None:
        """Remove this page, wherever in the document it is by then. Raises NotFound."""

        def plan() -> Change:
            found = self._collection.documents.get(document)
            if found is None or page not in found.pages:
                raise NotFound("this document has no such page")
            return Change((with_pages(found, [p for p in found.pages if p != page]),))

        await self._collection.change(plan)

    async def remove_pages_of(self, document: DocumentId, job: JobId) -> Document | None:
        """Remove what this job has scanned into the document; returns it as it is then, None when
        there is none."""

        def plan() -> Change:
            found = self._collection.documents.get(document)
            if found is None:
                return Change(())
            kept = [page.id for page in self.pages_of(found) if page.job != job]
            return (
                Change((with_pages(found, kept),)) if len(kept) < len(found.pages) else Change(())
            )

        await self._collection.change(plan)
        return self._collection.documents.get(document)

    async def remove(self, document: DocumentId) -> None:
        """Remove the document with all its pages; one that is not there is no error."""
        await self._collection.remove(document)

    async def expire(self, *, browser_s: float, other_s: float) -> int:
        """Retention: remove what nobody used for so long; returns how many documents went."""
        now = self._clock.now()
        return await self._collection.remove_unused(
            lambda document: now - (other_s if document.owner.origin is None else browser_s)
        )

    def _pages_in(self, document: DocumentId) -> list[Page]:
        found = self._collection.documents.get(document)
        return [] if found is None else self.pages_of(found)

    def _document_of(self, page: Page) -> Document:
        return self._collection.documents[page.document]
