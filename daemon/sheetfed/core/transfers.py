"""Transfers: pages on their way to a server, whoever still watches."""

import asyncio
import logging
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, Final

from sheetfed.core import ids
from sheetfed.core.access import Access
from sheetfed.core.delivery import CUT_OFF, Delivery, Progress
from sheetfed.core.errors import (
    InternalError,
    Interrupted,
    NotFound,
    ScanError,
    ShuttingDown,
    TooLarge,
    TooMany,
)
from sheetfed.core.events import Hub, TransferChanged
from sheetfed.core.meter import NO_METER, Meter, Step
from sheetfed.core.model import Caller, InstanceId, Owner, Page, TransferId
from sheetfed.core.permissions import Permission
from sheetfed.core.ports import Clock
from sheetfed.core.renders import Renders, require_exportable
from sheetfed.core.uploads import Reply, Sender, Transfer, TransferState, Upload

KEPT_S: Final = 24 * 3600.0
"""So long a transfer that ended can be asked for."""

KEPT_AT_MOST: Final = 50
"""Of one owner's."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TransferLimits:
    """What the administrator allows: the origins beside a caller's own, and how much."""

    allow: frozenset[str] = frozenset()
    max_bytes: int = 1 << 30
    attempts: int = 4
    at_once: int = 8


