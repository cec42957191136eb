"""Collection: all documents and pages in memory, as the catalogue has them."""

import asyncio
import math
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from sheetfed.core import differences
from sheetfed.core.errors import NotFound, StoreFull
from sheetfed.core.events import DocumentRemoved, Hub, PageChanged
from sheetfed.core.model import Document, DocumentId, Page, PageId
from sheetfed.core.ordering import Order, appended
from sheetfed.core.ownedtasks import OwnedTasks
from sheetfed.core.ports import Blobs, Catalogue, Clock
from sheetfed.core.renders import Renders

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Change:
    """Documents as they are to be, and the pages of them that are new.

    A page may come from another of the documents; one that none of them names any more goes.
    """

    documents: tuple[Document, ...]
    added: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    """One document of a change. `appended`: None when more than that becomes different."""

    before: Document | None
    after: Document
    appended: Order | None

    @property
    def grows(self) -> bool:
        return len(self.after.pages) > (0 if self.before is None else len(self.before.pages))

    @property
    def left(self) -> Order:
        """The pages that may be in it no more."""
        return () if self.before is None or self.appended is not None else self.before.pages


class Collection:
    """Reads never wait. Changes come one after the other: each is planned, committed, taken over
    and told as a whole, whatever becomes of the one who asked for it."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        blobs: Blobs,
        renders: Renders,
        hub: Hub,
        clock: Clock,
        pages_at_most: int | None = None,
    ) -> None:
        """`pages_at_most`: so many pages a document."""
        self._catalogue = catalogue
        self._blobs = blobs
        self._renders = renders
        self._hub = hub
        self._clock = clock
        self._pages_at_most = pages_at_most
        self._documents: dict[DocumentId, Document] = {}
        self._pages: dict[PageId, Page] = {}
        self._last_used: dict[DocumentId, float] = {}
        self._unsaved: set[DocumentId] = set()
        self._settling: dict[PageId, asyncio.Event] = {}
        self._leaving: set[PageId] = set()
        self._writing = asyncio.Lock()
        self._tasks = OwnedTasks()

    @property
    def documents(self) -> Mapping[DocumentId, Document]:
        return self._documents

    @property
    def pages(self) -> Mapping[PageId, Page]:
        return self._pages

    async def load(self) -> None:
        for document, pages in await self._catalogue.documents():
            self._documents[document.id] = document
            self._pages.update((page.id, page) for page in pages)
            if document.last_used > self._clock.now():
                # The clock was ahead then; it would be kept until that time comes again.
                self.use(document.id)

    def limit(self, *, pages_at_most: int) -> None:
        """From now on so many pages a document."""
        self._pages_at_most = pages_at_most

    async def close(self) -> None:
        """Wait for the changes under way."""
        await self._tasks.ended()

    @contextmanager
    def settling(self, page: PageId) -> Iterator[None]:
        """A page that comes meanwhile does not go before the end of the block."""
        settled = self._settling[page] = asyncio.Event()
        try:
            yield
        finally:
            del self._settling[page]
            settled.set()

    async def left(self, pages: AbstractSet[PageId]) -> None:
        """Wait until no file is about to be removed that had one of these names."""
        while not self._leaving.isdisjoint(pages):
            await self._tasks.one_ended()

    def require_room(self, document: Document, more: int) -> None:
        """Raises StoreFull when so many more pages would be too many for a document."""
        pages, limit = len(document.pages) + more, self._pages_at_most
        if limit is not None and pages > limit:
            raise StoreFull(
                f"a document holds at most {limit} pages; begin another one",
                details={"pages": pages, "max_pages": limit},
            )

    def use(self, document: DocumentId) -> None:
        """It was used now; written down later."""
        self._last_used[document] = self._clock.now()

    def use_all(self) -> None:
        """Each was used now."""
        for document in self._documents:
            self.use(document)

    def last_used(self, document: Document) -> float:
        return self._last_used.get(document.id, document.last_used)

    async def whole(self, work: Coroutine[None, None, _Result]) -> _Result:
        """Carry this out to its end, whatever becomes of the one who asked for it."""
        return await self._tasks.whole(work)

    async def change(self, plan: Callable[[], Change]) -> Change:
        """Do what the plan says of the documents as they are when its turn has come.

        What it raises leaves all as it was, and so does StoreFull, of the catalogue or because a
        document would have too many pages.
        """
        return await self.whole(self._change(plan))

    async def change_page(self, page: PageId, plan: Callable[[Page], Page]) -> Page:
        """Let the page have other edits. Raises NotFound, and what the plan raises."""
        return await self.whole(self._change_page(page, plan))

    async def remove(self, document: DocumentId, *, unused_since: float = math.inf) -> bool:
        """Remove the document with all its pages; whether it was there, and nobody has used it
        since then."""
        return await self.whole(self._remove(document, unused_since))

    async def remove_unused(self, since: Callable[[Document], float | None]) -> int:
        """Remove those that nobody has used since the time that is theirs, but none that has no
        such time; returns how many went."""
        gone = 0
        for document in tuple(self._documents.values()):
            before = since(document)
            if before is not None and self.last_used(document) < before:
                gone += await self.remove(document.id, unused_since=before)
        return gone

    async def change_late(self, plan: Callable[[], Document]) -> None:
        """Let something of a document be different that is written down later, and not told."""
        async with self._writing:
            document = plan()
            self._documents[document.id] = document
            self._unsaved.add(document.id)

    async def save_late(self) -> None:
        """Write down what was kept in memory until now."""
        late = self._unsaved | {
            document
            for document, when in self._last_used.items()
            if when != self._documents[document].last_used
        }
        for document in late:
            await self.whole(self._save(document))

    async def _change(self, plan: Callable[[], Change]) -> Change:
        async with self._writing:
            change = plan()
            if not change.documents:
                return change
            now = self._clock.now()
            documents = tuple(replace(document, last_used=now) for document in change.documents)
            before = [self._documents.get(document.id) for document in documents]
            steps = [
                _Step(was, document, appended(was.pages if was else (), document.pages))
                for was, document in zip(before, documents, strict=True)
            ]
            for step in steps:
                if step.grows:
                    self.require_room(step.after, 0)
            gone = _gone(steps)
            await self._settled(gone)
            await self._write(steps, change.added)
            self._take_over(steps, change.added)
            self._let_go(gone)
            for step in steps:
                for event in differences.told(step.before, step.after, self._pages):
                    self._hub.publish(event)
        await self._drop_files(gone)
        return replace(change, documents=documents)

    async def _write(self, steps: Sequence[_Step], added: tuple[Page, ...]) -> None:
        """What happens all the time costs the same however many pages a document has."""
        fresh = steps[0].appended if len(steps) == 1 else None
        if fresh == ():
            await self._catalogue.save_document(steps[0].after)
        elif len(added) == 1 and fresh == (added[0].id,):
            await self._catalogue.add_page(steps[0].after, added[0])
        else:
            await self._catalogue.arrange([step.after for step in steps], added)

    def _take_over(self, steps: Sequence[_Step], added: tuple[Page, ...]) -> None:
        for page in added:
            self._pages[page.id] = page
            self._renders.expect(page.id)
        for step in steps:
            document = step.after
            self._documents[document.id] = document
            self._last_used[document.id] = document.last_used
            self._unsaved.discard(document.id)
            for name in document.pages if step.appended is None else step.appended:
                if self._pages[name].document != document.id:
                    self._pages[name] = replace(self._pages[name], document=document.id)

    async def _change_page(self, page: PageId, plan: Callable[[Page], Page]) -> Page:
        async with self._writing:
            before = self._pages.get(page)
            if before is None:
                raise NotFound("there is no such page")
            after = plan(before)
            if after == before:
                return before
            await self._catalogue.set_edits(after)
            self._pages[page] = after
            document = self._documents[after.document]
        self._hub.publish(
            PageChanged(
                document.owner, document.id, document.instance, page, document.pages.index(page)
            )
        )
        return after

    async def _remove(self, document: DocumentId, unused_since: float) -> bool:
        async with self._writing:
            gone = self._documents.get(document)
            if gone is None or self.last_used(gone) >= unused_since:
                return False
            await self._settled(gone.pages)
            await self._catalogue.drop_document(document)
            del self._documents[document]
            self._last_used.pop(document, None)
            self._unsaved.discard(document)
            self._let_go(gone.pages)
        self._hub.publish(DocumentRemoved(gone.owner, gone.id, gone.instance))
        await self._drop_files(gone.pages)
        return True

    async def _save(self, document: DocumentId) -> None:
        async with self._writing:
            found = self._documents.get(document)
            if found is None:
                return
            saved = replace(found, last_used=self.last_used(found))
            await self._catalogue.save_document(saved)
            self._documents[document] = saved
            self._unsaved.discard(document)

    async def _settled(self, pages: Iterable[PageId]) -> None:
        for page in pages:
            if page in self._settling:
                await self._settling[page].wait()

    def _let_go(self, pages: Iterable[PageId]) -> None:
        """Their files are to be dropped next."""
        for page in pages:
            del self._pages[page]
            self._leaving.add(page)

    async def _drop_files(self, pages: Sequence[PageId]) -> None:
        try:
            for page in pages:
                await self._renders.forget(page)
                await self._blobs.drop(page)
        finally:
            self._leaving.difference_update(pages)


def _gone(steps: Sequence[_Step]) -> list[PageId]:
    """Pages that none of the documents names any more."""
    left = [page for step in steps for page in step.left]
    kept = {page for step in steps for page in step.after.pages} if left else set()
    return [page for page in left if page not in kept]
