"""Usage: how many bytes the stored pages take, and whether there is room for more."""

import os
from pathlib import Path

from sheetfed.core.errors import StoreFull
from sheetfed.core.model import PageId


class Usage:
    """Counts blobs by page. `max_bytes` of pages and spools; `min_free_bytes` stay on the disk."""

    def __init__(self, *, max_bytes: int, min_free_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._min_free_bytes = min_free_bytes
        self._sizes: dict[PageId, int] = {}
        self.used_bytes = 0

    def count(self, page: PageId, size_bytes: int) -> None:
        """The page's blobs have this size now; counting a page again replaces its size."""
        self.used_bytes += size_bytes - self._sizes.get(page, 0)
        self._sizes[page] = size_bytes

    def forget(self, page: PageId) -> None:
        self.used_bytes -= self._sizes.pop(page, 0)

    def require_room(self, folder: Path, spooled_bytes: int) -> None:
        """Blocks on the file system. Raises StoreFull."""
        if self.used_bytes + spooled_bytes >= self._max_bytes:
            raise StoreFull(
                f"the store has reached its limit of {self._max_bytes} bytes; delete documents",
                details={"used_bytes": self.used_bytes, "max_bytes": self._max_bytes},
            )
        free_bytes = disk_free_bytes(folder)
        if free_bytes < self._min_free_bytes:
            raise StoreFull(
                f"the store's disk has {free_bytes} bytes left, fewer than the "
                f"{self._min_free_bytes} that must stay free",
                details={"free_bytes": free_bytes, "min_free_bytes": self._min_free_bytes},
            )


def disk_free_bytes(folder: Path) -> int:
    """What an ordinary user may still write there."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
