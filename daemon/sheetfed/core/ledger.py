"""Ledger: every job as it stands, told to listeners and kept on disk."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sheetfed.core import states
from sheetfed.core.access import Access
from sheetfed.core.errors import ErrorCode, Gone, Interrupted, NotFound, ScanError
from sheetfed.core.events import Hub, JobChanged
from sheetfed.core.job import Job, JobState
from sheetfed.core.model import Caller, InstanceId, JobId, Owner
from sheetfed.core.ports import Clock, JobLog
from sheetfed.core.states import JobEvent

KEPT_FOR_S: Final = 24 * 3600.0
KEPT_AT_MOST: Final = 1000

log = logging.getLogger(__name__)


class Ledger:
    """Ended jobs can be asked for during a day, also after a restart."""

    def __init__(self, *, joblog: JobLog, hub: Hub, clock: Clock) -> None:
        self._joblog = joblog
        self._hub = hub
        self._clock = clock
        self._jobs: dict[JobId, Job] = {}
        self._removed: dict[JobId, Owner] = {}
        self._changed: dict[JobId, asyncio.Event] = {}

    async def load(self, pages_of: Callable[[Job], int]) -> None:
        """After a start: a job that the last stop cut off has failed, with the pages it got."""
        for job in await self._joblog.jobs():
            self._jobs[job.id] = job
            if not job.state.is_final:
                cut = replace(
                    job,
                    state=JobState.FAILED,
                    reason=ErrorCode.INTERRUPTED,
                    message=Interrupted.sentence,
                    pages=pages_of(job),
                    ended=self._clock.now(),
                )
                self._jobs[job.id] = cut
                await self._save(cut)
        await self.forget_old()

    async def open(self, job: Job) -> None:
        await self._joblog.save(job)
        self._jobs[job.id] = job
        self._hub.publish(JobChanged(job))

    def get(self, caller: Caller, job: JobId) -> Job:
        """Raises NotFound, also for what is somebody else's, or Gone for what was removed."""
        removed = self._removed.get(job)
        if removed is not None and Access.may_see(caller, removed):
            raise Gone("this job was deleted")
        found = self._jobs.get(job)
        if found is None or not Access.may_see(caller, found.owner):
            raise NotFound("there is no such job")
        return found

    def visible_to(self, caller: Caller) -> list[Job]:
        return [job for job in self._jobs.values() if Access.may_see(caller, job.owner)]

    def last_of(self, owner: Owner, instance: InstanceId | None) -> tuple[Job | None, Job | None]:
        """The latest job of this instance, and of this owner at all."""
        jobs = [job for job in self._jobs.values() if job.owner == owner]
        of_instance = [job for job in jobs if instance is not None and job.instance == instance]
        return (
            max(of_instance, key=lambda job: job.created, default=None),
            max(jobs, key=lambda job: job.created, default=None),
        )

    def now(self, job: JobId) -> Job:
        return self._jobs[job]

    def update(self, job: Job) -> None:
        """Take over what changed beside the state; nothing is told when nothing changed."""
        self._put(replace(job, state=self._jobs[job.id].state))

    def move(self, job: JobId, event: JobEvent, error: ScanError | None = None) -> None:
        """Apply an event to the job's state. Raises WrongState."""
        before = self._jobs[job]
        self._put(
            replace(
                before,
                state=states.apply(before.state, event),
                reason=None if error is None else error.code,
                message="" if error is None else error.message,
                details={} if error is None else error.details,
            )
        )

    def end_reading(self, job: JobId) -> None:
        """No further page will be read; a second time is no error."""
        if self._jobs[job].state is not JobState.FINISHING:
            self.move(job, JobEvent.ENDED)

    async def end(self, job: JobId, event: JobEvent, error: ScanError | None) -> Job:
        """The job's final state: on disk first, then told."""
        before = self._jobs[job]
        after = replace(
            before,
            state=states.apply(before.state, event),
            reason=None if error is None else error.code,
            message="" if error is None else error.message,
            details={} if error is None else error.details,
            progress=100 if error is None else before.progress,
            position=0,
            ended=self._clock.now(),
        )
        try:
            await self._save(after)
        finally:
            self._put(after)
        return after

    async def after(self, seen: Job) -> Job:
        """The job as soon as it is different from this. Raises Gone when it is removed."""
        while (now := self._jobs.get(seen.id)) == seen:
            await self._changed.setdefault(seen.id, asyncio.Event()).wait()
        if now is None:
            raise Gone("this job was deleted")
        return now

    async def remove(self, job: Job) -> None:
        """A job that has ended; it is known as removed until the service stops."""
        await self._joblog.drop(job.id)
        self._jobs.pop(job.id, None)
        self._removed[job.id] = job.owner
        if len(self._removed) > KEPT_AT_MOST:
            del self._removed[next(iter(self._removed))]
        self._wake(job.id)

    async def settled(self, job: JobId) -> Job:
        """Wait until the job has ended or is paused."""
        while True:
            now = self._jobs[job]
            if now.state.is_final or now.state is JobState.PAUSED:
                return now
            await self._changed.setdefault(job, asyncio.Event()).wait()

    async def ended(self, job: JobId) -> Job:
        while not (now := self._jobs[job]).state.is_final:
            await self._changed.setdefault(job, asyncio.Event()).wait()
        return now

    async def forget_old(self) -> None:
        """Drop jobs that ended more than a day ago, and the oldest beyond a number."""
        before = self._clock.now() - KEPT_FOR_S
        ends = sorted(job.ended or 0.0 for job in self._jobs.values() if job.state.is_final)
        if len(ends) > KEPT_AT_MOST:
            before = max(before, ends[-KEPT_AT_MOST])
        for job in tuple(self._jobs.values()):
            if job.state.is_final and (job.ended or 0.0) < before:
                del self._jobs[job.id]
        try:
            await self._joblog.forget(before)
        except ScanError as failure:
            log.warning("old jobs stay recorded: %s", failure.message)

    async def _save(self, job: Job) -> None:
        try:
            await self._joblog.save(job)
        except ScanError as failure:
            log.warning("job %s is not recorded: %s", job.id, failure.message)

    def _put(self, job: Job) -> None:
        if job == self._jobs[job.id]:
            return
        self._jobs[job.id] = job
        self._hub.publish(JobChanged(job))
        self._wake(job.id)

    def _wake(self, job: JobId) -> None:
        changed = self._changed.pop(job, None)
        if changed is not None:
            changed.set()
