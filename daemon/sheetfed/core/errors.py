"""Errors: the closed table of everything that a caller can be told went wrong."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Final

Detail = str | int | float | bool | None | list[int] | list[str]


class ErrorCode(StrEnum):
    """The words of both wire contracts; each door maps every one of them once."""

    INVALID_PARAMETER = "invalid-parameter"
    INDEX_OUT_OF_RANGE = "index-out-of-range"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    ORIGIN_NOT_GRANTED = "origin-not-granted"
    NOT_ALLOWED = "not-allowed"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105
    WRONG_HOST = "wrong-host"
    NOTHING_TO_UNDO = "nothing-to-undo"
    WRONG_STATE = "wrong-state"
    GONE = "gone"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    SCANNER_BUSY = "scanner-busy"
    SCANNER_NOT_FOUND = "scanner-not-found"
    SCANNER_LOST = "scanner-lost"
    NO_SCANNER = "no-scanner"
    FEEDER_EMPTY = "feeder-empty"
    PAPER_JAM = "paper-jam"
    COVER_OPEN = "cover-open"
    SCANNER_IO = "scanner-io"
    SCANNER_TIMEOUT = "scanner-timeout"
    SCANNER_DENIED = "scanner-denied"
    SETTINGS_REFUSED = "settings-refused"
    CANCELED_AT_DEVICE = "canceled-at-device"
    INTERRUPTED = "interrupted"
    UNSUPPORTED_IMAGE = "unsupported-image"
    DAMAGED_IMAGE = "damaged-image"
    UPLOAD_REFUSED = "upload-refused"
    UPLOAD_FAILED = "upload-failed"
    STORE_FULL = "store-full"
    SHUTTING_DOWN = "shutting-down"
    INTERNAL_ERROR = "internal-error"


class ScanError(Exception):
    """What a caller is told: a code for programs, a sentence for people, details for both."""

    code: ClassVar[ErrorCode]
    sentence: ClassVar[str]

    def __init__(
        self, message: str | None = None, *, details: Mapping[str, Detail] | None = None
    ) -> None:
        self.message = message or self.sentence
        self.details: dict[str, Detail] = dict(details or {})
        super().__init__(self.message)


class InvalidParameter(ScanError):
    code = ErrorCode.INVALID_PARAMETER
    sentence = "a parameter has a wrong type or value"


class IndexOutOfRange(ScanError):
    code = ErrorCode.INDEX_OUT_OF_RANGE
    sentence = "there is no page at this index"


class NotFound(ScanError):
    code = ErrorCode.NOT_FOUND
    sentence = "there is no such thing"


class MethodNotAllowed(ScanError):
    code = ErrorCode.METHOD_NOT_ALLOWED
    sentence = "this address does not take this HTTP method"


class OriginNotGranted(ScanError):
    code = ErrorCode.ORIGIN_NOT_GRANTED
    sentence = "this web origin has no permission to use the scanners"


class NotAllowed(ScanError):
    code = ErrorCode.NOT_ALLOWED
    sentence = "this user may not do this"


class WrongPassword(ScanError):
    code = ErrorCode.WRONG_PASSWORD
    sentence = "the document's password is wrong"


class WrongHost(ScanError):
    code = ErrorCode.WRONG_HOST
    sentence = "this service does not answer under this host name"


class NothingToUndo(ScanError):
    code = ErrorCode.NOTHING_TO_UNDO
    sentence = "there is no edit to undo or redo"


class WrongState(ScanError):
    code = ErrorCode.WRONG_STATE
    sentence = "this is not possible in the present state"


class Gone(ScanError):
    code = ErrorCode.GONE
    sentence = "this was deleted"


class TooLarge(ScanError):
    code = ErrorCode.TOO_LARGE
    sentence = "this is larger than the limit"


class TooMany(ScanError):
    code = ErrorCode.TOO_MANY
    sentence = "there are too many of these at once"


class ScannerBusy(ScanError):
    code = ErrorCode.SCANNER_BUSY
    sentence = "the scanner is in use"


class ScannerNotFound(ScanError):
    code = ErrorCode.SCANNER_NOT_FOUND
    sentence = "there is no scanner of this id or name"


class ScannerLost(ScanError):
    code = ErrorCode.SCANNER_LOST
    sentence = "the scanner was unplugged or its driver crashed"


class NoScanner(ScanError):
    code = ErrorCode.NO_SCANNER
    sentence = "no scanner was found: check cable and power, then `sheetctl devices`"


class FeederEmpty(ScanError):
    code = ErrorCode.FEEDER_EMPTY
    sentence = "there is no paper in the feeder"


class PaperJam(ScanError):
    code = ErrorCode.PAPER_JAM
    sentence = "paper is jammed in the feeder"


class CoverOpen(ScanError):
    code = ErrorCode.COVER_OPEN
    sentence = "the scanner's cover is open"


class ScannerIo(ScanError):
    code = ErrorCode.SCANNER_IO
    sentence = "the scanner reported an error while communicating"


class ScannerTimeout(ScanError):
    code = ErrorCode.SCANNER_TIMEOUT
    sentence = "the scanner did not answer in time"


class ScannerDenied(ScanError):
    code = ErrorCode.SCANNER_DENIED
    sentence = "the service has no permission to use this device"


class SettingsRefused(ScanError):
    code = ErrorCode.SETTINGS_REFUSED
    sentence = "the scanner's driver refuses this combination of settings"


class CanceledAtDevice(ScanError):
    code = ErrorCode.CANCELED_AT_DEVICE
    sentence = "the scan was canceled at the scanner"


class Interrupted(ScanError):
    code = ErrorCode.INTERRUPTED
    sentence = "the job was cut off by a restart of the service"


class UnsupportedImage(ScanError):
    code = ErrorCode.UNSUPPORTED_IMAGE
    sentence = "this image format is not supported"


class DamagedImage(ScanError):
    code = ErrorCode.DAMAGED_IMAGE
    sentence = "the image is damaged"


class UploadRefused(ScanError):
    code = ErrorCode.UPLOAD_REFUSED
    sentence = "uploading to this address is not permitted"


class UploadFailed(ScanError):
    code = ErrorCode.UPLOAD_FAILED
    sentence = "the upload did not succeed"


class StoreFull(ScanError):
    code = ErrorCode.STORE_FULL
    sentence = "the store of scanned documents is full; nothing that is stored was touched"


DISK_FULL: Final = "the disk is full; nothing that is stored was touched"
"""What is told of a StoreFull where the store's own limits are not reached."""


class ShuttingDown(ScanError):
    code = ErrorCode.SHUTTING_DOWN
    sentence = "the service is stopping"


class InternalError(ScanError):
    code = ErrorCode.INTERNAL_ERROR
    sentence = "internal error"


ERRORS: Mapping[ErrorCode, type[ScanError]] = {cls.code: cls for cls in ScanError.__subclasses__()}
