"""Sessions: who has leased which scanner between jobs, and when a lease ends with its owner."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from sheetfed.core.access import Access
from sheetfed.core.deviceports import Devices
from sheetfed.core.errors import ShuttingDown, TooMany
from sheetfed.core.model import Caller, Holder, OptionAsked, Owner, ScannerId
from sheetfed.core.ownedtasks import OwnedTasks
from sheetfed.core.permissions import Permission
from sheetfed.core.ports import Clock
from sheetfed.core.scanner import Scanner
from sheetfed.core.scanners import Scanners
from sheetfed.core.selections import Selections
from sheetfed.core.session import Session
from sheetfed.core.tenure import Limits, Tenure

SESSIONS_AT_MOST: Final = 8
"""Sessions of one owner at once."""

CLOSE_DEADLINE_S: Final = 5.0
"""A call that is under way when the service stops has so long; then its worker is ended."""

log = logging.getLogger(__name__)


class Sessions:
    """A holder has one scanner at most; opening another gives the first one back."""

    def __init__(
        self,
        *,
        devices: Devices,
        scanners: Scanners,
        access: Access,
        clock: Clock,
        idle_s: float = 60.0,
        limit_s: float = 900.0,
    ) -> None:
        """A page that does not listen keeps its session for `idle_s` after its last call; nobody
        keeps one longer than `limit_s` after its opening or the end of its last job."""
        self._devices = devices
        self._scanners = scanners
        self._access = access
        self._clock = clock
        self._limits = Limits(idle_s, limit_s)
        self._sessions: dict[Holder, Session] = {}
        self._present: dict[Holder | Owner, int] = {}
        self._selections = Selections()
        self._ending = OwnedTasks()
        self._is_closed = False

    def change(self, *, idle_s: float, limit_s: float) -> None:
        """Take over a reloaded configuration."""
        self._limits = Limits(idle_s, limit_s)

    def begin(self, caller: Caller, holder: Holder, scanner: Scanner) -> Session:
        """A session of the holder's, in place of the one it may have on another scanner.

        Raises ScannerBusy, TooMany or ShuttingDown.
        """

        def is_resting() -> bool:
            # A bus connection that rests is still there, and the bus tells when it goes.
            return not (caller.connection or self._is_here(session))

        session = self._new(
            holder,
            scanner,
            Tenure(
                clock=self._clock,
                limits=lambda: self._limits,
                is_resting=is_resting,
                over=lambda why: self.end(holder, why),
            ),
        )
        session.tenure.begin()
        self.select(holder, scanner.id)
        return session

    def reserve(
        self,
        holder: Holder,
        scanner: Scanner,
        *,
        options: Mapping[str, OptionAsked],
        limit_s: float | None,
        over: Callable[[str], object],
    ) -> Session:
        """A session that lasts until it is closed, whether its holder rests or not; `over` is told
        when its time is up: `limit_s`, or the time that any session has. Raises as `begin` does."""
        session = self._new(
            holder,
            scanner,
            Tenure(
                clock=self._clock,
                limits=lambda: Limits(limit_s=limit_s or self._limits.limit_s),
                is_resting=lambda: False,
                over=over,
            ),
        )
        session.options = options
        session.tenure.begin()
        return session

    async def close(self, holder: Holder) -> None:
        """Give the scanner back; without a session that is no error."""
        if holder in self._sessions:
            await asyncio.wait({self.end(holder, "it was closed", logging.DEBUG)})

    def end(self, holder: Holder, why: str, level: int = logging.INFO) -> asyncio.Task[None]:
        """End the holder's session, which there is; the task is done when its scanner is free."""
        session = self._sessions.pop(holder)
        session.stop()
        log.log(
            level,
            "the lease of %s has ended: %s",
            session.scanner.name,
            why,
            extra={"scanner": session.scanner.id, "owner_uid": holder.owner.uid},
        )
        return self._ending.begin(session.end())

    def held_by(self, holder: Holder) -> Session | None:
        """The holder's session, on whatever scanner."""
        return self._sessions.get(holder)

    def of(self, holder: Holder, scanner: Scanner) -> Session | None:
        """The holder's session on this scanner, whatever its device is called by now."""
        found = self._sessions.get(holder)
        if found is None or found.scanner.id != scanner.id:
            return None
        found.scanner = scanner
        return found

    def leased(self, holder: Holder) -> ScannerId | None:
        """The scanner that the holder has a session on."""
        found = self._sessions.get(holder)
        return None if found is None else found.scanner.id

    def select(self, holder: Holder, scanner: ScannerId) -> None:
        """From now on the holder means this scanner when it names none."""
        self._selections.put(holder, scanner)

    def selected(self, holder: Holder) -> ScannerId | None:
        return self._selections.get(holder)

    def arrive(self, who: Holder | Owner) -> None:
        """From now on the holder, or every holder of this owner, listens or calls."""
        self._present[who] = self._present.get(who, 0) + 1
        self._judge(who)

    def depart(self, who: Holder | Owner) -> None:
        """Once for each `arrive`."""
        left = self._present.pop(who) - 1
        if left:
            self._present[who] = left
        self._judge(who)

    @contextmanager
    def present(self, who: Holder | Owner) -> Iterator[None]:
        """Arrived while in the block."""
        self.arrive(who)
        try:
            yield
        finally:
            self.depart(who)

    def recheck(self) -> None:
        """What web origins may do has changed: leases of those that may not scan any more end."""
        for holder in tuple(self._sessions):
            if Permission.SCAN not in self._access.permissions(holder.owner):
                self._selections.forget(holder)
                self.end(holder, "its web origin has no permission any more")

    def left(self, holder: Holder) -> None:
        """The holder is gone for good: its session ends, in the background."""
        self._selections.forget(holder)
        if holder in self._sessions:
            self.end(holder, "its owner has gone")

    async def aclose(self) -> None:
        """End every session; there will be no other."""
        self._is_closed = True
        for holder in tuple(self._sessions):
            self.end(holder, "the service stops")
        await self._ending.ended(within_s=CLOSE_DEADLINE_S)

    def _new(self, holder: Holder, scanner: Scanner, tenure: Tenure) -> Session:
        if self._is_closed:
            raise ShuttingDown
        others = sum(other.owner == holder.owner for other in self._sessions if other != holder)
        if others >= SESSIONS_AT_MOST:
            raise TooMany("too many scanners are open at once", details={"scanners": others})
        lease = self._scanners.claim(scanner)
        if holder in self._sessions:
            self.end(holder, "another scanner was opened", logging.DEBUG)
        session = self._sessions[holder] = Session(
            holder=holder, scanner=scanner, devices=self._devices, lease=lease, tenure=tenure
        )
        return session

    def _is_here(self, session: Session) -> bool:
        """Whether the session's holder listens, calls or scans."""
        holder = session.holder
        return session.has_job or holder in self._present or holder.owner in self._present

    def _judge(self, who: Holder | Owner) -> None:
        for holder, session in self._sessions.items():
            if who in (holder, holder.owner):
                session.tenure.judge()
