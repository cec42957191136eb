"""Job: one run of a scanner, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sheetfed.core.errors import Detail, ErrorCode
from sheetfed.core.model import DocumentId, InstanceId, JobId, Owner, ScannerId, Snapped


class JobState(StrEnum):
    QUEUED = "queued"
    STARTING = "starting"
    SCANNING = "scanning"
    PAUSED = "paused"
    FINISHING = "finishing"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELED)


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a scanner, as it stands now.

    `progress` is that of the page being read, 0–100. `reason` says why it is paused or failed,
    `message` the same in words, and `details`, until a restart, for programs. `pages` counts those
    committed, `discarded` blank ones that were dropped, `position` the jobs ahead of a queued one.
    """

    id: JobId
    owner: Owner
    scanner: ScannerId
    document: DocumentId
    instance: InstanceId | None
    created: float
    state: JobState = JobState.QUEUED
    reason: ErrorCode | None = None
    message: str = ""
    progress: int = 0
    position: int = 0
    pages: int = 0
    discarded: int = 0
    snapped: tuple[Snapped, ...] = ()
    ignored: tuple[str, ...] = ()
    ended: float | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)
