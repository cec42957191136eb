"""Shelf: documents over a store in memory, filled by hand."""

from pathlib import Path

from fakes.clock import FakeClock
from fakes.core import ALICE
from fakes.pages import A4_300, FakePages
from fakes.store import MemoryBlobs, MemoryCatalogue, MemoryRenderCache, MemoryRoom
from sheetfed.core import ids
from sheetfed.core.arranging import Arranging
from sheetfed.core.collection import Collection
from sheetfed.core.describing import Describing
from sheetfed.core.documents import Documents
from sheetfed.core.editing import Editing
from sheetfed.core.events import Hub
from sheetfed.core.model import Caller, DocumentId, InstanceId, JobId, Page, PageId
from sheetfed.core.renders import Renders
from sheetfed.core.splitting import Splitting

ONE = InstanceId("1")
BUFFER = ids.buffer_document(ALICE.owner, ONE)
SIZE = MemoryBlobs.SIZE_BYTES
JOB = JobId("j1")


class Shelf:
    """Documents over a store in memory, and what can be done with them."""

    def __init__(
        self, catalogue: MemoryCatalogue | None = None, *, pages_at_most: int | None = None
    ) -> None:
        self.catalogue = catalogue or MemoryCatalogue()
        self.blobs = MemoryBlobs()
        self.room = MemoryRoom()
        self.pages = FakePages()
        self.hub = Hub()
        self.clock = FakeClock()
        self.cache = MemoryRenderCache(Path("/nowhere"))
        self.renders = Renders(imaging=self.pages, blobs=self.blobs, cache=self.cache)
        self.collection = Collection(
            catalogue=self.catalogue,
            blobs=self.blobs,
            renders=self.renders,
            hub=self.hub,
            clock=self.clock,
            pages_at_most=pages_at_most,
        )
        self.documents = Documents(collection=self.collection, clock=self.clock)
        self.describing = Describing(collection=self.collection, documents=self.documents)
        self.arranging = Arranging(
            collection=self.collection,
            documents=self.documents,
            blobs=self.blobs,
            room=self.room,
            clock=self.clock,
        )
        self.editing = Editing(
            collection=self.collection,
            documents=self.documents,
            renders=self.renders,
            measures=self.pages,
        )
        self.splitting = Splitting(
            collection=self.collection,
            documents=self.documents,
            renders=self.renders,
            measures=self.pages,
        )

    async def add(
        self,
        name: str,
        *,
        caller: Caller = ALICE,
        instance: InstanceId | None = ONE,
        document: DocumentId | None = None,
        job: JobId = JOB,
    ) -> Page:
        if document is None:
            assert instance is not None
            document = ids.buffer_document(caller.owner, instance)
        page = Page(
            id=PageId(name),
            document=document,
            job=job,
            sequence=0,
            image=A4_300,
            size_bytes=await self.blobs.sync(PageId(name)),
            created=self.clock.now(),
        )
        return await self.documents.append(page, caller.owner, instance)

    async def fill(self, *names: str) -> None:
        for name in names:
            await self.add(name)

    @property
    def order(self) -> tuple[PageId, ...]:
        return self.documents.get(ALICE, BUFFER).pages

    @property
    def stored(self) -> list[PageId]:
        """The order on disk."""
        return [page.id for page in self.catalogue.rows[BUFFER][1]]
