"""Errors: the closed table of codes in D-Bus' form."""

from collections.abc import Mapping
from typing import Final

from sheetfed.bus.contract import NAME
from sheetfed.bus.refusal import Refusal
from sheetfed.core.errors import ErrorCode, InternalError, ScanError

_SPECIAL: Final = {ErrorCode.INTERNAL_ERROR: "Internal"}


def _camel(code: ErrorCode) -> str:
    return "".join(word.capitalize() for word in code.split("-"))


NAMES: Final[Mapping[ErrorCode, str]] = {
    code: f"{NAME}.Error.{_SPECIAL.get(code) or _camel(code)}" for code in ErrorCode
}


def translated(error: ScanError) -> Refusal:
    """The same error as D-Bus tells it; an internal one never says more than that."""
    text = InternalError.sentence if error.code is ErrorCode.INTERNAL_ERROR else error.message
    return Refusal(NAMES[error.code], text)
