"""CountingMeter: what was counted, for tests to look at."""

from collections.abc import Iterator
from contextlib import contextmanager

from sheetfed.core.errors import ErrorCode
from sheetfed.core.job import Job
from sheetfed.core.meter import Step
from sheetfed.core.uploads import Transfer


class CountingMeter:
    """The port Meter."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.jobs: list[tuple[Job, str]] = []
        self.transfers: list[Transfer] = []
        self.refusals: list[ErrorCode] = []

    @contextmanager
    def timed(self, step: Step) -> Iterator[None]:
        yield
        self.steps.append(step)

    def job_ended(self, job: Job, scanner: str) -> None:
        self.jobs.append((job, scanner))

    def transfer_ended(self, transfer: Transfer) -> None:
        self.transfers.append(transfer)

    def refused(self, code: ErrorCode) -> None:
        self.refusals.append(code)
