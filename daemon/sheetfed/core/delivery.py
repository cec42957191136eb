"""Delivery: one file on its way to a server, tried again where that does no harm."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from sheetfed.core.errors import Interrupted, UploadFailed
from sheetfed.core.ports import Clock
from sheetfed.core.uploads import Reply, Sender, TransferState, Undelivered, Upload

CUT_OFF: Final = "the service was stopped while it was sending; the pages are kept"
REPEATED: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which an upload that may be repeated is tried again."""

_FIRST_PAUSE_S: Final = 1.0
_LONGER_EACH_TIME: Final = 4.0
_LONGEST_PAUSE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a delivery is; attempts count from 1."""

    state: TransferState
    attempt: int
    sent_bytes: int
    total_bytes: int


class Delivery:
    """Waits between its attempts, each time longer, and as long as the server asks for."""

    def __init__(
        self,
        *,
        sender: Sender,
        clock: Clock,
        attempts: int,
        tell: Callable[[Progress], None],
        may_wait: Callable[[], bool],
    ) -> None:
        self._sender = sender
        self._clock = clock
        self._attempts = attempts
        self._tell = tell
        self._may_wait = may_wait

    async def deliver(self, upload: Upload, file: BinaryIO, size_bytes: int) -> Reply:
        """The answer of success. Raises UploadFailed, UploadRefused, or Interrupted when there is
        no time left to try again."""
        attempt, pause_s = 1, _FIRST_PAUSE_S
        while True:
            now = Progress(TransferState.SENDING, attempt, 0, size_bytes)
            outcome = await self._attempt(upload, file, now)
            if isinstance(outcome, Reply) and outcome.is_success:
                return outcome
            if attempt == self._attempts or not _may_repeat(upload, outcome):
                raise _failure(outcome, attempt)
            self._tell(replace(now, state=TransferState.WAITING))
            if not self._may_wait():
                raise Interrupted(CUT_OFF)
            asked_s = outcome.retry_after_s if isinstance(outcome, Reply) else 0.0
            await self._clock.sleep(min(max(pause_s, asked_s), _LONGEST_PAUSE_S))
            attempt, pause_s = attempt + 1, pause_s * _LONGER_EACH_TIME

    async def _attempt(self, upload: Upload, file: BinaryIO, now: Progress) -> Reply | Undelivered:
        self._tell(now)
        try:
            return await self._sender.send(
                upload,
                file,
                now.total_bytes,
                lambda sent: self._tell(replace(now, sent_bytes=sent)),
            )
        except Undelivered as failure:
            return failure


def _may_repeat(upload: Upload, outcome: Reply | Undelivered) -> bool:
    if isinstance(outcome, Reply):
        return upload.is_idempotent and outcome.status in REPEATED
    return upload.is_idempotent or not outcome.may_have_arrived


def _failure(outcome: Reply | Undelivered, attempts: int) -> UploadFailed:
    if isinstance(outcome, Reply):
        return UploadFailed(
            f"the server answered with status {outcome.status}",
            details={"status": outcome.status, "body": outcome.body, "attempts": attempts},
        )
    return UploadFailed(
        f"the upload did not succeed: {outcome.reason}",
        details={"reason": outcome.reason, "attempts": attempts},
    )
