"""Under way: the jobs that have not ended, each in a task of its own."""

import logging
from dataclasses import dataclass, replace

from sheetfed.core.access import Access
from sheetfed.core.errors import InternalError, ScanError, StoreFull, WrongState
from sheetfed.core.job import Job, JobState
from sheetfed.core.leases import Place
from sheetfed.core.model import JobId, Owner, ScanSettings
from sheetfed.core.ownedtasks import OwnedTasks
from sheetfed.core.permissions import Permission
from sheetfed.core.run import Canceled, Parts, Run
from sheetfed.core.scanner import Scanner
from sheetfed.core.states import JobEvent

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Going:
    """A job's run, and the bus connection that began it, empty for one of the web's."""

    run: Run
    connection: str


class UnderWay:
    """The tasks are owned here."""

    def __init__(self, *, parts: Parts, access: Access) -> None:
        self._parts = parts
        self._ledger = parts.ledger
        self._access = access
        self._going: dict[JobId, _Going] = {}
        self._tasks = OwnedTasks()
        self._without_room: set[Owner] = set()

    def begin(
        self,
        job: Job,
        *,
        scanner: Scanner,
        settings: ScanSettings,
        place: Place,
        connection: str,
        pause_timeout_s: float,
    ) -> Job:
        """Carry out a job that is in the ledger; returns it as it is then."""
        run = Run(
            parts=self._parts,
            job=job.id,
            scanner=scanner,
            settings=settings,
            pause_timeout_s=pause_timeout_s,
        )
        self._going[job.id] = _Going(run, connection)
        self._tasks.begin(self._carry_out(run, job.id, scanner, place))
        self.moved(job.id, place.ahead)
        self.recheck()
        return self._ledger.now(job.id)

    def moved(self, job: JobId, ahead: int) -> None:
        """So many jobs come before this one."""
        if job in self._going:
            self._ledger.update(replace(self._ledger.now(job), position=ahead))

    def settings_of(self, job: Job) -> ScanSettings:
        """What the job was asked to do. Raises WrongState when it has ended."""
        if job.id not in self._going:
            raise WrongState(f"the job is {job.state}", details={"state": str(job.state)})
        return self._going[job.id].run.settings

    def answer(self, job: Job, event: JobEvent) -> None:
        """Resume or finish a paused job. Raises WrongState."""
        going = self._going.get(job.id)
        if going is None or not going.run.control.answer(event):
            raise WrongState(
                f"the job is {job.state}, not paused", details={"state": str(job.state)}
            )
        self._ledger.move(job.id, event)

    def cancel(self, job: JobId) -> None:
        """The job is to end; one that has ended stays as it is."""
        if job in self._going:
            self._going[job].run.control.canceled.set()

    def left(self, connection: str) -> None:
        """The connection is gone, and so end its jobs that wait for a scanner.

        One that has its scanner goes on: whoever makes a connection for a call alone has left
        before it begins to move.
        """
        for job, going in self._going.items():
            now = self._ledger.now(job)
            is_queued = now.state is JobState.QUEUED and now.position > 0
            if is_queued and going.run.settings.queue and going.connection == connection:
                self.cancel(job)

    def recheck(self) -> None:
        """Jobs of those who may not scan any more end."""
        for job in self._going:
            if Permission.SCAN not in self._access.permissions(self._ledger.now(job).owner):
                self.cancel(job)

    def finish_pages(self) -> None:
        """Every job ends with the page that it is reading."""
        for going in self._going.values():
            going.run.control.drain()

    async def end(self, timeout_s: float) -> None:
        """Wait for all jobs to end; whatever is still going on after the time-out is canceled."""
        await self._tasks.ended(within_s=timeout_s)
        for job in self._going:
            self.cancel(job)
        await self._tasks.ended()

    async def _carry_out(self, run: Run, job: JobId, scanner: Scanner, place: Place) -> None:
        """The job's task: run it, free the scanner, then tell how it ended."""
        event, error = JobEvent.COMPLETED, None
        try:
            await run(place)
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
            await place.give_back()
        self._ledger.end_reading(job)
        del self._going[job]
        ended = await self._ledger.end(job, event, error)
        self._tell_of_room(ended.owner, error)
        self._parts.meter.job_ended(ended, scanner.name)
        log.info(
            "scan on %s: %s, %d pages, %d bytes, %.2f s",
            scanner.name,
            ended.state if error is None else f"{ended.state} ({error.code})",
            ended.pages,
            run.size_bytes,
            (ended.ended or ended.created) - ended.created,
            extra={"job": job, "scanner": scanner.id, "owner_uid": ended.owner.uid},
        )

    def _tell_of_room(self, owner: Owner, error: ScanError | None) -> None:
        """Once, until a scan of the owner's finds room again."""
        if not isinstance(error, StoreFull):
            if error is None:
                self._without_room.discard(owner)
        elif owner not in self._without_room:
            self._without_room.add(owner)
            log.warning(
                "scans of user %d fail until there is room: %s",
                owner.uid,
                error.message,
                extra={"owner_uid": owner.uid},
            )
