"""Endings: how a request failed, as the error that a caller is told."""

import pytest

from sheetfed.core.errors import InternalError, PaperJam, ScannerBusy, ScannerIo
from sheetfed.devices import endings
from sheetfed.devices.statuses import NO_DATA


@pytest.mark.parametrize(
    ("code", "details"),
    [
        (None, {"exit": None}),
        (0, {"exit": 0}),
        (3, {"exit": 3}),
        (-11, {"signal": "SIGSEGV"}),
        (-40, {"signal": "signal 40"}),
    ],
)
def test_a_process_that_ended_is_a_lost_scanner_and_says_of_what(
    code: int | None, details: dict[str, object]
) -> None:
    assert endings.ended(code).details == details


def test_a_refusal_has_its_code_and_what_the_driver_said() -> None:
    error = endings.refused({"code": "paper-jam", "text": "JAMMED"})
    assert isinstance(error, PaperJam)
    assert error.details == {"sane": "JAMMED"}
    assert error.message == PaperJam.sentence


@pytest.mark.parametrize("text", ["DEVICE_BUSY", "Device busy"])
def test_a_status_that_means_more_than_its_code_has_words_of_its_own(text: str) -> None:
    error = endings.refused({"code": "scanner-busy", "text": text})
    assert isinstance(error, ScannerBusy)
    assert error.message == "the scanner is not ready, or another program is using it"


def test_what_we_refuse_ourselves_has_words_too() -> None:
    error = endings.refused({"code": "scanner-io", "text": NO_DATA})
    assert isinstance(error, ScannerIo)
    assert error.message == "the scanner sent a page without a picture"


@pytest.mark.parametrize("code", ["lamp-broken", 7])
def test_a_code_that_is_none_is_an_internal_error(code: object) -> None:
    assert isinstance(endings.refused({"code": code, "text": ""}), InternalError)
