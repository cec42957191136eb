"""Doors: HTTP and D-Bus, both on the same services, put together for the app."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

from sheetfed import __version__, config_parts, https, share
from sheetfed.bus.connection import BusUnreachable
from sheetfed.bus.context import Context, Service
from sheetfed.bus.door import BusDoor
from sheetfed.bus.tasks import Tasks
from sheetfed.certificates.presented import Presented
from sheetfed.core.meter import Meter
from sheetfed.core.services import Services
from sheetfed.host import inherited, journal
from sheetfed.host.peer import PeerLookup
from sheetfed.redaction import redacted
from sheetfed.reloading import Reloading
from sheetfed.storage.store import Store
from sheetfed.web.door import HttpDoor
from sheetfed.web.files import Files

log = logging.getLogger(__name__)


class Doors:
    """Opened once; `http` is there from then on. Without a bus, HTTP goes on alone."""

    def __init__(
        self,
        configuration: Reloading,
        *,
        core: Services,
        store: Store,
        presented: Presented,
        peers: PeerLookup,
        meter: Meter,
        bus: str | None,
        reload: Callable[[], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        """`bus` is system, session, an address or nothing; `changed` is called when `troubles`
        or `endpoints` have."""
        self._configuration = configuration
        self._core = core
        self._store = store
        self._presented = presented
        self._peers = peers
        self._meter = meter
        self._bus = bus
        self._reload = reload
        self._changed = changed
        self._bus_trouble = ""
        self._opened = AsyncExitStack()

    @property
    def endpoints(self) -> Sequence[str]:
        """Where HTTP is really served."""
        return self.http.endpoints

    @property
    def troubles(self) -> Sequence[str]:
        """What is not as it should be, in a few words each; an empty one is none."""
        return [self._bus_trouble, *self.http.differences]

    async def open(self) -> None:
        """Raises OSError, ContractMissing or NameRefused."""
        await self._open_http()
        await self._open_bus()

    async def close(self) -> None:
        """The last first; also after an `open` that failed."""
        await self._opened.aclose()

    async def _open_http(self) -> None:
        settings = self._configuration.settings
        self.http = HttpDoor(
            addresses=config_parts.addresses(settings, self._presented.context),
            aliases=settings.http.host_aliases,
            limits=config_parts.web_limits(settings),
            version=__version__,
            files=await asyncio.to_thread(Files.read, share.client_folder()),
            core=self._core,
            peer_uid=self._peers.uid,
            meter=self._meter,
            handed=await asyncio.to_thread(inherited.listening, inherited.WEB),
            log_level=journal.level,
            set_log_level=journal.set_level,
        )
        self._opened.push_async_callback(self.http.close)
        self._configuration.tell(
            lambda now: self.http.change(
                aliases=now.http.host_aliases, limits=config_parts.web_limits(now)
            )
        )
        await self.http.start()
        for difference in self.http.differences:
            log.warning("%s", difference)

    async def _open_bus(self) -> None:
        if self._bus is None:
            return
        door = BusDoor(
            bus=self._bus,
            contract_folder=share.contract_folder(),
            context=Context(
                core=self._core,
                service=self._service(),
                file_at_most_bytes=self._configuration.settings.limits.file_bytes,
                tasks=Tasks(clock=self._core.clock),
            ),
            lost=lambda: self._without_bus("the message bus is gone"),
        )
        self._opened.push_async_callback(door.close)
        try:
            await door.start()
        except BusUnreachable as error:
            self._without_bus(str(error))

    def _service(self) -> Service:
        configuration = self._configuration
        return Service(
            version=__version__,
            endpoints=lambda: self.http.endpoints,
            https=lambda: https.told(self._presented.state),
            store_bytes=lambda: self._store.used_bytes,
            store_limit_bytes=lambda: configuration.settings.store.max_bytes,
            store_owner_limit_bytes=lambda: configuration.settings.store.max_bytes_per_owner,
            store_min_free_bytes=lambda: configuration.settings.store.min_free_bytes,
            store_folder=configuration.settings.store.path,
            configuration=lambda: redacted(configuration.settings),
            log_level=journal.level,
            set_log_level=journal.set_level,
            reload=self._reload,
        )

    def _without_bus(self, reason: str) -> None:
        log.warning("without D-Bus: %s", reason)
        self._bus_trouble = f"without D-Bus: {reason}"
        self._changed()
