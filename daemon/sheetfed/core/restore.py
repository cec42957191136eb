"""Restore: an archive's documents, taken in whole or not at all."""

import hashlib
import json
import logging
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sheetfed.core import ids
from sheetfed.core.collection import Change, Collection
from sheetfed.core.describing import METADATA_BYTES_AT_MOST, NAME_AT_MOST
from sheetfed.core.edited import after_all
from sheetfed.core.errors import DamagedImage, InvalidParameter, NotAllowed, ScanError, TooMany
from sheetfed.core.model import Caller, Document, DocumentId, Owner, Page, PageId
from sheetfed.core.ordering import with_pages
from sheetfed.core.ports import Blobs, Pages, Room
from sheetfed.core.storeports import Archives, Arrival
from sheetfed.core.upkeep import Contents, Imported, Told

_DOCUMENT: Final = re.compile(r"d[0-9a-f]{32}")
_PAGE: Final = re.compile(r"p[0-9a-f]{32}")
_INSTANCE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ORIGIN_AT_MOST: Final = 300

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Arriving:
    """A page by its name in the archive, as it is to be here, and whose."""

    old: PageId
    new: Page
    owner: Owner


class Restore:
    """An archive is whatever somebody sends: nothing of it is believed."""

    def __init__(
        self,
        *,
        collection: Collection,
        blobs: Blobs,
        imaging: Pages,
        room: Room,
        archives: Archives,
    ) -> None:
        self._collection = collection
        self._blobs = blobs
        self._imaging = imaging
        self._room = room
        self._archives = archives
        self._is_busy = False

    async def __call__(
        self, caller: Caller, descriptor: int, *, as_own: bool, told: Told
    ) -> Imported:
        """One at a time. Raises NotAllowed, UnsupportedImage, DamagedImage, StoreFull, Gone or
        TooMany."""
        if self._is_busy:
            os.close(descriptor)
            raise TooMany("another import is under way")
        self._is_busy = True
        try:
            return await self._take_in(caller, descriptor, as_own=as_own, told=told)
        finally:
            self._is_busy = False

    async def _take_in(
        self, caller: Caller, descriptor: int, *, as_own: bool, told: Told
    ) -> Imported:
        taken: dict[PageId, Page] = {}
        try:
            async with self._archives.read(descriptor) as arrival:
                documents = _adopted(arrival.contents, caller, as_own=as_own)
                self._require_theirs(documents)
                arriving = _arriving(arrival.contents, documents)
                await self._collection.left({page.new.id for page in arriving})
                known = frozenset(page.new.id for page in arriving) & self._collection.pages.keys()
                for number, page in enumerate(arriving):
                    told(number, len(arriving))
                    if page.new.id in known:
                        await arrival.skip(page.old)
                    else:
                        await self._take(arrival, page, taken)
                await arrival.end()
        except BaseException:
            await self._drop(taken)
            raise
        try:
            # It goes on even when the caller is cancelled: the files are the collection's now.
            change = await self._collection.change(lambda: self._plan(documents, taken))
        except ScanError:
            await self._drop(taken)
            raise
        log.info("imported %d documents with %d pages", len(change.documents), len(taken))
        return Imported(
            documents=len(change.documents),
            pages=len(taken),
            known_pages=len(known),
            damaged_pages=len(arriving) - len(known) - len(taken),
        )

    async def _drop(self, pages: Iterable[PageId]) -> None:
        for page in pages:
            await self._blobs.drop(page)

    def _require_theirs(self, documents: tuple[Document, ...]) -> None:
        for document in documents:
            known = self._collection.documents.get(document.id)
            if known is not None and known.owner != document.owner:
                raise NotAllowed("the archive has a document that is somebody else's here")

    async def _take(self, arrival: Arrival, page: _Arriving, taken: dict[PageId, Page]) -> None:
        """Into the store and `taken`, unless it cannot be read."""
        name = page.new.id
        master, preview = self._blobs.master(name), self._blobs.preview(name)
        taken[name] = page.new
        await self._room.reserve(name, page.owner)
        is_whole = await arrival.take(page.old, master=master, preview=preview)
        if is_whole and await self._is_as_told(page.new):
            size_bytes = await self._blobs.sync(name)
            taken[name] = replace(page.new, size_bytes=size_bytes)
        else:
            del taken[name]
            await self._blobs.drop(name)

    async def _is_as_told(self, page: Page) -> bool:
        try:
            image = await self._imaging.verify(
                master=self._blobs.master(page.id), preview=self._blobs.preview(page.id)
            )
        except DamagedImage:
            return False
        return image == page.image

    def _plan(self, documents: tuple[Document, ...], coming: Mapping[PageId, Page]) -> Change:
        """At the end of those that are there, and in documents that are not."""
        changed = []
        for document in documents:
            own = tuple(page for page in document.pages if page in coming)
            known = self._collection.documents.get(document.id)
            if known is None:
                changed.append(with_pages(document, own))
            elif own:
                changed.append(with_pages(known, (*known.pages, *own)))
        return Change(tuple(changed), tuple(coming.values()))


