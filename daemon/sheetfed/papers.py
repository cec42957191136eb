"""Papers: the documents, and all that is done with them, put together for the app."""

import logging

from sheetfed.core.arranging import Arranging
from sheetfed.core.collection import Collection
from sheetfed.core.corrections import Corrections
from sheetfed.core.describing import Describing
from sheetfed.core.documents import Documents
from sheetfed.core.editing import Editing
from sheetfed.core.events import Hub
from sheetfed.core.intake import Intake
from sheetfed.core.loading import Loading
from sheetfed.core.lost import give_up
from sheetfed.core.meter import Meter
from sheetfed.core.ports import Clock
from sheetfed.core.renders import Renders, prefix
from sheetfed.core.splitting import Splitting
from sheetfed.core.storekeeping import StoreKeeping
from sheetfed.imaging.pool import ImagingPool
from sheetfed.storage.store import Store

log = logging.getLogger(__name__)


class Papers:
    """Of one open store; whoever made it closes it before the store and the pool."""

    def __init__(
        self,
        *,
        store: Store,
        imaging: ImagingPool,
        hub: Hub,
        clock: Clock,
        pages_at_most: int,
        instances_at_most: int,
        meter: Meter,
    ) -> None:
        self._store = store
        self.renders = Renders(imaging=imaging, blobs=store.blobs, cache=store.renders, meter=meter)
        self.collection = Collection(
            catalogue=store.catalogue,
            blobs=store.blobs,
            renders=self.renders,
            hub=hub,
            clock=clock,
            pages_at_most=pages_at_most,
        )
        self.documents = Documents(
            collection=self.collection, clock=clock, instances_at_most=instances_at_most
        )
        self.describing = Describing(collection=self.collection, documents=self.documents)
        self.arranging = Arranging(
            collection=self.collection,
            documents=self.documents,
            blobs=store.blobs,
            room=store.room,
            clock=clock,
        )
        self.editing = Editing(
            collection=self.collection,
            documents=self.documents,
            renders=self.renders,
            measures=imaging,
        )
        self.loading = Loading(
            imaging=imaging,
            collection=self.collection,
            documents=self.documents,
            blobs=store.blobs,
            room=store.room,
            clock=clock,
        )
        self.splitting = Splitting(
            collection=self.collection,
            documents=self.documents,
            renders=self.renders,
            measures=imaging,
        )
        self.intake = Intake(
            imaging=imaging,
            corrections=Corrections(measures=imaging),
            blobs=store.blobs,
            spools=store.spools,
            documents=self.documents,
            meter=meter,
        )
        self.storekeeping = StoreKeeping(
            collection=self.collection,
            blobs=store.blobs,
            imaging=imaging,
            room=store.room,
            folder=store.folder,
            archives=store.archives,
            clock=clock,
        )

    async def take_up(self) -> None:
        """After the start: what is stored, and what was read before the last stop."""
        await self.collection.load()
        lost, spools = await self._store.keys.lost(self.documents.all_pages())
        if lost or spools:
            log.warning(
                "%d pages were sealed with a key that is gone, and have been removed: the service "
                "was stopped, or nobody kept the key",
                len(lost) + spools,
            )
            await give_up(self.collection, lost)
        await self._store.keys.settle()
        recovered = await self.intake.recover()
        if recovered:
            log.warning("%d pages read before the restart are in their documents", recovered)
        pages = self.documents.all_pages()
        await self._store.blobs.sweep(pages)
        await self._store.renders.keep_only(frozenset(map(prefix, pages)))

    async def close(self) -> None:
        """Wait for what is being written and made."""
        await self.storekeeping.close()
        await self.collection.close()
        await self.renders.close()
