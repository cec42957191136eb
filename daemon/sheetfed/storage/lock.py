"""Lock: one daemon at a time holds a store."""

import fcntl
import os
from pathlib import Path

from sheetfed.core.errors import WrongState


def take(path: Path) -> int:
    """The descriptor that holds the lock until it is closed. Raises WrongState."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise WrongState(f"another sheetfed is using the store at {path.parent}") from error
    return descriptor
