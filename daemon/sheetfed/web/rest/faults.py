"""Faults: errors as the REST API tells them, with the numbers that its clients know."""

from collections.abc import Mapping
from typing import Final

from sheetfed.core.errors import ErrorCode, ScanError
from sheetfed.web.errors import STATUS

JOB: Final = -1034
DOCUMENT: Final = -1040
OTHER: Final = -1

_NUMBERS: Final[Mapping[ErrorCode, int]] = {
    ErrorCode.INVALID_PARAMETER: -2113,
    ErrorCode.METHOD_NOT_ALLOWED: -2112,
    ErrorCode.SCANNER_BUSY: -1004,
    ErrorCode.WRONG_STATE: -1011,
    ErrorCode.WRONG_PASSWORD: -1043,
}
_MISSING: Final = (ErrorCode.NOT_FOUND, ErrorCode.GONE, ErrorCode.INDEX_OUT_OF_RANGE)
_OF_JOBS: Final = ("/api/device/", "/DWTAPI/")
_OF_DOCUMENTS: Final = ("/api/storage/", "/api/process/")


def number(code: ErrorCode, path: str) -> int:
    """The error's number for a call at this address."""
    if code in _MISSING:
        if path.startswith(_OF_JOBS):
            return JOB
        if path.startswith(_OF_DOCUMENTS):
            return DOCUMENT
    return _NUMBERS.get(code, OTHER)


def words(error: ScanError, path: str) -> dict[str, object]:
    """The body of the answer."""
    return {
        "statusCode": STATUS[error.code],
        "code": number(error.code, path),
        "message": error.message,
        "cause": {"code": str(error.code), "message": error.sentence, "details": error.details},
    }


def is_ours(path: str) -> bool:
    """Whether a call at this address is told of its errors so."""
    return path.startswith(("/api/", "/DWTAPI/")) and not path.startswith(
        ("/api/events", "/api/access")
    )
