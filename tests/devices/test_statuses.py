"""Statuses: every status of SANE has its meaning, as a number and as a text."""

import subprocess
import sys

import pytest

from sheetfed.core.errors import ErrorCode
from sheetfed.devices.statuses import CODES, TEXTS, Status, from_status, from_text

MEANINGS = {
    Status.UNSUPPORTED: ("Operation not supported", ErrorCode.SETTINGS_REFUSED),
    Status.CANCELLED: ("Operation was canceled", ErrorCode.CANCELED_AT_DEVICE),
    Status.DEVICE_BUSY: ("Device busy", ErrorCode.SCANNER_BUSY),
    Status.INVAL: ("Invalid argument", ErrorCode.SETTINGS_REFUSED),
    Status.EOF: ("End of file reached", ErrorCode.SCANNER_IO),
    Status.JAMMED: ("Document feeder jammed", ErrorCode.PAPER_JAM),
    Status.NO_DOCS: ("Document feeder out of documents", ErrorCode.FEEDER_EMPTY),
    Status.COVER_OPEN: ("Scanner cover is open", ErrorCode.COVER_OPEN),
    Status.IO_ERROR: ("Error during device I/O", ErrorCode.SCANNER_IO),
    Status.NO_MEM: ("Out of memory", ErrorCode.SCANNER_IO),
    Status.ACCESS_DENIED: ("Access to resource has been denied", ErrorCode.SCANNER_DENIED),
}


@pytest.mark.parametrize("status", MEANINGS)
def test_a_status_means_the_same_as_a_number_and_as_a_text(status: Status) -> None:
    text, code = MEANINGS[status]
    assert from_status(status).code is code
    assert from_text(text).code is code


def test_the_tables_know_every_status() -> None:
    assert set(CODES) | {Status.GOOD} == set(Status) == set(TEXTS.values())


@pytest.mark.parametrize("number", [12, 13, -1, 0])
def test_a_vendors_own_status_is_a_failed_device(number: int) -> None:
    assert from_status(number).code is ErrorCode.SCANNER_IO


def test_an_unknown_text_is_a_failed_device() -> None:
    assert from_text("Lamp not ready").code is ErrorCode.SCANNER_IO


def test_the_texts_are_those_of_the_libsane_that_is_here() -> None:
    program = (
        "import _sane, ctypes; lib = ctypes.CDLL(_sane.__file__);"
        "lib.sane_strstatus.restype = ctypes.c_char_p;"
        "print('\\n'.join(lib.sane_strstatus(n).decode() for n in range(12)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=15
    ).stdout.splitlines()
    assert [TEXTS[text] for text in said] == list(Status)
