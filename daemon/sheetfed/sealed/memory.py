"""Memory: secrets in files that are in memory alone, for handing them to other processes."""

import fcntl
import os
from typing import Final

_SEALS: Final = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


def written(content: bytes) -> int:
    """A descriptor of a file with this content, which nobody can change; blocking."""
    descriptor = os.memfd_create("sheetfed", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.write(descriptor, content)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def content(descriptor: int, *, bytes_at_most: int) -> bytes:
    """What is in such a file, wherever others that have it stand."""
    return os.pread(descriptor, bytes_at_most, 0)
