"""Health: what the journal says of SANE's backends, and how often."""

import pytest

from sheetfed.core.health import Health
from sheetfed.core.survey import Backend, BackendState

WELL = Backend("epson2", BackendState.OK)
ILL = (
    BackendState.FAILED,
    BackendState.TIMEOUT,
    BackendState.CRASHED,
)


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.getMessage()) for record in caplog.records]


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")


@pytest.mark.parametrize("state", ILL)
def test_a_backend_that_falls_ill_is_told_of_once(
    state: BackendState, caplog: pytest.LogCaptureFixture
) -> None:
    health = Health()
    for _ in range(3):
        health.observe([Backend("epson2", state, "it does not answer")])
    assert lines(caplog) == [("WARNING", "SANE backend epson2: it does not answer")]


def test_without_a_message_its_state_is_told(caplog: pytest.LogCaptureFixture) -> None:
    Health().observe([Backend("epson2", BackendState.CRASHED)])
    assert lines(caplog) == [("WARNING", "SANE backend epson2: crashed")]


def test_another_illness_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    health = Health()
    health.observe([Backend("epson2", BackendState.CRASHED)])
    health.observe([Backend("epson2", BackendState.TIMEOUT)])
    assert [message for _, message in lines(caplog)] == [
        "SANE backend epson2: crashed",
        "SANE backend epson2: timeout",
    ]


def test_its_quarantine_is_told_of_where_it_begins(caplog: pytest.LogCaptureFixture) -> None:
    Health().observe([Backend("epson2", BackendState.QUARANTINED)])
    assert lines(caplog) == []


def test_its_recovery_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    health = Health()
    health.observe([Backend("epson2", BackendState.TIMEOUT)])
    health.observe([WELL])
    health.observe([WELL])
    assert lines(caplog)[1:] == [("INFO", "SANE backend epson2 is well again")]


def test_a_backend_that_was_not_asked_is_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    health = Health()
    health.observe([Backend("epson2", BackendState.TIMEOUT)])
    health.observe([Backend("epson2", BackendState.IN_USE)])
    health.observe([Backend("epson2", BackendState.TIMEOUT)])
    assert len(caplog.records) == 1


def test_backends_that_are_well_are_not_told_of(caplog: pytest.LogCaptureFixture) -> None:
    Health().observe([WELL, Backend("test", BackendState.IN_USE)])
    assert lines(caplog) == []
