"""The exposition: what Prometheus reads of what was counted."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sheetfed.core.errors import ErrorCode
from sheetfed.core.job import Job, JobState
from sheetfed.core.meter import Level, Step
from sheetfed.core.model import DocumentId, JobId, Owner, ScannerId, TransferId
from sheetfed.core.uploads import Reply, Transfer, TransferState
from sheetfed.metrics.exposition import Exposition

JOB = Job(
    id=JobId("j1"),
    owner=Owner(1000),
    scanner=ScannerId("desk"),
    document=DocumentId("d1"),
    instance=None,
    created=0.0,
    state=JobState.DONE,
    pages=3,
)
TRANSFER = Transfer(
    id=TransferId("t1"),
    owner=Owner(1000),
    instance=None,
    origin="https://app.example.org",
    pages=1,
    created=0.0,
    state=TransferState.DONE,
    total_bytes=500,
    reply=Reply(200, ""),
)


@pytest.fixture
def exposition() -> Exposition:
    return Exposition(version="1.2.3")


def values(exposition: Exposition) -> Mapping[tuple[str, ...], float]:
    """Of every sample, by its name and its labels' values in the order of their names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(exposition.page().decode())
        for sample in family.samples
    }


def test_what_can_be_known_before_is_there_from_the_start(exposition: Exposition) -> None:
    found = values(exposition)
    for code in ErrorCode:
        assert found["sheetfed_refusals_total", code] == 0
    for step in Step:
        assert found["sheetfed_step_seconds_count", step] == 0
    assert found["sheetfed_info", "1.2.3"] == 1
    assert not [key for key in found if key[0].endswith("_created")]
    assert found["process_resident_memory_bytes",] > 0


def test_jobs_are_counted_by_scanner_outcome_and_reason(exposition: Exposition) -> None:
    exposition.meter.job_ended(JOB, "Desk scanner")
    jammed = replace(JOB, state=JobState.FAILED, reason=ErrorCode.PAPER_JAM, pages=1)
    exposition.meter.job_ended(jammed, "Desk scanner")
    found = values(exposition)
    assert found["sheetfed_jobs_total", "done", "", "Desk scanner"] == 1
    assert found["sheetfed_jobs_total", "failed", "paper-jam", "Desk scanner"] == 1
    assert found["sheetfed_pages_total", "Desk scanner"] == 4


def test_steps_uploads_and_refusals_are_counted(exposition: Exposition) -> None:
    with exposition.meter.timed(Step.ENCODING):
        pass
    with pytest.raises(ZeroDivisionError), exposition.meter.timed(Step.ENCODING):
        raise ZeroDivisionError
    exposition.meter.transfer_ended(TRANSFER)
    exposition.meter.refused(ErrorCode.TOO_MANY)
    found = values(exposition)
    assert found["sheetfed_step_seconds_count", "encoding"] == 1
    assert found["sheetfed_step_seconds_bucket", "0.3", "encoding"] == 1
    assert found["sheetfed_uploads_total", "done", ""] == 1
    assert found["sheetfed_uploaded_bytes_total",] == 500
    assert found["sheetfed_refusals_total", "too-many"] == 1


def test_levels_are_asked_when_somebody_wants_to_know(exposition: Exposition) -> None:
    now = 1.0
    exposition.watch(
        [
            Level("sheetfed_one", "One.", lambda: now),
            Level("sheetfed_some", "Some.", lambda: {"a": now, "b": 2 * now}, "kind"),
        ]
    )
    now = 7.0
    found = values(exposition)
    assert found["sheetfed_one",] == 7
    assert (found["sheetfed_some", "a"], found["sheetfed_some", "b"]) == (7, 14)


def test_two_expositions_count_apart() -> None:
    one, other = Exposition(version="1"), Exposition(version="1")
    one.meter.refused(ErrorCode.GONE)
    assert values(other)["sheetfed_refusals_total", "gone"] == 0
