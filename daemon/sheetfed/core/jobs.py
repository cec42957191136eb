"""Jobs: start a scan, watch it, go on, finish or cancel; the same for every door."""

import asyncio
import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from sheetfed.core import ids
from sheetfed.core.access import Access
from sheetfed.core.documents import Documents
from sheetfed.core.errors import (
    InternalError,
    NotFound,
    ScanError,
    ShuttingDown,
    TooMany,
    WrongState,
)
from sheetfed.core.leases import Lease
from sheetfed.core.ledger import Ledger
from sheetfed.core.model import (
    Caller,
    DocumentId,
    Holder,
    InstanceId,
    Job,
    JobId,
    JobState,
    Mode,
    Scanner,
    ScanSettings,
)
from sheetfed.core.run import Canceled, Parts, Run
from sheetfed.core.scanners import Scanners
from sheetfed.core.sessions import Sessions
from sheetfed.core.settings import invalid
from sheetfed.core.states import JobEvent

ACTIVE_AT_MOST: Final = 20
"""Jobs of one owner that have not ended."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a scan is done with when its caller does not say."""

    mode: Mode = Mode.COLOR
    resolution: int = 200
    pause_timeout_s: float = 600.0

    def fill(self, settings: ScanSettings) -> ScanSettings:
        """The settings with what they leave open, except what the caller's lease has set."""
        leased = settings.lease_options
        has_resolution = "resolution" in leased or "x-resolution" in leased
        return replace(
            settings,
            mode=settings.mode or (None if "mode" in leased else self.mode),
            resolution=settings.resolution or (None if has_resolution else self.resolution),
        )


