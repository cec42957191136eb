"""Statuses: what SANE's status codes and texts mean in our words."""

from enum import IntEnum

from sheetfed.core.errors import ErrorCode


class Status(IntEnum):
    """SANE_Status (SANE 1.0 §4.2.7)."""

    GOOD = 0
    UNSUPPORTED = 1
    CANCELLED = 2
    DEVICE_BUSY = 3
    INVAL = 4
    EOF = 5
    JAMMED = 6
    NO_DOCS = 7
    COVER_OPEN = 8
    IO_ERROR = 9
    NO_MEM = 10
    ACCESS_DENIED = 11


CODES: dict[Status, ErrorCode] = {
    Status.UNSUPPORTED: ErrorCode.SETTINGS_REFUSED,
    Status.CANCELLED: ErrorCode.CANCELED_AT_DEVICE,
    Status.DEVICE_BUSY: ErrorCode.SCANNER_BUSY,
    Status.INVAL: ErrorCode.SETTINGS_REFUSED,
    Status.EOF: ErrorCode.SCANNER_IO,
    Status.JAMMED: ErrorCode.PAPER_JAM,
    Status.NO_DOCS: ErrorCode.FEEDER_EMPTY,
    Status.COVER_OPEN: ErrorCode.COVER_OPEN,
    Status.IO_ERROR: ErrorCode.SCANNER_IO,
    Status.NO_MEM: ErrorCode.SCANNER_IO,
    Status.ACCESS_DENIED: ErrorCode.SCANNER_DENIED,
}

TEXTS: dict[str, Status] = {
    "Success": Status.GOOD,
    "Operation not supported": Status.UNSUPPORTED,
    "Operation was canceled": Status.CANCELLED,
    "Operation was cancelled": Status.CANCELLED,
    "Device busy": Status.DEVICE_BUSY,
    "Invalid argument": Status.INVAL,
    "End of file reached": Status.EOF,
    "Document feeder jammed": Status.JAMMED,
    "Document feeder out of documents": Status.NO_DOCS,
    "Scanner cover is open": Status.COVER_OPEN,
    "Error during device I/O": Status.IO_ERROR,
    "Out of memory": Status.NO_MEM,
    "Access to resource has been denied": Status.ACCESS_DENIED,
}

NO_DATA = "no data"
ENDLESS = "no end"
MISCOUNTED = "wrong length"
CUT_OFF = "connection ended"
MISDESCRIBED = "wrong parameters"
UNEQUAL_FRAMES = "unequal frames"
UNKNOWN_FORMAT = "unknown frame format"
FOREIGN_NAME = "name not in UTF-8"

_SENTENCES: dict[str, str] = {
    Status.CANCELLED.name: "the scan was canceled at the scanner",
    Status.DEVICE_BUSY.name: "the scanner is not ready, or another program is using it",
    Status.EOF.name: "the scanner ended the page before it began",
    Status.NO_MEM.name: "the scanner's driver ran out of memory",
    NO_DATA: "the scanner sent a page without a picture",
    ENDLESS: "the scanner's driver sends a page without end",
    MISCOUNTED: "the scanner's driver tells a wrong length of what it has sent",
    CUT_OFF: "the connection to the scanner has ended",
    MISDESCRIBED: "the scanner's driver describes its page wrongly",
    UNEQUAL_FRAMES: "the scanner's driver sends colors that do not make one picture",
    FOREIGN_NAME: "the scanner cannot be opened: its name is not in UTF-8; give it another name",
    UNKNOWN_FORMAT: "the scanner's driver sends pages in a form that is not supported",
}


class SaneError(Exception):
    """A SANE call that did not succeed, in our words and in SANE's."""

    def __init__(self, code: ErrorCode, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def from_status(number: int) -> SaneError:
    """The error of a status as libsane returns it; a vendor's own status is a failed device."""
    try:
        status = Status(number)
        return SaneError(CODES[status], status.name)
    except (ValueError, KeyError):
        return SaneError(ErrorCode.SCANNER_IO, f"status {number}")


def from_text(text: str) -> SaneError:
    """The error of a text as python-sane raises it, in sane_strstatus' words."""
    code = CODES.get(TEXTS.get(text, Status.IO_ERROR), ErrorCode.SCANNER_IO)
    return SaneError(code, text)


def sentence(text: str) -> str | None:
    """What an error's text means to people; None where its code says it all."""
    status = TEXTS.get(text)
    return _SENTENCES.get(text if status is None else status.name)
