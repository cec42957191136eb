"""App: every part of the daemon, put together, run, and taken down in reverse."""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from sheetfed import __version__, config_parts, garbage, keys, sending
from sheetfed.background import Background
from sheetfed.certificates.errors import CertificateRefused
from sheetfed.certificates.presented import Presented
from sheetfed.config import Config
from sheetfed.core.access import Access
from sheetfed.core.errors import InternalError, InvalidParameter
from sheetfed.core.events import Hub
from sheetfed.core.grants import Grants
from sheetfed.core.housekeeping import Housekeeping
from sheetfed.core.lapsing import Lapsing
from sheetfed.core.latecomers import Latecomers
from sheetfed.core.services import Services
from sheetfed.doors import Doors
from sheetfed.host import journal, signals
from sheetfed.host.accounts import UnixAccounts
from sheetfed.host.clock import SystemClock
from sheetfed.host.notify import Notifier, Watchdog
from sheetfed.host.peer import PeerLookup
from sheetfed.imaging.pool import ImagingPool
from sheetfed.metering import Metering, Watched
from sheetfed.papers import Papers
from sheetfed.reloading import Reloading
from sheetfed.scanning import Scanning
from sheetfed.standing import Standing
from sheetfed.storage.store import Store

log = logging.getLogger(__name__)


