"""Answers: what a surveyor tells, in words that a person understands."""

import logging
from typing import Any

import pytest

from sheetfed.core.survey import BackendState
from sheetfed.devices.answers import read_answer

OK, FAILED = BackendState.OK, BackendState.FAILED
STARTED = "[dll] init: initializing backend `hp'\n[dll] init: backend `hp' is version 1.0.2\n"
MISSING = "[22:19:24.857571] [dll] load: couldn't find backend `hp' (No such file or directory)\n"
UNLOADABLE = "[dll] load: dlopen() failed (libfoo.so.1: cannot open shared object file)\n"


def message(words: str = STARTED, **outcome: Any) -> dict[str, Any]:
    return {"backend": "hp", "words": words, **outcome}


@pytest.mark.parametrize(
    ("told", "state", "text"),
    [
        (message(report={"devices": []}), OK, ""),
        (message(signal="SIGSEGV"), BackendState.CRASHED, "its driver crashed (SIGSEGV)"),
        (message(exit=3), BackendState.CRASHED, "its driver ended the process (exit code 3)"),
        (message(late=15.0), BackendState.TIMEOUT, "did not answer within 15 s"),
        (message(excess=True), FAILED, "its driver lists devices without end"),
        (message(report={"error": "Out of memory"}), FAILED, "its driver says: Out of memory"),
        (
            message(UNLOADABLE, report={"devices": []}),
            FAILED,
            "its driver cannot be loaded: libfoo.so.1: cannot open shared object file",
        ),
        (message(MISSING, report={"devices": []}), OK, "its driver is not installed"),
        (
            message("[dll] init: initializing backend `hp'\n", report={"devices": []}),
            OK,
            "its driver would not start; some do not when they find nothing to drive",
        ),
        (message(skipped=True), BackendState.IN_USE, ""),
    ],
)
def test_an_outcome_is_a_state_and_a_sentence(
    told: dict[str, Any], state: BackendState, text: str
) -> None:
    answer = read_answer(told)
    assert (answer.backend, answer.state, answer.message) == ("hp", state, text)


def test_crashes_and_hangs_are_faults_and_nothing_else_is() -> None:
    faults = [
        read_answer(message(**outcome)).is_fault for outcome in ({"signal": "X"}, {"late": 1})
    ]
    others = [
        read_answer(message(**outcome)).is_fault
        for outcome in ({"excess": True}, {"report": {"error": "x"}}, {"report": {"devices": []}})
    ]
    assert (faults, others) == ([True, True], [False, False, False])


def test_devices_are_four_words_each() -> None:
    rows = [["hp:0", "HP", "5P", "flatbed scanner"], ["hp:1", "HP", "6P", "flatbed scanner"]]
    assert read_answer(message(report={"devices": rows})).devices == tuple(map(tuple, rows))


@pytest.mark.parametrize(
    "told",
    [
        {},
        message(),
        message(report=[]),
        message(report={"devices": [["hp:0"]]}),
        message(report={"devices": 7}),
    ],
)
def test_what_is_no_answer_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_answer(told)


def test_the_last_words_of_a_driver_that_crashed_are_logged_without_libsanes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    words = STARTED + "[sanei_debug] Setting debug level\nmy last words\n\n" + "line\n" * 100
    read_answer(message(words, signal="SIGSEGV"))
    logged = [record.getMessage() for record in caplog.records]
    assert logged[0] == "SANE backend hp: my last words"
    assert len(logged) == 20
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_what_a_driver_says_that_is_well_is_for_debugging(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    read_answer(message("no scanner here\n", report={"devices": []}))
    assert [record.levelno for record in caplog.records] == [logging.DEBUG]


def test_nothing_that_a_driver_says_is_what_a_terminal_would_obey(
    caplog: pytest.LogCaptureFixture,
) -> None:
    read_answer(message("\x1b[2Jlast words\x07\n", signal="SIGSEGV"))
    assert [record.getMessage() for record in caplog.records] == ["SANE backend hp: [2Jlast words"]
    assert read_answer(message(report={"error": "a\x1bb"})).message == "its driver says: ab"
