"""Loading: the pages of others' images and PDFs as pages of a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sheetfed.core import ids
from sheetfed.core.collection import Change, Collection
from sheetfed.core.documents import Documents
from sheetfed.core.errors import NotFound
from sheetfed.core.model import Caller, Document, DocumentId, InstanceId, Page, PageId
from sheetfed.core.ordering import inserted, with_pages
from sheetfed.core.ports import Blobs, Clock, Pages, Room
from sheetfed.core.settings import invalid
from sheetfed.core.sidebyside import side_by_side

SIDE_BY_SIDE: Final = 4


@dataclass(frozen=True, slots=True)
class _Place:
    """Where pages are to come: before the page at `at`, or at the end. A document that has to
    stay is not made anew when it goes."""

    document: Document
    at: int | None
    has_to_stay: bool


class Loading:
    """All pages of a file come in, in one transaction, or none of them does."""

    def __init__(
        self,
        *,
        imaging: Pages,
        collection: Collection,
        documents: Documents,
        blobs: Blobs,
        room: Room,
        clock: Clock,
    ) -> None:
        self._imaging = imaging
        self._collection = collection
        self._documents = documents
        self._blobs = blobs
        self._room = room
        self._clock = clock

    async def load(
        self,
        caller: Caller,
        source: Path,
        *,
        instance: InstanceId | None = None,
        document: DocumentId | None = None,
        at: int | None = None,
    ) -> list[Page]:
        """Take in the file's pages, into this instance's buffer or this document of the caller's,
        else into a new one; before the page at `at`, else at the end. They are durable then.

        Raises UnsupportedImage, DamagedImage, TooLarge, TooMany, StoreFull, NotFound or
        IndexOutOfRange.
        """
        target = self._target(caller, instance, document)
        place = _Place(target, at, has_to_stay=document is not None)
        inserted(target.pages, (), at)
        count = await self._imaging.count(source)
        self._collection.require_room(target, count)
        names = [ids.new_page() for _ in range(count)]
        try:
            pages = await side_by_side(
                lambda number: self._prepared(source, number, names[number], target),
                range(count),
                at_most=SIDE_BY_SIDE,
            )
        except BaseException:
            await self._collection.whole(self._drop(names))
            raise
        return await self._collection.whole(self._commit(place, pages))

    def _target(
        self, caller: Caller, instance: InstanceId | None, document: DocumentId | None
    ) -> Document:
        if instance is not None:
            if document is not None:
                raise invalid("document", "no document: an instance's pages go to its buffer")
            buffer = self._documents.to_fill(caller, instance)
            found = self._documents.buffer(caller, instance)
            return found or self._documents.made(buffer, caller.owner, instance)
        if document is not None:
            return self._documents.own(caller, document)
        return self._documents.made(ids.new_document(), caller.owner)

    async def _prepared(self, source: Path, number: int, name: PageId, document: Document) -> Page:
        """One page of the file, its blobs on the disk, not yet in the catalogue."""
        await self._room.reserve(name, document.owner)
        image = await self._imaging.load(
            source=source,
            number=number,
            master=self._blobs.master(name),
            preview=self._blobs.preview(name),
        )
        return Page(
            id=name,
            document=document.id,
            job=None,
            sequence=number,
            image=image,
            size_bytes=await self._blobs.sync(name),
            created=self._clock.now(),
        )

    async def _commit(self, place: _Place, pages: Sequence[Page]) -> list[Page]:
        names = [page.id for page in pages]

        def plan() -> Change:
            found = self._collection.documents.get(place.document.id)
            if found is None and place.has_to_stay:
                raise NotFound("the document was removed while the file was read")
            now = found or place.document
            order = inserted(now.pages, names, place.at)
            return Change((with_pages(now, order),), tuple(pages))

        try:
            await self._collection.change(plan)
        except BaseException:
            await self._drop(names)
            raise
        return list(pages)

    async def _drop(self, names: Sequence[PageId]) -> None:
        for name in names:
            await self._blobs.drop(name)
