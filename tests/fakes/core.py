"""A whole core over fakes, for tests of the core and of the doors."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self

from fakes.accounts import FakeAccounts
from fakes.archives import MemoryArchives, MemoryFolder
from fakes.clock import FakeClock
from fakes.devices import DESK, HALL, FakeDevices
from fakes.grants import MemoryGrantBook
from fakes.pages import FakePages
from fakes.sender import FakeSender
from fakes.store import (
    MemoryBlobs,
    MemoryCatalogue,
    MemoryJobLog,
    MemoryRenderCache,
    MemoryRoom,
    MemorySpools,
)
from sheetfed.core.access import Access
from sheetfed.core.arranging import Arranging
from sheetfed.core.collection import Collection
from sheetfed.core.corrections import Corrections
from sheetfed.core.defaults import Defaults
from sheetfed.core.describing import Describing
from sheetfed.core.documents import Documents
from sheetfed.core.editing import Editing
from sheetfed.core.events import Hub
from sheetfed.core.grants import Grants
from sheetfed.core.intake import Intake
from sheetfed.core.jobs import Jobs
from sheetfed.core.ledger import Ledger
from sheetfed.core.loading import Loading
from sheetfed.core.meter import NO_METER, Meter
from sheetfed.core.model import Caller, Owner
from sheetfed.core.operating import Operating
from sheetfed.core.ports import Incoming
from sheetfed.core.removal import Removal
from sheetfed.core.renders import Renders
from sheetfed.core.run import Parts
from sheetfed.core.scanner import Scanner
from sheetfed.core.scanners import Scanners
from sheetfed.core.services import Services
from sheetfed.core.sessions import Sessions
from sheetfed.core.splitting import Splitting
from sheetfed.core.storekeeping import StoreKeeping
from sheetfed.core.transfers import TransferLimits, Transfers

ORIGIN = "https://app.example.org"
ALICE = Caller(Owner(1000))
ALICE_ON_THE_WEB = Caller(Owner(1000, ORIGIN))
BOB = Caller(Owner(1001))
ADMIN = Caller(Owner(0), is_admin=True)
DRAIN_S = 5.0


@dataclass(kw_only=True)
class FakeStore:
    """What outlives a restart: give it to a second core."""

    catalogue: MemoryCatalogue = field(default_factory=MemoryCatalogue)
    joblog: MemoryJobLog = field(default_factory=MemoryJobLog)
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    spools: MemorySpools = field(default_factory=MemorySpools)
    room: MemoryRoom = field(default_factory=MemoryRoom)
    grants: MemoryGrantBook = field(default_factory=MemoryGrantBook)


@dataclass(kw_only=True)
class FakeCore:
    """The parts of a core and the fakes below them. Sessions end by a clock of their own, which
    a test moves."""

    clock: FakeClock
    session_clock: FakeClock
    accounts: FakeAccounts
    devices: FakeDevices
    pages: FakePages
    store: FakeStore
    cache: MemoryRenderCache
    hub: Hub
    grants: Grants
    access: Access
    scanners: Scanners
    sessions: Sessions
    operating: Operating
    collection: Collection
    documents: Documents
    describing: Describing
    arranging: Arranging
    editing: Editing
    loading: Loading
    splitting: Splitting
    intake: Intake
    ledger: Ledger
    jobs: Jobs
    removal: Removal
    renders: Renders
    store_folder: MemoryFolder
    archives: MemoryArchives
    storekeeping: StoreKeeping
    sender: FakeSender
    transfers: Transfers

    def services(self, incoming: Incoming) -> Services:
        """What doors open on."""
        names = {each.name for each in fields(Services)} - {"incoming"}
        return Services(incoming=incoming, **{name: getattr(self, name) for name in names})

    @classmethod
    def assemble(
        cls,
        folder: Path,
        *,
        scanners: Sequence[Scanner] = (DESK, HALL),
        default_scanner: str = "",
        rules: Mapping[str, set[int]] | None = None,
        scan_rules: Sequence[str] = ("*",),
        origins: Sequence[str] = (ORIGIN,),
        defaults: Defaults | None = None,
        store: FakeStore | None = None,
        clock: FakeClock | None = None,
        pages_at_most: int | None = None,
        transfer_limits: TransferLimits | None = None,
        meter: Meter = NO_METER,
    ) -> Self:
        """Build it; nothing is loaded yet. Files being rendered are in the folder."""
        clock = clock or FakeClock()
        store = store or FakeStore()
        accounts, devices, pages, hub = (
            FakeAccounts(rules),
            FakeDevices(*scanners),
            FakePages(),
            Hub(),
        )
        cache = MemoryRenderCache(folder)
        grants = Grants(book=store.grants, hub=hub, clock=clock, configured=origins)
        access = Access(accounts=accounts, scan_rules=scan_rules, grants=grants)
        renders = Renders(imaging=pages, blobs=store.blobs, cache=cache, meter=meter)
        collection = Collection(
            catalogue=store.catalogue,
            blobs=store.blobs,
            renders=renders,
            hub=hub,
            clock=clock,
            pages_at_most=pages_at_most,
        )
        documents = Documents(collection=collection, clock=clock)
        intake = Intake(
            imaging=pages,
            corrections=Corrections(measures=pages),
            blobs=store.blobs,
            spools=store.spools,
            documents=documents,
            meter=meter,
        )
        ledger = Ledger(joblog=store.joblog, hub=hub, clock=clock)
        listed = Scanners(devices=devices, hub=hub, default=default_scanner)
        sender = FakeSender()
        store_folder, archives = MemoryFolder(), MemoryArchives()
        session_clock = FakeClock(is_manual=True)
        sessions = Sessions(devices=devices, scanners=listed, access=access, clock=session_clock)
        parts = Parts(
            devices=devices,
            spools=store.spools,
            intake=intake,
            ledger=ledger,
            clock=clock,
            meter=meter,
        )
        jobs = Jobs(
            parts=parts,
            scanners=listed,
            sessions=sessions,
            documents=documents,
            access=access,
            defaults=defaults or Defaults(),
        )
        return cls(
            clock=clock,
            session_clock=session_clock,
            accounts=accounts,
            devices=devices,
            pages=pages,
            store=store,
            cache=cache,
            hub=hub,
            grants=grants,
            access=access,
            scanners=listed,
            sessions=sessions,
            operating=Operating(devices=devices, scanners=listed, sessions=sessions, access=access),
            collection=collection,
            documents=documents,
            describing=Describing(collection=collection, documents=documents),
            arranging=Arranging(
                collection=collection,
                documents=documents,
                blobs=store.blobs,
                room=store.room,
                clock=clock,
            ),
            editing=Editing(
                collection=collection, documents=documents, renders=renders, measures=pages
            ),
            loading=Loading(
                imaging=pages,
                collection=collection,
                documents=documents,
                blobs=store.blobs,
                room=store.room,
                clock=clock,
            ),
            splitting=Splitting(
                collection=collection, documents=documents, renders=renders, measures=pages
            ),
            intake=intake,
            ledger=ledger,
            jobs=jobs,
            removal=Removal(jobs=jobs, intake=intake, ledger=ledger, documents=documents),
            renders=renders,
            store_folder=store_folder,
            archives=archives,
            storekeeping=StoreKeeping(
                collection=collection,
                blobs=store.blobs,
                imaging=pages,
                room=store.room,
                folder=store_folder,
                archives=archives,
                clock=clock,
            ),
            sender=sender,
            transfers=Transfers(
                renders=renders,
                sender=sender,
                access=access,
                hub=hub,
                clock=clock,
                limits=transfer_limits or TransferLimits(),
                meter=meter,
            ),
        )

    async def load(self) -> None:
        """Start it as the daemon does: what is stored, what was cut off, which scanners."""
        await self.grants.load()
        for holding in (self.jobs, self.sessions, self.transfers):
            self.grants.watch(holding.recheck)
        await self.collection.load()
        await self.intake.recover()
        await self.ledger.load(lambda job: len(self.documents.indices_of(job.document, job.id)))
        await self.scanners.refresh()

    def stored_bytes(self) -> int:
        return sum(page.size_bytes for page in self.collection.pages.values())

    async def close(self) -> None:
        await self.jobs.drain(DRAIN_S)
        await self.transfers.drain(0)
        await self.sessions.aclose()
        await self.storekeeping.close()
        await self.collection.close()
        await self.renders.close()
        self.hub.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        await self.load()
        try:
            yield self
        finally:
            await self.close()
