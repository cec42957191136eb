"""Arranging: pages change their places, within a document and between those of a caller."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sheetfed.core import ids, ordering
from sheetfed.core.collection import Change, Collection
from sheetfed.core.documents import Documents
from sheetfed.core.model import Caller, DocumentId, Owner, Page, PageId
from sheetfed.core.ordering import Order, inserted, with_pages
from sheetfed.core.ports import Blobs, Clock, Room
from sheetfed.core.settings import invalid


class Arranging:
    """Every change is done as a whole or not at all. What is not the caller's is NotFound."""

    def __init__(
        self,
        *,
        collection: Collection,
        documents: Documents,
        blobs: Blobs,
        room: Room,
        clock: Clock,
    ) -> None:
        self._collection = collection
        self._documents = documents
        self._blobs = blobs
        self._room = room
        self._clock = clock

    async def move(self, caller: Caller, document: DocumentId, source: int, target: int) -> None:
        """Take the page at `source` and put it where it is then at `target`.

        Raises IndexOutOfRange.
        """
        await self._order(caller, document, lambda order: ordering.moved(order, source, target))

    async def swap(self, caller: Caller, document: DocumentId, one: int, other: int) -> None:
        """Raises IndexOutOfRange."""
        await self._order(caller, document, lambda order: ordering.swapped(order, one, other))

    async def reverse(self, caller: Caller, document: DocumentId) -> None:
        await self._order(caller, document, lambda order: order[::-1])

    async def interleave_backs(
        self, caller: Caller, document: DocumentId, backs: int, *, is_reversed: bool = True
    ) -> None:
        """Two passes of a stack through a one-sided feeder become a two-sided document.

        The last `backs` pages are those of the second pass, the ones right before them the fronts
        of the same sheets. Usually the stack is turned over as a whole, and the last sheet's back
        comes first; not reversed, the backs are in the order of the fronts. Raises
        InvalidParameter when there are not as many fronts.
        """
        await self._order(
            caller,
            document,
            lambda order: ordering.interleaved(order, backs, is_reversed=is_reversed),
        )

    async def transfer(
        self,
        caller: Caller,
        pages: Sequence[PageId],
        document: DocumentId,
        at: int | None = None,
    ) -> list[Page]:
        """Move pages of any documents into this one, in this order.

        `at` is the place among the pages of it that are not moved; None: the end. Raises
        InvalidParameter when a page is named twice, IndexOutOfRange or StoreFull.
        """
        if len(set(pages)) != len(pages):
            raise invalid("pages", "each page once")

        def plan() -> Change:
            target = self._documents.own(caller, document)
            leaving = {self._documents.page(caller, page).document for page in pages}
            left = [
                with_pages(found, _without(found.pages, pages))
                for found in map(self._collection.documents.__getitem__, leaving)
                if found.id != document
            ]
            order = inserted(_without(target.pages, pages), pages, at)
            return Change((*left, with_pages(target, order)))

        await self._collection.change(plan)
        return [self._collection.pages[page] for page in pages]

    async def copy(
        self,
        caller: Caller,
        pages: Sequence[PageId],
        document: DocumentId,
        at: int | None = None,
    ) -> list[Page]:
        """Copies of these pages with their edits, in this order, before the page at `at`; None:
        at the end. Each is a page of its own.

        Raises IndexOutOfRange or StoreFull.
        """
        originals = [self._documents.page(caller, page) for page in pages]
        owner = self._documents.own(caller, document).owner
        return await self._collection.whole(self._copy(caller, originals, owner, document, at))

    async def _copy(
        self,
        caller: Caller,
        originals: Sequence[Page],
        owner: Owner,
        document: DocumentId,
        at: int | None,
    ) -> list[Page]:
        names = [ids.new_page() for _ in originals]

        def plan() -> Change:
            target = self._documents.own(caller, document)
            return Change((with_pages(target, inserted(target.pages, names, at)),), tuple(copies))

        try:
            copies = [
                await self._copied(original, name, owner, document)
                for original, name in zip(originals, names, strict=True)
            ]
            await self._collection.change(plan)
        except BaseException:
            for name in names:
                await self._blobs.drop(name)
            raise
        return copies

    async def _copied(
        self, original: Page, name: PageId, owner: Owner, document: DocumentId
    ) -> Page:
        await self._room.reserve(name, owner)
        return replace(
            original,
            id=name,
            document=document,
            job=None,
            size_bytes=await self._blobs.copy(original.id, name),
            created=self._clock.now(),
        )

    async def _order(
        self, caller: Caller, document: DocumentId, ordered: Callable[[Order], Order]
    ) -> None:
        def plan() -> Change:
            found = self._documents.own(caller, document)
            return Change((with_pages(found, ordered(found.pages)),))

        await self._collection.change(plan)


def _without(order: Order, pages: Sequence[PageId]) -> Order:
    gone = set(pages)
    return tuple(page for page in order if page not in gone)