class App:
    """The composition root: the only place that knows all parts."""

    def __init__(self, settings: Config, *, path: Path, bus: str | None) -> None:
        """`path` is read again on SIGHUP; `bus` is system, session, an address or nothing."""
        self._settings = settings
        self._configuration = Reloading(settings, path=path)
        self._bus = bus
        self._stop = asyncio.Event()
        self._failure: InternalError | None = None
        self._is_reload_due = False
        self._teardown = AsyncExitStack()
        self._background = Background()

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then finish the pages being read, as far as
        `[jobs] drain_timeout_s` allows, and leave.

        Raises OSError, ScanError, KeyRefused or CertificateRefused when the daemon cannot start.
        """
        async with self._teardown:
            await self._host()
            await self._store_and_workers()
            self._core()
            await self.scanning.look(self._background)
            await self._take_up_where_it_stopped()
            await self._services()
            await self._certificates()
            await self._open_doors()
            await self._meter()
            self.standing.announce()
            self._background.run(self._image_workers())
            if self._is_reload_due:
                self._background.run(self._reload_and_log())
            garbage.collect_seldom()
            await self._stop.wait()
            self.standing.stopping("Stopping: finishing the pages that are being read or sent")
            drain_timeout_s = self._configuration.settings.jobs.drain_timeout_s
            self.doors.http.stop_work()
            await asyncio.gather(
                self.scanning.jobs.drain(drain_timeout_s), self.transfers.drain(drain_timeout_s)
            )
            self.hub.close()
            try:
                await self.papers.collection.save_late()
            finally:
                await self.grants.save_late()
        if self._failure is not None:
            raise self._failure

    async def _host(self) -> None:
        self.notifier = await Notifier.open()
        self.standing = Standing(
            notifier=self.notifier,
            endpoints=lambda: self.doors.endpoints,
            troubles=(
                lambda: self.doors.troubles,
                lambda: [self.presented.state.trouble],
                lambda: self._configuration.troubles,
            ),
        )
        self._teardown.callback(self.notifier.close)
        self._teardown.push_async_callback(self._background.close)
        self.peers = await PeerLookup.open()
        self._teardown.callback(self.peers.close)
        self._teardown.enter_context(
            signals.handled(
                stop=self._stop.set, reload=lambda: self._background.run(self._reload_and_log())
            )
        )
        self._configuration.tell(lambda now: journal.set_level(now.log.level))
        self._background.run(Watchdog(notifier=self.notifier).run())

    async def _store_and_workers(self) -> None:
        store = self._settings.store
        keyring = await keys.keyring(store, notifier=self.notifier)
        self.store = await self._teardown.enter_async_context(
            Store.open(
                store.path,
                cache=store.cache,
                limits=config_parts.limits(store),
                cache_max_bytes=store.render_cache_bytes,
                keyring=keyring,
            )
        )
        self._configuration.tell(
            lambda now: self.store.change(
                config_parts.limits(now.store), cache_max_bytes=now.store.render_cache_bytes
            )
        )
        self.imaging = ImagingPool(
            workers=self._settings.imaging.workers or os.cpu_count() or 1,
            keyring=keyring,
            pixels_at_most=self._settings.limits.megapixels * 1_000_000,
        )
        self._teardown.push_async_callback(self.imaging.close)
        self.devices = config_parts.devices(self._settings.scanners)
        self._configuration.tell(
            lambda now: self.devices.change(
                config_parts.selection(now.scanners), quirks_dir=now.scanners.quirks_dir
            )
        )
        self._teardown.push_async_callback(self.devices.close)
        await self.devices.start()

    def _core(self) -> None:
        store, tell = self.store, self._configuration.tell
        self.metering = Metering(self._settings.metrics.listen, version=__version__)
        self.clock = clock = SystemClock()
        # Above every number of an earlier run, whatever the listener that returns has seen.
        self.hub = Hub(first_number=int(clock.now() * 1000))
        self.grants = Grants(
            book=store.grants,
            hub=self.hub,
            clock=clock,
            configured=self._settings.origins.allow,
        )
        tell(lambda now: self.grants.configure(now.origins.allow))
        self.access = Access(
            accounts=UnixAccounts(), scan_rules=self._settings.access.scan, grants=self.grants
        )
        tell(lambda now: self.access.change(scan_rules=now.access.scan))
        self.papers = Papers(
            store=store,
            imaging=self.imaging,
            hub=self.hub,
            clock=clock,
            pages_at_most=self._settings.store.max_pages,
            instances_at_most=self._settings.limits.instances,
            meter=self.metering.meter,
        )
        tell(lambda now: self.papers.collection.limit(pages_at_most=now.store.max_pages))
        tell(lambda now: self.papers.documents.limit(instances_at_most=now.limits.instances))
        self._teardown.push_async_callback(self.papers.close)
        self.scanning = Scanning(
            self._configuration,
            devices=self.devices,
            store=store,
            papers=self.papers,
            access=self.access,
            grants=self.grants,
            hub=self.hub,
            clock=clock,
            meter=self.metering.meter,
        )
        self._teardown.push_async_callback(self.scanning.close)
        # What is in the background works with the store and the workers: it ends before them.
        self._teardown.push_async_callback(self._background.close)

    async def _take_up_where_it_stopped(self) -> None:
        await self.grants.load()
        self._background.run(Lapsing(grants=self.grants, clock=self.clock).run())
        await self.papers.take_up()
        await self.scanning.take_up()
        keep_browser_s, keep_other_s = config_parts.kept_for_s(self._settings.store)
        self.housekeeping = Housekeeping(
            documents=self.papers.documents,
            collection=self.papers.collection,
            ledger=self.scanning.ledger,
            grants=self.grants,
            clock=self.clock,
            keep_browser_s=keep_browser_s,
            keep_other_s=keep_other_s,
        )
        self._configuration.tell(
            lambda now: self.housekeeping.change(*config_parts.kept_for_s(now.store))
        )
        self._background.run(self.housekeeping.run())
        self._background.run(Latecomers(intake=self.papers.intake, clock=self.clock).run())

    async def _services(self) -> None:
        self.transfers = await sending.transfers(
            self._configuration,
            renders=self.papers.renders,
            access=self.access,
            hub=self.hub,
            clock=self.clock,
            meter=self.metering.meter,
        )
        self.grants.watch(self.transfers.recheck)
        self.services = Services(
            access=self.access,
            grants=self.grants,
            hub=self.hub,
            clock=self.clock,
            scanners=self.scanning.scanners,
            sessions=self.scanning.sessions,
            operating=self.scanning.operating,
            jobs=self.scanning.jobs,
            removal=self.scanning.removal,
            documents=self.papers.documents,
            describing=self.papers.describing,
            arranging=self.papers.arranging,
            editing=self.papers.editing,
            loading=self.papers.loading,
            splitting=self.papers.splitting,
            renders=self.papers.renders,
            storekeeping=self.papers.storekeeping,
            incoming=self.store.incoming,
            transfers=self.transfers,
        )

    async def _certificates(self) -> None:
        self.presented = Presented(clock=self.clock, changed=self.standing.changed)
        (await self.presented.prepare(config_parts.certificates(self._settings.https)))()
        self._configuration.prepare(self._certificates_of)
        self._background.run(self.presented.run())

    async def _certificates_of(self, now: Config) -> Callable[[], None]:
        try:
            return await self.presented.prepare(config_parts.certificates(now.https))
        except CertificateRefused as error:
            raise InvalidParameter(str(error)) from error

    async def _open_doors(self) -> None:
        self.doors = Doors(
            self._configuration,
            core=self.services,
            store=self.store,
            presented=self.presented,
            peers=self.peers,
            meter=self.metering.meter,
            bus=self._bus,
            reload=self.reload,
            changed=self.standing.changed,
        )
        self._teardown.push_async_callback(self.doors.close)
        await self.doors.open()

    async def _meter(self) -> None:
        self._teardown.push_async_callback(self.metering.close)
        await self.metering.serve(
            Watched(
                store=self.store,
                store_limit_bytes=lambda: self._configuration.settings.store.max_bytes,
                imaging=self.imaging,
                papers=self.papers,
                core=self.services,
                http_door=self.doors.http,
            )
        )

    async def _image_workers(self) -> None:
        """After the start, which is shorter for it: work on pages waits for them, nothing else."""
        try:
            await self.imaging.start()
        except InternalError as error:
            self._failure = error
            self._stop.set()

    async def _reload_and_log(self) -> None:
        if not self.standing.is_ready:
            self._is_reload_due = True
            return
        try:
            await self.reload()
        except InvalidParameter as error:
            log.warning("the configuration stays as it was: %s", error.message)

    async def reload(self) -> None:
        """Read the configuration again. Raises InvalidParameter, and then nothing changed."""
        if self._stop.is_set():
            return
        self.standing.reloading()
        try:
            await self._configuration.read_again()
        finally:
            self.standing.reloaded()
