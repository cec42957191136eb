"""Meter: the core's port, counted for Prometheus."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

from sheetfed.core.errors import ErrorCode
from sheetfed.core.job import Job
from sheetfed.core.meter import Step
from sheetfed.core.uploads import Transfer

_SECONDS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
NONE: Final = ""
"""The reason of what went well."""


class PrometheusMeter:
    """Implements the port; every series that can be known before is there from the start."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._jobs = Counter(
            "sheetfed_jobs",
            "Scans that ended, by scanner, outcome and the reason of a failure.",
            ("scanner", "outcome", "reason"),
            registry=registry,
        )
        self._pages = Counter(
            "sheetfed_pages", "Pages that were scanned.", ("scanner",), registry=registry
        )
        self._steps = Histogram(
            "sheetfed_step_seconds",
            "How long the steps of the work took, of a page, a file or an upload each.",
            ("step",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._refusals = Counter(
            "sheetfed_refusals",
            "Requests that were answered with an error, by its code.",
            ("reason",),
            registry=registry,
        )
        self._uploads = Counter(
            "sheetfed_uploads",
            "Uploads that ended, by outcome and the reason of a failure.",
            ("outcome", "reason"),
            registry=registry,
        )
        self._uploaded = Counter(
            "sheetfed_uploaded_bytes", "Of files that have arrived.", registry=registry
        )
        for step in Step:
            self._steps.labels(step)
        for code in ErrorCode:
            self._refusals.labels(code)

    @contextmanager
    def timed(self, step: Step) -> Iterator[None]:
        begun = perf_counter()
        yield
        self._steps.labels(step).observe(perf_counter() - begun)

    def job_ended(self, job: Job, scanner: str) -> None:
        self._jobs.labels(scanner, job.state, job.reason or NONE).inc()
        self._pages.labels(scanner).inc(job.pages)

    def transfer_ended(self, transfer: Transfer) -> None:
        self._uploads.labels(transfer.state, transfer.reason or NONE).inc()
        if transfer.reply is not None:
            self._uploaded.inc(transfer.total_bytes)

    def refused(self, code: ErrorCode) -> None:
        self._refusals.labels(code).inc()
