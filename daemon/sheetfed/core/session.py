"""Session: a scanner leased between jobs, its open device, and what was set on it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from sheetfed.core.capabilities import Capabilities
from sheetfed.core.deviceports import Device, Devices
from sheetfed.core.errors import ScannerBusy
from sheetfed.core.leases import Lease
from sheetfed.core.model import Holder, OptionAsked
from sheetfed.core.options import Option, OptionType, Outcome
from sheetfed.core.scanner import Scanner
from sheetfed.core.tenure import Tenure

_Result = TypeVar("_Result")

log = logging.getLogger(__name__)


class Ended(Exception):
    """The session was ended while a call waited for its turn; its scanner is given back."""


class Session:
    """Calls on its device come one after the other; jobs borrow the lease and give it back."""

    def __init__(
        self,
        *,
        holder: Holder,
        scanner: Scanner,
        devices: Devices,
        lease: Lease,
        tenure: Tenure,
    ) -> None:
        self.holder = holder
        self.scanner = scanner
        self.tenure = tenure
        self.options: Mapping[str, OptionAsked] = {}
        self._devices = devices
        self._lease = lease
        self._jobs: list[Lease] = []
        self._calls = asyncio.Lock()
        self._device: Device | None = None
        self._closing: asyncio.Task[None] | None = None
        self._is_stopped = False
        self._is_over = False

    @property
    def is_stopped(self) -> bool:
        """Whether it has ended, or is about to."""
        return self._is_stopped

    @property
    def has_job(self) -> bool:
        return bool(self._jobs)

    async def call(self, work: Callable[[Device], Awaitable[_Result]]) -> _Result:
        """Do this with the device, which is opened when it is not, with what was set before.

        Whatever goes wrong closes it, and the next call opens it anew. Raises ScannerBusy while a
        job has the scanner, Ended, and what the work raises.
        """
        async with self._calls:
            if not self._is_stopped:
                return await self._carry_out(work)
        await self.end()
        raise Ended

    async def set_options(
        self, asked: Mapping[str, OptionAsked]
    ) -> tuple[tuple[Outcome, ...], tuple[Option, ...]]:
        """What became of each, and all options as they are then. What could be set is kept for
        the jobs to come; the press of a button is not."""
        outcomes, options = await self.call(lambda device: _set(device, asked))
        kept = dict(self.options)
        buttons = {option.name for option in options if option.type is OptionType.BUTTON}
        for outcome in outcomes:
            if outcome.error is None and outcome.name not in buttons:
                kept.pop(outcome.name, None)
                kept[outcome.name] = outcome.asked
        self.options = kept
        return tuple(outcomes), tuple(options)

    async def capabilities(self) -> Capabilities:
        """What the scanner can do. To find out changes options: the device is closed after it."""

        async def explored(device: Device) -> Capabilities:
            found = await device.capabilities()
            await self._close()
            return found

        return await self.call(explored)

    def borrow(self, *, queue: bool, moved: Callable[[int], None]) -> Lease:
        """The lease for one job, whose release gives it back to the session.

        Raises ScannerBusy when another job has it and `queue` is not set.
        """
        if self.has_job and not queue:
            raise ScannerBusy
        self.tenure.stop()
        return _Loan(self, line=self._jobs, moved=moved, released=self._settle)

    def stop(self) -> None:
        """No further call is let in; `end`, as often as anybody waits for it, is to follow."""
        self.tenure.stop()
        self._is_stopped = True

    async def hand_over(self) -> None:
        """The calls under way are waited for, the device is closed: a job may open its own."""
        async with self._calls:
            await self._lease.held()
            await self._close()

    async def end(self) -> None:
        """Close the device and free the scanner; a job that has it frees it at its own end."""
        async with self._calls:
            await self._close()
            self._is_over = True
        self._settle()

    async def _carry_out(self, work: Callable[[Device], Awaitable[_Result]]) -> _Result:
        if self.has_job:
            raise ScannerBusy("your own job is using the scanner until it is over")
        try:
            return await work(self._device or await self._opened())
        except BaseException:
            await self._close()
            raise

    async def _opened(self) -> Device:
        await self._close()
        await self._lease.held()
        self._device = await self._devices.open(self.scanner)
        if self.options:
            self._keep(await self._device.set_options(self.options))
        return self._device

    def _keep(self, outcomes: Sequence[Outcome]) -> None:
        """What could be set again; jobs would fail for the rest."""
        for outcome in outcomes:
            if outcome.error is not None:
                log.warning(
                    "the option %s that was set on %s is given up: %s",
                    outcome.name,
                    self.scanner.name,
                    outcome.error.message,
                    extra={"scanner": self.scanner.id, "owner_uid": self.holder.owner.uid},
                )
        self.options = {it.name: it.asked for it in outcomes if it.error is None}

    async def _close(self) -> None:
        """Whoever waits may be cancelled; the device is closed all the same, before the next."""
        if self._device is not None:
            self._closing = asyncio.create_task(self._device.close())
            self._device = None
        if self._closing is not None:
            await asyncio.wait({self._closing})

    def _settle(self) -> None:
        if self.has_job:
            return
        if self._is_over:
            self._lease.release()
        elif not self._is_stopped:
            self.tenure.begin()


class _Loan(Lease):
    """A job's place among the jobs of a session."""

    def __init__(
        self,
        session: Session,
        *,
        line: list[Lease],
        moved: Callable[[int], None],
        released: Callable[[], None],
    ) -> None:
        super().__init__(line=line, brief=False, moved=moved, released=released)
        self._session = session

    async def held(self) -> None:
        await super().held()
        await self._session.hand_over()


async def _set(
    device: Device, asked: Mapping[str, OptionAsked]
) -> tuple[Sequence[Outcome], Sequence[Option]]:
    return await device.set_options(asked), await device.options()
