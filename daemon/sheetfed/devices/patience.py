"""Patience: a driver that says it is busy is asked again for a while."""

import time
from collections.abc import Callable
from typing import TypeVar

from sheetfed.core.errors import ErrorCode
from sheetfed.devices.statuses import SaneError

_PAUSE_S = 0.2

_Result = TypeVar("_Result")


def insist(
    call: Callable[[], _Result], *, busy_s: float, is_canceled: Callable[[], bool]
) -> _Result:
    """The call's result. Raises SaneError, "busy" only when it still is after this time."""
    until = time.monotonic() + busy_s
    while True:
        try:
            return call()
        except SaneError as error:
            is_late = time.monotonic() + _PAUSE_S > until
            if error.code is not ErrorCode.SCANNER_BUSY or is_late or is_canceled():
                raise
        time.sleep(_PAUSE_S)
