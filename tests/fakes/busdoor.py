"""Bus door: the real one over a core of fakes, on a bus of the test's own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fakes.core import FakeCore
from fakes.incoming import FolderIncoming
from sheetfed.bus.context import Context, Service
from sheetfed.bus.door import BusDoor
from sheetfed.bus.https import Https
from sheetfed.bus.tasks import Tasks
from sheetfed.share import contract_folder

CONTRACT = contract_folder()

NO_HTTPS = Https(source="off")


@dataclass
class FakeService:
    """The daemon around the core, as Manager sees it."""

    level: str = "info"
    reloads: int = 0
    fault: Exception | None = None
    answer_deadline_s: float = 10.0
    endpoints: Sequence[str] = ("http://127.0.0.1:18622",)
    https: Https = NO_HTTPS

    async def reload(self) -> None:
        self.reloads += 1
        if self.fault is not None:
            raise self.fault

    def set_level(self, level: str) -> None:
        self.level = level

    def context(self, core: FakeCore) -> Context:
        return Context(
            core=core.services(FolderIncoming(core.cache.folder)),
            service=Service(
                version="1.2.3",
                endpoints=lambda: self.endpoints,
                https=lambda: self.https,
                store_bytes=core.stored_bytes,
                store_limit_bytes=lambda: 20 << 30,
                store_owner_limit_bytes=lambda: 10 << 30,
                store_min_free_bytes=lambda: 512 << 20,
                store_folder=core.cache.folder,
                configuration=lambda: {"http.listen": ["127.0.0.1:18622"]},
                log_level=lambda: self.level,
                set_log_level=self.set_level,
                reload=self.reload,
            ),
            file_at_most_bytes=1 << 20,
            tasks=Tasks(clock=core.clock, answer_deadline_s=self.answer_deadline_s),
        )


@asynccontextmanager
async def door_on(address: str, core: FakeCore, service: FakeService) -> AsyncIterator[BusDoor]:
    door = BusDoor(bus=address, contract_folder=CONTRACT, context=service.context(core))
    await door.start()
    try:
        yield door
    finally:
        await door.close()
