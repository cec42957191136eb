"""Shelf: documents over a store in memory, filled by hand."""

from fakes.clock import FakeClock
from fakes.core import ALICE
from fakes.pages import A4_300
from fakes.store import MemoryBlobs, MemoryCatalogue
from sheetfed.core import ids
from sheetfed.core.documents import Documents
from sheetfed.core.events import Hub
from sheetfed.core.model import Caller, DocumentId, InstanceId, JobId, Page, PageId, PageTicket

ONE = InstanceId("1")
BUFFER = ids.buffer_document(ALICE.owner, ONE)
SIZE = MemoryBlobs.SIZE_BYTES
JOB = JobId("j1")


class Shelf:
    """Documents over a store in memory."""

    def __init__(self, catalogue: MemoryCatalogue | None = None) -> None:
        self.catalogue = catalogue or MemoryCatalogue()
        self.blobs = MemoryBlobs()
        self.hub = Hub()
        self.clock = FakeClock()
        self.documents = Documents(
            catalogue=self.catalogue, blobs=self.blobs, hub=self.hub, clock=self.clock
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
        ticket = PageTicket(
            page=PageId(name),
            job=job,
            sequence=0,
            document=document,
            owner=caller.owner,
            instance=instance,
            created=self.clock.now(),
        )
        return await self.documents.append(ticket, A4_300, await self.blobs.sync(ticket.page))

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
