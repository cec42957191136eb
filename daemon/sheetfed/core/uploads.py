"""Uploads: what is sent where, how far it is, and who carries it there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Protocol

from sheetfed.core.errors import Detail, ErrorCode
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import InstanceId, Owner, TransferId
from sheetfed.core.targets import Target


class UploadMethod(StrEnum):
    """POST: a form with fields and the file (RFC 7578). PUT: the file alone."""

    POST = "POST"
    PUT = "PUT"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file, and how it is sent. `fields` are a form's; `headers` are the caller's own."""

    target: Target
    method: UploadMethod
    image_type: ImageType
    options: ExportOptions
    file_name: str
    field_name: str
    fields: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def is_idempotent(self) -> bool:
        """Whether sending it twice is as sending it once (RFC 9110 §9.2.2)."""
        return self.method is UploadMethod.PUT


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said; `body` is its beginning, as text."""

    status: int
    body: str
    retry_after_s: float = 0.0

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class Undelivered(Exception):
    """No answer came: `reason` says why. What never left cannot have arrived."""

    def __init__(self, reason: str, *, may_have_arrived: bool) -> None:
        self.reason = reason
        self.may_have_arrived = may_have_arrived
        super().__init__(reason)


class Sender(Protocol):
    """Carries a file to a server."""

    async def send(
        self, upload: Upload, file: BinaryIO, size_bytes: int, told: Callable[[int], None]
    ) -> Reply:
        """Send all of the file, from its beginning; `told` hears how many of its bytes have left.

        Reading the file blocks. Raises Undelivered, or UploadRefused for an address that the
        target must not stand for.
        """
        ...


class TransferState(StrEnum):
    PREPARING = "preparing"
    SENDING = "sending"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        return self in (TransferState.DONE, TransferState.FAILED, TransferState.CANCELED)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One upload on its way. `attempt` counts from 1; `reply` is the server's, of success."""

    id: TransferId
    owner: Owner
    instance: InstanceId | None
    origin: str
    pages: int
    created: float
    state: TransferState = TransferState.PREPARING
    attempt: int = 0
    sent_bytes: int = 0
    total_bytes: int = 0
    reply: Reply | None = None
    reason: ErrorCode | None = None
    message: str = ""
    details: Mapping[str, Detail] = field(default_factory=dict)
    ended: float | None = None

    @property
    def progress(self) -> int:
        """Percent of the file that has left."""
        if self.state is TransferState.DONE:
            return 100
        return self.sent_bytes * 100 // self.total_bytes if self.total_bytes else 0