def _arriving(contents: Contents, documents: tuple[Document, ...]) -> list[_Arriving]:
    return [
        _Arriving(old.id, replace(old, id=name, document=document.id), document.owner)
        for (_, pages), document in zip(contents.documents, documents, strict=True)
        for old, name in zip(pages, document.pages, strict=True)
    ]


def _adopted(contents: Contents, caller: Caller, *, as_own: bool) -> tuple[Document, ...]:
    """The documents as they are to be here. Raises NotAllowed or DamagedImage."""
    _require_ids(contents)
    documents = []
    for document, pages in contents.documents:
        names = tuple(page.id for page in pages)
        if as_own:
            documents.append(_owned(document, names, caller.owner))
            continue
        if not caller.is_admin and document.owner.uid != caller.owner.uid:
            raise NotAllowed("the archive has other people's documents: import it as your own")
        documents.append(replace(document, pages=names))
    return tuple(documents)


def _owned(document: Document, pages: tuple[PageId, ...], owner: Owner) -> Document:
    """Under names of its own, the same ones each time: the original may be here as well."""
    return replace(
        document,
        id=DocumentId("d" + _digest(owner, document.id)),
        owner=owner,
        instance=None,
        pages=tuple(PageId("p" + _digest(owner, page)) for page in pages),
    )


def _digest(owner: Owner, name: str) -> str:
    words = f"{owner.uid}\0{owner.origin or ''}\0{name}"
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _require_ids(contents: Contents) -> None:
    """Raises DamagedImage for documents and pages that cannot be of any store."""
    documents = [document for document, _ in contents.documents]
    pages = contents.pages
    is_right = (
        all(map(_is_named_rightly, documents))
        and all(map(_is_described_rightly, documents))
        and all(_PAGE.fullmatch(page.id) for page in pages)
        and len({document.id for document in documents}) == len(documents)
        and len({page.id for page in pages}) == len(pages)
        and all(map(_has_sound_edits, pages))
    )
    if not is_right:
        raise DamagedImage("the archive is damaged: its contents contradict each other")


def _is_named_rightly(document: Document) -> bool:
    """A buffer's name says whose it is: nobody brings along one for another owner."""
    if document.instance is None:
        return _DOCUMENT.fullmatch(document.id) is not None
    return _INSTANCE.fullmatch(
        document.instance
    ) is not None and document.id == ids.buffer_document(document.owner, document.instance)


def _is_described_rightly(document: Document) -> bool:
    origin = document.owner.origin or ""
    try:
        metadata = json.loads(document.metadata)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(metadata, dict)
        and len(document.metadata) <= METADATA_BYTES_AT_MOST
        and len(document.name) <= NAME_AT_MOST
        and document.name.isprintable()
        and len(origin) <= _ORIGIN_AT_MOST
        and origin.isprintable()
    )


def _has_sound_edits(page: Page) -> bool:
    try:
        after_all(page.image, page.edits)
    except InvalidParameter:
        return False
    return 0 <= page.undone <= len(page.edits)
