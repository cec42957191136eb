"""Run: one job under its lease, from the first sheet to the last committed page."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from sheetfed.core import ids
from sheetfed.core.conveyor import Conveyor
from sheetfed.core.deviceports import Device, Devices
from sheetfed.core.errors import (
    CoverOpen,
    FeederEmpty,
    Interrupted,
    PaperJam,
    ScanError,
    ScannerIo,
)
from sheetfed.core.intake import Intake
from sheetfed.core.leases import Place
from sheetfed.core.ledger import Ledger
from sheetfed.core.meter import NO_METER, Meter, Step
from sheetfed.core.model import JobId, Page, PageTicket, PaperSource, ScanSettings
from sheetfed.core.ports import Clock, Spool, Spools
from sheetfed.core.scanner import Scanner
from sheetfed.core.silence import while_heard
from sheetfed.core.states import JobEvent
from sheetfed.core.touchup import TouchUp

PAPER_POLL_S: Final = 1.0

_Result = TypeVar("_Result")


class Canceled(Exception):
    """The job's owner ended it."""


class Control:
    """What people and the service tell a running job."""

    def __init__(self) -> None:
        self.canceled = asyncio.Event()
        self.draining = False
        self._answer: asyncio.Future[JobEvent] | None = None

    def answer(self, event: JobEvent) -> bool:
        """Resume or finish a paused job; False when it is not waiting for that."""
        if self._answer is None or self._answer.done():
            return False
        self._answer.set_result(event)
        return True

    def ask(self) -> asyncio.Future[JobEvent]:
        """From now on an answer is taken; the future has it."""
        self._answer = asyncio.get_running_loop().create_future()
        if self.draining:
            self._answer.set_result(JobEvent.ENDED)
        return self._answer

    def drain(self) -> None:
        """The service stops: finish the page that is being read, and no other."""
        self.draining = True
        self.answer(JobEvent.ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What every run works with."""

    devices: Devices
    spools: Spools
    intake: Intake
    ledger: Ledger
    clock: Clock
    meter: Meter = NO_METER


class Run:
    """Reading overlaps with encoding; a fault that a person can mend pauses; no page is lost."""

    def __init__(
        self,
        *,
        parts: Parts,
        job: JobId,
        scanner: Scanner,
        settings: ScanSettings,
        pause_timeout_s: float,
    ) -> None:
        self._devices = parts.devices
        self._spools = parts.spools
        self._intake = parts.intake
        self._ledger = parts.ledger
        self._clock = parts.clock
        self._meter = parts.meter
        self._job = job
        self._scanner = scanner
        self.settings = settings
        self._pause_timeout_s = pause_timeout_s
        self._conveyor = Conveyor(intake=parts.intake, committed=self._tell_committed)
        self._read = 0
        self.control = Control()
        self.size_bytes = 0

    async def __call__(self, lease: Place) -> None:
        """Scan under the lease; the device is closed and every page kept when it returns.

        Raises Canceled, or the ScanError that ended the job.
        """
        await self._unless_canceled(lease.held)
        if self.control.draining:
            raise Interrupted
        self._ledger.move(self._job, JobEvent.LEASED)
        device = await self._unless_canceled(lambda: self._devices.open(self._scanner))
        try:
            await self._scan(device)
        finally:
            self._ledger.end_reading(self._job)
            await self._give_back(device)
            await self._conveyor.empty()
        if self._conveyor.failure is not None:
            raise self._conveyor.failure

    async def _scan(self, device: Device) -> None:
        configured = await self._unless_canceled(lambda: device.configure(self.settings), device)
        self._ledger.update(
            replace(
                self._ledger.now(self._job),
                snapped=configured.snapped,
                ignored=(*self.settings.ignored, *configured.ignored),
            )
        )
        self._ledger.move(self._job, JobEvent.STARTED)
        wanted = 1 if configured.source is PaperSource.FLATBED else self.settings.pages
        patience_s = self.settings.wait_for_paper_s
        while wanted is None or self._read < wanted:
            if self.control.draining:
                raise Interrupted
            try:
                await self._read_page(device)
            except FeederEmpty as fault:
                if self._read == 0:
                    patience_s = await self._wait_for_paper(fault, patience_s)
                elif wanted is None or not await self._resumed_after(fault):
                    return
            except (PaperJam, CoverOpen, ScannerIo) as fault:
                if self._read == 0:
                    raise
                if not await self._resumed_after(fault):
                    return

    async def _give_back(self, device: Device) -> None:
        """Close the device; once the job is canceled, drivers that take their time have none."""
        closing = asyncio.ensure_future(device.close())
        canceled = asyncio.ensure_future(self.control.canceled.wait())
        try:
            await asyncio.wait({closing, canceled}, return_when=asyncio.FIRST_COMPLETED)
            if not closing.done():
                await device.cancel()
        finally:
            canceled.cancel()
            await closing

    async def _read_page(self, device: Device) -> None:
        await self._unless_canceled(self._conveyor.room)
        now = self._ledger.now(self._job)
        ticket = PageTicket(
            page=ids.new_page(),
            job=now.id,
            sequence=self._read,
            document=now.document,
            owner=now.owner,
            instance=now.instance,
            created=self._clock.now(),
            touch_up=touch_up(self.settings),
        )
        try:
            self._intake.expect(ticket)
            spool = await self._spools.create(ticket)
            try:
                await self._unless_canceled(lambda: self._read_into(spool, device), device)
            except BaseException:
                spool.close()
                await self._spools.drop(spool)
                raise
        except BaseException:
            self._intake.unexpect(ticket)
            self._conveyor.unused()
            raise
        spool.close()
        self._read += 1
        self._conveyor.put(spool)

    async def _read_into(self, spool: Spool, device: Device) -> None:
        with self._meter.timed(Step.READING):
            await while_heard(
                lambda told: device.read_page(spool, told),
                told=self._tell_progress,
                silence_s=self.settings.silence_timeout_s,
                call_off=device.cancel,
            )

    async def _wait_for_paper(self, fault: FeederEmpty, patience_s: float) -> float:
        if patience_s <= 0:
            raise fault
        pause_s = min(PAPER_POLL_S, patience_s)
        await self._unless_canceled(lambda: self._clock.sleep(pause_s))
        return patience_s - pause_s

    async def _resumed_after(self, fault: ScanError) -> bool:
        """Pause with the fault as the reason; whether somebody let the job go on."""
        await self._conveyor.empty()
        if self._conveyor.failure is not None:
            raise self._conveyor.failure
        asked = self.control.ask()
        self._ledger.move(self._job, JobEvent.FAULTED, fault)
        try:
            answer = await self._unless_canceled(
                lambda: asyncio.wait_for(asked, self._pause_timeout_s)
            )
        except TimeoutError:
            raise fault from None
        if self.control.draining:
            raise Interrupted
        return answer is JobEvent.RESUMED

    async def _unless_canceled(
        self, work: Callable[[], Awaitable[_Result]], device: Device | None = None
    ) -> _Result:
        """The work's result; once the job is canceled, end the work and raise Canceled.

        Work on a device is ended by its `cancel`; what it finished all the same is kept.
        """
        if self.control.canceled.is_set():
            raise Canceled
        task = asyncio.ensure_future(work())
        canceled = asyncio.ensure_future(self.control.canceled.wait())
        try:
            await asyncio.wait({task, canceled}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                if device is None:
                    task.cancel()
                else:
                    await device.cancel()
                await asyncio.wait({task})
                if task.cancelled() or task.exception() is not None:
                    raise Canceled
            return task.result()
        finally:
            canceled.cancel()
            task.cancel()

    def _tell_progress(self, percent: int) -> None:
        self._ledger.update(replace(self._ledger.now(self._job), progress=percent))

    def _tell_committed(self, page: Page | None) -> None:
        now = self._ledger.now(self._job)
        if page is None:
            self._ledger.update(replace(now, discarded=now.discarded + 1))
            return
        self.size_bytes += page.size_bytes
        self._ledger.update(replace(now, pages=now.pages + 1))


def touch_up(settings: ScanSettings) -> tuple[TouchUp, ...]:
    """What is to be done to each page once it is read."""
    wishes = (
        (TouchUp.DISCARD_BLANK, settings.discard_blank),
        (TouchUp.DESKEW, settings.deskew),
        (TouchUp.AUTO_CROP, settings.auto_crop),
    )
    return tuple(word for word, is_wanted in wishes if is_wanted)
