"""Errors: the closed table of core, as HTTP statuses."""

from collections.abc import Mapping
from typing import Final

from sheetfed.core.errors import ErrorCode, ScanError

STATUS: Final[Mapping[ErrorCode, int]] = {
    ErrorCode.INVALID_PARAMETER: 400,
    ErrorCode.INDEX_OUT_OF_RANGE: 404,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.METHOD_NOT_ALLOWED: 405,
    ErrorCode.ORIGIN_NOT_GRANTED: 403,
    ErrorCode.NOT_ALLOWED: 403,
    ErrorCode.WRONG_PASSWORD: 403,
    ErrorCode.WRONG_HOST: 421,
    ErrorCode.NOTHING_TO_UNDO: 409,
    ErrorCode.WRONG_STATE: 409,
    ErrorCode.GONE: 410,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.TOO_MANY: 429,
    ErrorCode.SCANNER_BUSY: 423,
    ErrorCode.SCANNER_NOT_FOUND: 404,
    ErrorCode.SCANNER_LOST: 502,
    ErrorCode.NO_SCANNER: 404,
    ErrorCode.FEEDER_EMPTY: 409,
    ErrorCode.PAPER_JAM: 409,
    ErrorCode.COVER_OPEN: 409,
    ErrorCode.SCANNER_IO: 502,
    ErrorCode.SCANNER_TIMEOUT: 504,
    ErrorCode.SCANNER_DENIED: 502,
    ErrorCode.SETTINGS_REFUSED: 409,
    ErrorCode.CANCELED_AT_DEVICE: 409,
    ErrorCode.INTERRUPTED: 409,
    ErrorCode.UNSUPPORTED_IMAGE: 415,
    ErrorCode.DAMAGED_IMAGE: 422,
    ErrorCode.UPLOAD_REFUSED: 403,
    ErrorCode.UPLOAD_FAILED: 502,
    ErrorCode.STORE_FULL: 507,
    ErrorCode.SHUTTING_DOWN: 503,
    ErrorCode.INTERNAL_ERROR: 500,
}

COMMON_ERRORS: Final = (
    ErrorCode.INVALID_PARAMETER,
    ErrorCode.METHOD_NOT_ALLOWED,
    ErrorCode.ORIGIN_NOT_GRANTED,
    ErrorCode.NOT_ALLOWED,
    ErrorCode.WRONG_HOST,
    ErrorCode.TOO_LARGE,
    ErrorCode.TOO_MANY,
    ErrorCode.SHUTTING_DOWN,
    ErrorCode.INTERNAL_ERROR,
)
"""What any call can be refused with."""

RETRY_AFTER_S: Final = 5


def words(error: ScanError) -> dict[str, object]:
    """The error as every answer carries it."""
    return {"code": str(error.code), "message": error.message, "details": error.details}


def headers(error: ScanError) -> dict[str, str]:
    """What an answer with this error says beside its body."""
    if STATUS[error.code] in (429, 503):
        return {"Retry-After": str(error.details.get("retry_after_s", RETRY_AFTER_S))}
    if error.code is ErrorCode.ORIGIN_NOT_GRANTED:
        # Not readable without CORS, but a page can tell it from a service that is not there.
        return {"Cross-Origin-Resource-Policy": "cross-origin"}
    return {}
