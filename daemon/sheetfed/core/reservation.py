"""Reservation: the place of a job that holds its scanner and waits for its owner's word."""

import asyncio
from collections.abc import Callable, Mapping

from sheetfed.core.job import Job
from sheetfed.core.leases import Lease
from sheetfed.core.model import Holder, OptionAsked
from sheetfed.core.run import Canceled
from sheetfed.core.scanner import Scanner
from sheetfed.core.sessions import Sessions


def holder(job: Job) -> Holder:
    """Under which name a job holds its scanner; no instance and no connection is called so."""
    return Holder(job.owner, f"job:{job.id}")


class Reservation:
    """A session of the job's own has the scanner. When the job begins it borrows the lease, and
    the session ends."""

    ahead = 0

    def __init__(
        self,
        *,
        sessions: Sessions,
        job: Job,
        scanner: Scanner,
        options: Mapping[str, OptionAsked],
        limit_s: float | None,
        given_back: Callable[[], object],
    ) -> None:
        """`limit_s`: so long the job may wait; None: as long as every lease may last. `given_back`
        is told when the job has its place no more.

        Raises ScannerBusy, TooMany or ShuttingDown.
        """
        self._sessions = sessions
        self._session = sessions.reserve(
            holder(job), scanner, options=options, limit_s=limit_s, over=self._expire
        )
        self._begun = asyncio.Event()
        self._is_expired = False
        self._given_back = given_back
        self._loan: Lease | None = None

    def begin(self) -> None:
        """The job is to go on; a second time is no error."""
        self._begun.set()

    async def held(self) -> None:
        """Wait until the job is to begin and the scanner is its alone.

        Raises Canceled when its time is up before, or its scanner was taken away.
        """
        await self._begun.wait()
        if self._is_expired or self._session.is_stopped:
            raise Canceled
        self._loan = self._session.borrow(queue=True, moved=lambda _: None)
        await self._sessions.close(self._session.holder)
        await self._loan.held()

    async def give_back(self) -> None:
        if self._loan is not None:
            self._loan.release()
        await self._sessions.close(self._session.holder)
        self._given_back()

    def _expire(self, _: str) -> None:
        self._is_expired = not self._begun.is_set()
        self._begun.set()