class Jobs:
    """Every job has a task of its own, owned here."""

    def __init__(
        self,
        *,
        parts: Parts,
        scanners: Scanners,
        sessions: Sessions,
        documents: Documents,
        access: Access,
        defaults: Defaults,
    ) -> None:
        self._parts = parts
        self._ledger: Ledger = parts.ledger
        self._scanners = scanners
        self._sessions = sessions
        self._documents = documents
        self._access = access
        self._defaults = defaults
        self._runs: dict[JobId, Run] = {}
        self._connections: dict[JobId, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting = asyncio.Lock()
        self._draining = False

    def change(self, defaults: Defaults) -> None:
        """Take over a reloaded configuration, for the jobs to come."""
        self._defaults = defaults

    async def start(
        self, caller: Caller, settings: ScanSettings, instance: InstanceId | None = None
    ) -> Job:
        """Begin a scan and answer at once. A caller who has a session on the scanner lends it.

        Raises NotAllowed, InvalidParameter, NotFound, ScannerNotFound, NoScanner, ScannerBusy,
        TooMany, StoreFull or ShuttingDown.
        """
        await self._access.require_scan(caller)
        document = self._document(caller, settings, instance)
        scanner = await self.choose(caller, settings.scanner, instance)
        async with self._starting:
            if self._draining:
                raise ShuttingDown
            active = sum(
                not job.state.is_final for job in self._ledger.visible_to(Caller(caller.owner))
            )
            if active >= ACTIVE_AT_MOST:
                raise TooMany("too many jobs at once", details={"jobs": active})
            job = Job(
                id=ids.new_job(),
                owner=caller.owner,
                scanner=scanner.id,
                document=document,
                instance=instance,
                created=self._parts.clock.now(),
                ignored=settings.ignored,
            )
            return await self._begin(caller, settings, scanner, job)

    async def choose(
        self, caller: Caller, word: str | None, instance: InstanceId | None = None
    ) -> Scanner:
        """The scanner that this word, or no word, means to this caller.

        Without a word: the one it has selected or leased, else the one this instance used last,
        else this owner, else the default.
        """
        holder = holder_of(caller, instance)
        latest = self._ledger.last_of(caller.owner, instance)
        return await self._scanners.pick(
            word,
            self._sessions.selected(holder),
            self._sessions.leased(holder),
            *(job.scanner for job in latest if job is not None),
        )

    def _document(
        self, caller: Caller, settings: ScanSettings, instance: InstanceId | None
    ) -> DocumentId:
        if instance is not None:
            if settings.document is not None:
                raise invalid("document", "no document: an instance's pages go to its buffer")
            return ids.buffer_document(caller.owner, instance)
        if settings.document is None:
            return ids.new_document()
        found = self._documents.get(caller, settings.document)
        if found.owner != caller.owner:
            raise NotFound("there is no such document")
        return found.id

    async def _begin(
        self, caller: Caller, settings: ScanSettings, scanner: Scanner, job: Job
    ) -> Job:
        session = self._sessions.of(holder_of(caller, job.instance), scanner)
        lend = partial(self._scanners.claim, scanner) if session is None else session.borrow
        lease = lend(queue=settings.queue, moved=lambda ahead: self._moved(job.id, ahead))
        if session is not None:
            settings = replace(settings, lease_options=session.options)
        job = replace(job, position=lease.ahead)
        try:
            await self._ledger.open(job)
        except BaseException:
            lease.release()
            raise
        run = self._runs[job.id] = Run(
            parts=self._parts,
            job=job.id,
            scanner=scanner,
            settings=self._defaults.fill(settings),
            pause_timeout_s=self._defaults.pause_timeout_s,
        )
        self._connections[job.id] = caller.connection
        task = asyncio.create_task(self._carry_out(run, job.id, scanner, lease))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._moved(job.id, lease.ahead)
        return self._ledger.now(job.id)

    async def _carry_out(self, run: Run, job: JobId, scanner: Scanner, lease: Lease) -> None:
        """The job's task: run it, free the scanner, then tell how it ended."""
        event, error = JobEvent.COMPLETED, None
        try:
            await run(lease)
        except Canceled:
            event = JobEvent.CANCELED
        except ScanError as failure:
            event, error = JobEvent.FAILED, failure
            if isinstance(failure, InternalError):
                log.exception("job %s failed", job, extra={"job": job})
        except Exception:
            log.exception("job %s failed unexpectedly", job, extra={"job": job})
            event, error = JobEvent.FAILED, InternalError()
        finally:
            lease.release()
        self._ledger.end_reading(job)
        del self._runs[job], self._connections[job]
        ended = await self._ledger.end(job, event, error)
        log.info(
            "scan on %s: %s, %d pages, %d bytes, %.2f s",
            scanner.name,
            ended.state if error is None else f"{ended.state} ({error.code})",
            ended.pages,
            run.size_bytes,
            (ended.ended or ended.created) - ended.created,
            extra={"job": job, "scanner": scanner.id, "owner_uid": ended.owner.uid},
        )

    def get(self, caller: Caller, job: JobId) -> Job:
        """Raises NotFound."""
        return self._ledger.get(caller, job)

    def visible_to(self, caller: Caller) -> list[Job]:
        return self._ledger.visible_to(caller)

    async def settled(self, caller: Caller, job: JobId) -> Job:
        """Wait until the job has ended or is paused. Raises NotFound."""
        return await self._ledger.settled(self._ledger.get(caller, job).id)

    def resume(self, caller: Caller, job: JobId) -> None:
        """Go on with a paused job. Raises NotFound or WrongState."""
        self._answer(caller, job, JobEvent.RESUMED)

    def finish(self, caller: Caller, job: JobId) -> None:
        """End a paused job as done, with the pages it has. Raises NotFound or WrongState."""
        self._answer(caller, job, JobEvent.ENDED)

    async def cancel(self, caller: Caller, job: JobId) -> Job:
        """End the job and drop the page that is being read; waits until the scanner is free.

        A job that has ended stays as it is. Raises NotFound.
        """
        found = self._ledger.get(caller, job)
        run = self._runs.get(found.id)
        if run is not None:
            run.control.canceled.set()
        return await self._ledger.ended(found.id)

    async def cancel_all(self, caller: Caller, instance: InstanceId) -> None:
        """Cancel every job of this instance of the caller's."""
        jobs = [
            job.id
            for job in self._ledger.visible_to(Caller(caller.owner))
            if job.instance == instance and not job.state.is_final
        ]
        await asyncio.gather(*(self.cancel(caller, job) for job in jobs))

    def left(self, connection: str) -> None:
        """A bus connection is gone: its jobs that have not begun end, those that have go on."""
        for job, run in self._runs.items():
            is_queued = self._ledger.now(job).state is JobState.QUEUED
            if is_queued and self._connections[job] == connection:
                run.control.canceled.set()

    async def drain(self, timeout_s: float) -> None:
        """The service stops: no new job, the pages being read are finished and kept.

        Whatever is still going on after the time-out is canceled.
        """
        self._draining = True
        async with self._starting:
            for run in self._runs.values():
                run.control.drain()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
        for run in self._runs.values():
            run.control.canceled.set()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _answer(self, caller: Caller, job: JobId, event: JobEvent) -> None:
        found = self._ledger.get(caller, job)
        run = self._runs.get(found.id)
        if run is None or not run.control.answer(event):
            raise WrongState(
                f"the job is {found.state}, not paused", details={"state": str(found.state)}
            )
        self._ledger.move(found.id, event)

    def _moved(self, job: JobId, ahead: int) -> None:
        if job in self._runs:
            self._ledger.update(replace(self._ledger.now(job), position=ahead))


def holder_of(caller: Caller, instance: InstanceId | None = None) -> Holder:
    """Under which name the caller holds a scanner: its instance, or its bus connection."""
    return Holder(caller.owner, instance or caller.connection)
