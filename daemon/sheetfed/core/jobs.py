"""Jobs: start a scan, watch it, go on, finish or cancel; the same for every door."""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Final

from sheetfed.core import ids
from sheetfed.core.access import Access
from sheetfed.core.errors import (
    InternalError,
    ScanError,
    ShuttingDown,
    TooMany,
    WrongState,
)
from sheetfed.core.leases import Lease
from sheetfed.core.ledger import Ledger
from sheetfed.core.model import (
    Caller,
    InstanceId,
    Job,
    JobId,
    Mode,
    Scanner,
    ScanSettings,
)
from sheetfed.core.run import Canceled, Parts, Run
from sheetfed.core.scanners import Scanners
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


class Jobs:
    """Every job has a task of its own, owned here."""

    def __init__(
        self, *, parts: Parts, scanners: Scanners, access: Access, defaults: Defaults
    ) -> None:
        self._parts = parts
        self._ledger: Ledger = parts.ledger
        self._scanners = scanners
        self._access = access
        self._defaults = defaults
        self._runs: dict[JobId, Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting = asyncio.Lock()
        self._draining = False

    def change(self, defaults: Defaults) -> None:
        """Take over a reloaded configuration, for the jobs to come."""
        self._defaults = defaults

    async def start(
        self, caller: Caller, settings: ScanSettings, instance: InstanceId | None = None
    ) -> Job:
        """Begin a scan and answer at once.

        Raises NotAllowed, ScannerNotFound, NoScanner, ScannerBusy, TooMany, StoreFull or
        ShuttingDown.
        """
        await self._access.require_scan(caller)
        scanner = await self.choose(caller, settings.scanner, instance)
        settings = replace(
            settings,
            mode=settings.mode or self._defaults.mode,
            resolution=settings.resolution or self._defaults.resolution,
        )
        async with self._starting:
            if self._draining:
                raise ShuttingDown
            active = sum(
                not job.state.is_final for job in self._ledger.visible_to(Caller(caller.owner))
            )
            if active >= ACTIVE_AT_MOST:
                raise TooMany("too many jobs at once", details={"jobs": active})
            return await self._begin(caller, settings, instance, scanner)

    async def choose(
        self, caller: Caller, word: str | None, instance: InstanceId | None = None
    ) -> Scanner:
        """The scanner that this word, or no word, means to this caller.

        Without a word: the one this instance used last, else this owner, else the default.
        """
        latest = self._ledger.last_of(caller.owner, instance)
        return await self._scanners.pick(word, *(job.scanner for job in latest if job is not None))

    async def _begin(
        self, caller: Caller, settings: ScanSettings, instance: InstanceId | None, scanner: Scanner
    ) -> Job:
        job = Job(
            id=ids.new_job(),
            owner=caller.owner,
            scanner=scanner.id,
            document=(
                ids.new_document()
                if instance is None
                else ids.buffer_document(caller.owner, instance)
            ),
            instance=instance,
            created=self._parts.clock.now(),
            ignored=settings.ignored,
        )
        lease = self._scanners.claim(
            scanner, queue=settings.queue, moved=lambda ahead: self._moved(job.id, ahead)
        )
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
            settings=settings,
            pause_timeout_s=self._defaults.pause_timeout_s,
        )
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
        del self._runs[job]
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
