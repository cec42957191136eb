"""Faults: what a caller is told when the file system refuses, and what the journal."""

import errno
import logging
import os
from typing import Final

from sheetfed.core.errors import DISK_FULL, InternalError, StoreFull

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_REFUSED: Final = frozenset({errno.EACCES, errno.EROFS, errno.EPERM})

log = logging.getLogger(__name__)


def told(error: OSError, what: str) -> StoreFull | InternalError:
    """The error for the caller. `what` says for the journal what could not be done."""
    reason = os.strerror(error.errno or 0)
    if error.errno in _FULL:
        log.warning("%s: %s", what, reason)
        return StoreFull(DISK_FULL)
    log.error("%s: %s", what, reason)
    if error.errno in _REFUSED:
        return StoreFull(f"the store cannot be written: {reason}")
    return InternalError(f"{what}: {reason}")
