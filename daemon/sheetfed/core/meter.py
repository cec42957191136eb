"""Meter: what is counted of the work, for whoever watches over many machines."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from sheetfed.core.errors import ErrorCode
from sheetfed.core.job import Job
from sheetfed.core.uploads import Transfer


class Step(StrEnum):
    """What work is made of, each with its time."""

    READING = "reading"
    ENCODING = "encoding"
    SYNCING = "syncing"
    COMMITTING = "committing"
    RENDERING = "rendering"
    EXPORTING = "exporting"
    UPLOADING = "uploading"


@dataclass(frozen=True, slots=True)
class Level:
    """How much there is of something now; with a label, so much of each of its values."""

    name: str
    about: str
    now: Callable[[], float | Mapping[str, float]]
    label: str | None = None


class Meter(Protocol):
    """Counts; it never fails and never waits."""

    def timed(self, step: Step) -> AbstractContextManager[None]:
        """The block's time is this step's, unless it raises."""
        ...

    def job_ended(self, job: Job, scanner: str) -> None:
        """`scanner` is its name."""
        ...

    def transfer_ended(self, transfer: Transfer) -> None: ...

    def refused(self, code: ErrorCode) -> None:
        """A request was answered with this error."""
        ...


class NoMeter:
    """The port Meter, where nobody watches."""

    @contextmanager
    def timed(self, step: Step) -> Iterator[None]:  # noqa: ARG002
        yield

    def job_ended(self, job: Job, scanner: str) -> None:
        """Nothing is counted."""

    def transfer_ended(self, transfer: Transfer) -> None:
        """Nothing is counted."""

    def refused(self, code: ErrorCode) -> None:
        """Nothing is counted."""


NO_METER: Final = NoMeter()
