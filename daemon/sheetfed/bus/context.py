"""Context: what a call over D-Bus can use, the core's services and the daemon around them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sheetfed.bus.held import Held
from sheetfed.bus.https import Https
from sheetfed.bus.looks import Looks
from sheetfed.bus.tasks import KEPT_S, Tasks
from sheetfed.bus.units import Units
from sheetfed.core.access import THE_SERVICE
from sheetfed.core.errors import ErrorCode
from sheetfed.core.job import Job, JobState
from sheetfed.core.model import Caller, ScannerId
from sheetfed.core.services import Services

_SCANNERS_DOING: Final = frozenset(
    {
        ErrorCode.SCANNER_LOST,
        ErrorCode.FEEDER_EMPTY,
        ErrorCode.PAPER_JAM,
        ErrorCode.COVER_OPEN,
        ErrorCode.SCANNER_IO,
        ErrorCode.SCANNER_TIMEOUT,
        ErrorCode.SCANNER_DENIED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The daemon itself, as far as Manager shows and steers it.

    `configuration` is that in force, without what is nobody else's affair, by dotted key.
    `reload` raises a ScanError whose message says what is wrong with the configuration.
    """

    version: str
    endpoints: Callable[[], Sequence[str]]
    https: Callable[[], Https]
    store_bytes: Callable[[], int]
    store_limit_bytes: Callable[[], int]
    store_owner_limit_bytes: Callable[[], int]
    store_min_free_bytes: Callable[[], int]
    store_folder: Path
    configuration: Callable[[], Mapping[str, object]]
    log_level: Callable[[], str]
    set_log_level: Callable[[str], None]
    reload: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`file_at_most_bytes` is the limit of what is handed in."""

    core: Services
    service: Service
    file_at_most_bytes: int
    tasks: Tasks
    held: Held = field(default_factory=Held)
    looks: Looks = field(default_factory=Looks)
    units: Units = field(default_factory=Units)

    def is_shown(self, job: Job) -> bool:
        return job.ended is None or self.core.clock.now() - job.ended < KEPT_S

    def shown_jobs(self, caller: Caller) -> list[Job]:
        return [job for job in self.core.jobs.visible_to(caller) if self.is_shown(job)]

    def last_error(self, scanner: ScannerId) -> str:
        """Why the last scan on this scanner stopped, if that was the scanner's doing."""
        stopped = (
            job
            for job in self.core.jobs.visible_to(THE_SERVICE)
            if job.scanner == scanner and (job.state.is_final or job.state is JobState.PAUSED)
        )
        last = max(stopped, key=lambda job: job.created, default=None)
        return last.reason.value if last and last.reason in _SCANNERS_DOING else ""
