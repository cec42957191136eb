"""Scanning: the scanners, who holds them, and the jobs, put together for the app."""

from sheetfed import config_parts
from sheetfed.background import Background
from sheetfed.config_schema import Config
from sheetfed.core.access import Access
from sheetfed.core.events import Hub
from sheetfed.core.grants import Grants
from sheetfed.core.jobs import Jobs
from sheetfed.core.ledger import Ledger
from sheetfed.core.lookout import Lookout
from sheetfed.core.meter import Meter
from sheetfed.core.operating import Operating
from sheetfed.core.ports import Clock
from sheetfed.core.removal import Removal
from sheetfed.core.run import Parts
from sheetfed.core.scanners import Scanners
from sheetfed.core.sessions import Sessions
from sheetfed.devices.driver import SaneDevices
from sheetfed.devices.hotplug import Hotplug
from sheetfed.papers import Papers
from sheetfed.reloading import Reloading
from sheetfed.storage.store import Store


class Scanning:
    """Of one open store; whoever made it closes it before the papers."""

    def __init__(
        self,
        configuration: Reloading,
        *,
        devices: SaneDevices,
        store: Store,
        papers: Papers,
        access: Access,
        grants: Grants,
        hub: Hub,
        clock: Clock,
        meter: Meter,
    ) -> None:
        settings, tell = configuration.settings, configuration.tell
        self._papers = papers
        self.scanners = Scanners(devices=devices, hub=hub, default=settings.scanners.default)
        tell(lambda now: self.scanners.prefer(now.scanners.default))
        tell(lambda _: self.scanners.forget_capabilities())
        self.ledger = Ledger(joblog=store.jobs, hub=hub, clock=clock)
        self.sessions = Sessions(
            devices=devices,
            scanners=self.scanners,
            access=access,
            clock=clock,
            **config_parts.leases(settings.scanners),
        )
        tell(lambda now: self.sessions.change(**config_parts.leases(now.scanners)))
        self.operating = Operating(
            devices=devices, scanners=self.scanners, sessions=self.sessions, access=access
        )
        self.jobs = Jobs(
            parts=Parts(
                devices=devices,
                spools=store.spools,
                intake=papers.intake,
                ledger=self.ledger,
                clock=clock,
                meter=meter,
            ),
            scanners=self.scanners,
            sessions=self.sessions,
            documents=papers.documents,
            access=access,
            defaults=config_parts.defaults(settings),
        )
        tell(lambda now: self.jobs.change(config_parts.defaults(now)))
        for holding in (self.jobs, self.sessions):
            grants.watch(holding.recheck)
        self.removal = Removal(
            jobs=self.jobs, intake=papers.intake, ledger=self.ledger, documents=papers.documents
        )
        self._lookout = Lookout(
            scanners=self.scanners,
            clock=clock,
            network_every_s=config_parts.network_every_s(settings.scanners),
        )
        tell(self._look_as_configured)
        self._hotplug = Hotplug(changed=self._lookout.look)

    async def look(self, background: Background) -> None:
        """Find the scanners, now and whenever they may have changed."""
        await self._hotplug.start()
        background.run(self.scanners.refresh())
        background.run(self._lookout.run())

    async def take_up(self) -> None:
        """After the start, and after the papers: the jobs of the last run."""
        documents = self._papers.documents
        await self.ledger.load(lambda job: len(documents.indices_of(job.document, job.id)))

    async def close(self) -> None:
        """Give every scanner back."""
        self._hotplug.close()
        await self.sessions.aclose()

    def _look_as_configured(self, now: Config) -> None:
        self._lookout.change(config_parts.network_every_s(now.scanners))
        self._lookout.look()
