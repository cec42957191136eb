"""Jobs: start a scan, watch it, go on, finish or cancel; the same for every door."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sheetfed.core.access import Access
from sheetfed.core.admission import Admission, holder_of
from sheetfed.core.defaults import Defaults
from sheetfed.core.documents import Documents
from sheetfed.core.errors import ShuttingDown, WrongState
from sheetfed.core.job import Job, JobState
from sheetfed.core.leases import Place
from sheetfed.core.ledger import Ledger
from sheetfed.core.model import Caller, InstanceId, JobId, ScanSettings
from sheetfed.core.reservation import Reservation
from sheetfed.core.run import Parts
from sheetfed.core.scanner import Scanner
from sheetfed.core.scanners import Scanners
from sheetfed.core.sessions import Sessions
from sheetfed.core.states import JobEvent
from sheetfed.core.underway import UnderWay


class Jobs:
    """Lets jobs in, gives them their place at a scanner, and passes on what they are told."""

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
        self._ledger: Ledger = parts.ledger
        self._scanners = scanners
        self._sessions = sessions
        self._admission = Admission(
            access=access,
            scanners=scanners,
            sessions=sessions,
            documents=documents,
            ledger=parts.ledger,
            clock=parts.clock,
        )
        self._defaults = defaults
        self._under_way = UnderWay(parts=parts, access=access)
        self._reserved: dict[JobId, Reservation] = {}
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

        def lent(scanner: Scanner, job: Job) -> tuple[Place, ScanSettings]:
            session = self._sessions.of(holder_of(caller, instance), scanner)
            lend = partial(self._scanners.claim, scanner) if session is None else session.borrow
            lease = lend(
                queue=settings.queue, moved=lambda ahead: self._under_way.moved(job.id, ahead)
            )
            if session is None:
                return lease, settings
            return lease, replace(settings, lease_options=session.options)

        return await self._open(caller, settings, instance, lent)

    async def hold(
        self, caller: Caller, settings: ScanSettings, limit_s: float | None = None
    ) -> Job:
        """A job that holds its scanner and waits to begin. Unless it does within `limit_s`, or the
        time that every lease has, it is canceled. Raises as `start` does."""

        def reserved(scanner: Scanner, job: Job) -> tuple[Place, ScanSettings]:
            reservation = self._reserved[job.id] = Reservation(
                sessions=self._sessions,
                job=job,
                scanner=scanner,
                options=settings.lease_options,
                limit_s=limit_s,
                given_back=lambda: self._reserved.pop(job.id, None),
            )
            return reservation, settings

        return await self._open(caller, settings, None, reserved)

    async def begin(self, caller: Caller, job: JobId) -> Job:
        """Let a job begin that holds its scanner; the job when it has begun, or ended.

        Raises NotFound, Gone or WrongState.
        """
        now = self._ledger.get(caller, job)
        reservation = self._reserved.pop(now.id, None)
        if reservation is None:
            raise WrongState(
                f"the job is {now.state}, not waiting to begin", details={"state": str(now.state)}
            )
        reservation.begin()
        while now.state is JobState.QUEUED:
            now = await self._ledger.after(now)
        return now

    def waits_to_begin(self, job: Job) -> bool:
        """Whether it holds its scanner until its owner lets it begin."""
        return job.id in self._reserved

    def settings_of(self, caller: Caller, job: JobId) -> ScanSettings:
        """What a job that has not ended was asked to do. Raises NotFound, Gone or WrongState."""
        return self._under_way.settings_of(self._ledger.get(caller, job))

    @property
    def defaults(self) -> Defaults:
        """What a scan is done with when its caller does not say."""
        return self._defaults

    async def choose(
        self, caller: Caller, word: str | None, instance: InstanceId | None = None
    ) -> Scanner:
        """The scanner that this word, or no word, means to this caller; see Admission."""
        return await self._admission.scanner(caller, word, instance)

    async def _open(
        self,
        caller: Caller,
        settings: ScanSettings,
        instance: InstanceId | None,
        placed: Callable[[Scanner, Job], tuple[Place, ScanSettings]],
    ) -> Job:
        job, scanner = await self._admission.job(caller, settings, instance)
        async with self._starting:
            if self._draining:
                raise ShuttingDown
            self._admission.require_few(caller, self._defaults.jobs_at_most)
            place, settings = placed(scanner, job)
            job = replace(job, position=place.ahead)
            try:
                await self._ledger.open(job)
            except BaseException:
                await place.give_back()
                raise
            return self._under_way.begin(
                job,
                scanner=scanner,
                settings=self._defaults.fill(settings),
                place=place,
                connection=caller.connection,
                pause_timeout_s=self._defaults.pause_timeout_s,
            )

    def get(self, caller: Caller, job: JobId) -> Job:
        """Raises NotFound."""
        return self._ledger.get(caller, job)

    def visible_to(self, caller: Caller) -> list[Job]:
        return self._ledger.visible_to(caller)

    async def changed(self, caller: Caller, seen: Job) -> Job:
        """The job as soon as it is different from this. Raises NotFound or Gone."""
        self._ledger.get(caller, seen.id)
        return await self._ledger.after(seen)

    async def settled(self, caller: Caller, job: JobId) -> Job:
        """Wait until the job has ended or is paused. Raises NotFound."""
        return await self._ledger.settled(self._ledger.get(caller, job).id)

    def resume(self, caller: Caller, job: JobId) -> None:
        """Go on with a paused job. Raises NotFound or WrongState."""
        self._under_way.answer(self._ledger.get(caller, job), JobEvent.RESUMED)

    def finish(self, caller: Caller, job: JobId) -> None:
        """End a paused job as done, with the pages it has. Raises NotFound or WrongState."""
        self._under_way.answer(self._ledger.get(caller, job), JobEvent.ENDED)

    async def cancel(self, caller: Caller, job: JobId) -> Job:
        """End the job and drop the page that is being read; waits until the scanner is free.

        A job that has ended stays as it is. Raises NotFound.
        """
        found = self._ledger.get(caller, job)
        self._under_way.cancel(found.id)
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
        """A bus connection is gone: its jobs that wait for a scanner end, the others go on."""
        self._under_way.left(connection)

    def recheck(self) -> None:
        """What web origins may do has changed: jobs of those that may not scan any more end."""
        self._under_way.recheck()

    async def drain(self, timeout_s: float) -> None:
        """The service stops: no new job, the pages being read are finished and kept.

        Whatever is still going on after the time-out is canceled.
        """
        self._draining = True
        async with self._starting:
            self._under_way.finish_pages()
            for reservation in self._reserved.values():
                reservation.begin()
        await self._under_way.end(timeout_s)
