"""Reserve: a piece of the disk that is given up when a transaction finds it full.

Without it a full disk could not even be emptied: removing a document is a transaction, too.
"""

import errno
import logging
import os
from pathlib import Path
from typing import Final

from sheetfed.storage.usage import disk_free_bytes

SIZE_BYTES: Final = 1024 * 1024
_AGAIN_ABOVE: Final = 8 * SIZE_BYTES

log = logging.getLogger(__name__)


class Reserve:
    """Blocks on the file system."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.is_held = False

    def take(self) -> None:
        """Hold it, where there is room for more than it."""
        try:
            if disk_free_bytes(self._path.parent) < _AGAIN_ABOVE and not self._path.exists():
                return
            descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, SIZE_BYTES)
            finally:
                os.close(descriptor)
            self.is_held = True
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                log.warning("no reserve for a full disk: %s", error.strerror)
            self._path.unlink(missing_ok=True)

    def give_up(self) -> bool:
        """Whether there was one."""
        was_held, self.is_held = self.is_held, False
        if was_held:
            log.warning("the disk is full: the reserve is used to write the catalogue")
            self._path.unlink(missing_ok=True)
        return was_held