class Transfers:
    """Every transfer has a task of its own, owned here; it ends with the daemon, not with a tab."""

    def __init__(
        self,
        *,
        renders: Renders,
        sender: Sender,
        access: Access,
        hub: Hub,
        clock: Clock,
        limits: TransferLimits,
        meter: Meter = NO_METER,
    ) -> None:
        self._renders = renders
        self._sender = sender
        self._access = access
        self._hub = hub
        self._clock = clock
        self._limits = limits
        self._meter = meter
        self._known: dict[TransferId, Transfer] = {}
        self._tasks: dict[TransferId, asyncio.Task[Reply]] = {}
        self._is_draining = False

    def change(self, limits: TransferLimits) -> None:
        """Take over a reloaded configuration, for the transfers to come."""
        self._limits = limits

    @property
    def under_way(self) -> Collection[TransferId]:
        return self._tasks.keys()

    async def start(
        self, caller: Caller, pages: Sequence[Page], upload: Upload, instance: InstanceId | None
    ) -> Transfer:
        """Begin to send these pages as one file, and answer at once.

        Raises OriginNotGranted, UploadRefused, InvalidParameter, TooMany or ShuttingDown.
        """
        upload.target.require_permitted(caller.owner.origin, self._limits.allow)
        await self._access.require(caller, Permission.UPLOAD)
        require_exportable(pages, upload.image_type)
        if self._is_draining:
            raise ShuttingDown
        if sum(self._known[one].owner == caller.owner for one in self._tasks) >= (
            self._limits.at_once
        ):
            raise TooMany("too many uploads at once", details={"uploads": self._limits.at_once})
        self._forget(caller.owner)
        transfer = Transfer(
            id=ids.new_transfer(),
            owner=caller.owner,
            instance=instance,
            origin=upload.target.origin,
            pages=len(pages),
            created=self._clock.now(),
        )
        self._known[transfer.id] = transfer
        self._hub.publish(TransferChanged(transfer))
        task = asyncio.create_task(self._carry_out(transfer.id, tuple(pages), upload))
        self._tasks[transfer.id] = task
        task.add_done_callback(partial(self._finish, transfer.id))
        return transfer

    def get(self, caller: Caller, transfer: TransferId) -> Transfer:
        """Raises NotFound."""
        found = self._known.get(transfer)
        if found is None or not self._access.may_see(caller, found.owner):
            raise NotFound("there is no such upload")
        return found

    async def ended(self, caller: Caller, transfer: TransferId) -> Transfer:
        """Wait until it has ended. Raises NotFound."""
        return await self._end(self.get(caller, transfer).id)

    async def cancel(self, caller: Caller, transfer: TransferId) -> Transfer:
        """End it; one that has ended stays as it is. Raises NotFound."""
        self._call_off(self.get(caller, transfer).id)
        return await self.ended(caller, transfer)

    async def cancel_all(self, caller: Caller, instance: InstanceId) -> None:
        """Cancel every transfer of this instance of the caller's."""
        mine = [
            transfer
            for transfer in self._tasks
            if (self._known[transfer].owner, self._known[transfer].instance)
            == (caller.owner, instance)
        ]
        for transfer in mine:
            self._call_off(transfer)
        await asyncio.gather(*map(self._end, mine))

    def recheck(self) -> None:
        """Cancel the transfers of those whose origins may not upload any more."""
        for transfer in self._tasks:
            owner = self._known[transfer].owner
            if Permission.UPLOAD not in self._access.permissions(owner):
                self._call_off(transfer)

    async def drain(self, timeout_s: float) -> None:
        """The service stops: no new transfer, what is being sent has so long to end.

        What waits to be tried again, and what is still being sent then, fails as interrupted.
        """
        self._is_draining = True
        for transfer in tuple(self._tasks):
            if self._known[transfer].state is TransferState.WAITING:
                self._call_off(transfer)
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=timeout_s)
        for transfer in tuple(self._tasks):
            self._call_off(transfer)
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    def _call_off(self, transfer: TransferId) -> None:
        if transfer in self._tasks:
            self._tasks[transfer].cancel()

    async def _end(self, transfer: TransferId) -> Transfer:
        if transfer in self._tasks:
            await asyncio.wait({self._tasks[transfer]})
        return self._known[transfer]

    async def _carry_out(
        self, transfer: TransferId, pages: Sequence[Page], upload: Upload
    ) -> Reply:
        """The transfer's task: make the file and send it."""
        async with self._renders.export(
            pages, upload.image_type, upload.options, is_limited=False
        ) as file:
            return await self._deliver(transfer, upload, file)

    async def _deliver(self, transfer: TransferId, upload: Upload, file: BinaryIO) -> Reply:
        size_bytes = await asyncio.to_thread(file.seek, 0, os.SEEK_END)
        if size_bytes > self._limits.max_bytes:
            raise TooLarge(
                "the file is larger than [upload] max_file_bytes allows",
                details={"bytes": size_bytes, "at_most_bytes": self._limits.max_bytes},
            )
        delivery = Delivery(
            sender=self._sender,
            clock=self._clock,
            attempts=self._limits.attempts,
            tell=lambda progress: self._tell_progress(transfer, progress),
            may_wait=lambda: not self._is_draining,
        )
        with self._meter.timed(Step.UPLOADING):
            return await delivery.deliver(upload, file, size_bytes)

    def _tell_progress(self, transfer: TransferId, progress: Progress) -> None:
        """One event for each percent, not for each piece."""
        before = self._known[transfer]
        now = replace(
            before,
            state=progress.state,
            attempt=progress.attempt,
            sent_bytes=progress.sent_bytes,
            total_bytes=progress.total_bytes,
        )
        self._known[transfer] = now
        if (now.state, now.attempt, now.progress) != (
            before.state,
            before.attempt,
            before.progress,
        ):
            self._hub.publish(TransferChanged(now))

    def _finish(self, transfer: TransferId, task: asyncio.Task[Reply]) -> None:
        """Tell how it ended, also when it was called off before it began."""
        reply: Reply | None = None
        error: ScanError | None = None
        if task.cancelled():
            state = TransferState.FAILED if self._is_draining else TransferState.CANCELED
            error = Interrupted(CUT_OFF) if self._is_draining else None
        elif (failure := task.exception()) is not None:
            state, error = TransferState.FAILED, self._told(transfer, failure)
        else:
            state, reply = TransferState.DONE, task.result()
        ended = replace(
            self._known[transfer],
            state=state,
            reply=reply,
            reason=None if error is None else error.code,
            message="" if error is None else error.message,
            details={} if error is None else error.details,
            ended=self._clock.now(),
        )
        del self._tasks[transfer]
        self._known[transfer] = ended
        self._hub.publish(TransferChanged(ended))
        self._meter.transfer_ended(ended)
        log.info(
            "upload to %s: %s, %d pages, %d bytes, %.2f s",
            ended.origin,
            state if error is None else f"{state} ({error.code})",
            ended.pages,
            ended.total_bytes,
            self._clock.now() - ended.created,
            extra={"transfer": transfer, "owner_uid": ended.owner.uid},
        )

    @staticmethod
    def _told(transfer: TransferId, failure: BaseException) -> ScanError:
        """What is said of it; a bug is logged, and told without detail."""
        if isinstance(failure, ScanError) and not isinstance(failure, InternalError):
            return failure
        log.error("upload %s failed", transfer, exc_info=failure, extra={"transfer": transfer})
        return InternalError()

    def _forget(self, owner: Owner) -> None:
        """What ended long ago, and all but the latest of this owner's."""
        limit = self._clock.now() - KEPT_S
        ended = [one for one in self._known.values() if one.ended is not None]
        old = [one.id for one in ended if (one.ended or 0.0) < limit]
        mine = [one.id for one in ended if one.owner == owner]
        for transfer in {*old, *mine[: max(0, len(mine) - KEPT_AT_MOST + 1)]}:
            del self._known[transfer]
