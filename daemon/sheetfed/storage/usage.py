"""Usage: how many bytes the stored pages take, in all and of each owner's."""

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from sheetfed.core.model import Owner, PageId


class Usage:
    """Counts blobs by page. A page that is expected has an owner and no size yet."""

    def __init__(self) -> None:
        self._sizes: dict[PageId, int] = {}
        self._owners: dict[PageId, Owner] = {}
        self._of_owners: Counter[Owner] = Counter()
        self._expected: set[PageId] = set()
        self.used_bytes = 0

    def expect(self, page: PageId, owner: Owner) -> None:
        """The page is going to be this owner's."""
        self._owners[page] = owner
        if page not in self._sizes:
            self._expected.add(page)

    def count(self, page: PageId, size_bytes: int) -> None:
        """The page's blobs have this size now; counting a page again replaces its size."""
        self._add(page, size_bytes - self._sizes.get(page, 0))
        self._sizes[page] = size_bytes
        self._expected.discard(page)

    def forget(self, page: PageId) -> None:
        """The page has no blobs any more."""
        self._add(page, -self._sizes.pop(page, 0))
        self._expected.discard(page)
        self._owners.pop(page, None)

    def give_up(self, page: PageId) -> None:
        """The page is not expected any more; one that has been counted stays."""
        if page in self._expected:
            self.forget(page)

    def of(self, owner: Owner) -> int:
        """Bytes of this owner's pages."""
        return self._of_owners[owner]

    @property
    def expected(self) -> Mapping[PageId, Owner]:
        """As it is now."""
        return {page: self._owners[page] for page in self._expected}

    def _add(self, page: PageId, more_bytes: int) -> None:
        self.used_bytes += more_bytes
        owner = self._owners.get(page)
        if owner is None:
            return
        self._of_owners[owner] += more_bytes
        if not self._of_owners[owner]:
            del self._of_owners[owner]


def disk_free_bytes(folder: Path) -> int:
    """What an ordinary user may still write there."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
