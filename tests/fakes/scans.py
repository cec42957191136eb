"""Scans: short words for a test that starts jobs of a core and looks at them."""

from dataclasses import dataclass, replace

from fakes.core import ALICE, FakeCore
from fakes.devices import DESK, HALL, Sheet, SlowSheet, Step
from fakes.gate import idle, until
from sheetfed.core.events import Event, JobChanged, ScannerChanged
from sheetfed.core.job import Job, JobState
from sheetfed.core.model import Caller, InstanceId, JobId, PaperSource, ScanSettings

FEEDER = ScanSettings(paper_source=PaperSource.FEEDER)
FLATBED = ScanSettings(paper_source=PaperSource.FLATBED)


@dataclass(frozen=True, slots=True)
class Scans:
    """What a caller does with a core."""

    core: FakeCore
    caller: Caller = ALICE

    async def start(
        self, settings: ScanSettings = FEEDER, *, instance: InstanceId | None = None
    ) -> Job:
        return await self.core.jobs.start(self.caller, settings, instance)

    async def queue(self, settings: ScanSettings = FEEDER) -> Job:
        return await self.start(replace(settings, queue=True))

    async def reading(self, *steps: Step, sheet: SlowSheet) -> Job:
        """A job that is reading this sheet after those steps, with one more behind it."""
        self.core.devices.load(*steps, sheet, Sheet())
        job = await self.start()
        await sheet.gate.reached()
        await idle()
        return job

    def now(self, job: Job) -> Job:
        return self.core.jobs.get(self.caller, job.id)

    async def settled(self, job: Job) -> Job:
        return await self.core.jobs.settled(self.caller, job.id)

    async def ended(self, job: Job) -> Job:
        await until(lambda: self.now(job).state.is_final)
        return self.now(job)

    async def scan(self, settings: ScanSettings = FEEDER) -> Job:
        """Start a job and wait until it has ended or is paused."""
        return await self.settled(await self.start(settings))

    async def reached(self, job: Job, state: JobState) -> None:
        await until(lambda: self.now(job).state is state)
        await idle()

    def sequences(self, job: Job) -> list[int]:
        """Which of the job's pages are in its document, in their order there."""
        return [
            page.sequence
            for document in self.core.documents.visible_to(self.caller)
            if document.id == job.document
            for page in self.core.documents.pages_of(document)
            if page.job == job.id
        ]

    def assert_nothing_left(self) -> None:
        """No scanner is held or open, no page is half read, and none is waited for."""
        assert self.core.intake._expected == {}
        assert self.core.devices.in_use == set()
        assert not any(self.core.scanners.is_busy(scanner.id) for scanner in (DESK, HALL))
        assert all(spool.is_closed for spool in self.core.store.spools.made)


def states(events: list[Event], job: JobId) -> list[str]:
    """The states a job went through, without repeats."""
    told: list[str] = []
    for event in events:
        if isinstance(event, JobChanged) and event.job.id == job:
            state = str(event.job.state)
            if told[-1:] != [state]:
                told.append(state)
    return told


def busy_and_states(events: list[Event]) -> list[str]:
    """Job states and the scanner's being busy or free, in the order told."""
    told: list[str] = []
    for event in events:
        if isinstance(event, ScannerChanged):
            told.append("busy" if event.busy else "free")
        elif isinstance(event, JobChanged) and told[-1:] != [str(event.job.state)]:
            told.append(str(event.job.state))
    return told
