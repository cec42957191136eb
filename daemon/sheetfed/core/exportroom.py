"""Export room: how much the files take that were made for a user and are still being taken."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sheetfed.core.asker import ASKER
from sheetfed.core.errors import TooMany

BYTES_AT_MOST: Final = 512 << 20
"""Of one user; the last file may go beyond it. Whoever takes slowly fills nobody's disk."""


class ExportRoom:
    """For the user on whose behalf this is; the service's own are not counted."""

    def __init__(self, *, bytes_at_most: int = BYTES_AT_MOST) -> None:
        self._bytes_at_most = bytes_at_most
        self._taken: Counter[int] = Counter()

    def require(self) -> None:
        """Raises TooMany when this user has no room left."""
        asker = ASKER.get()
        if asker is not None and self._taken[asker.uid] >= self._bytes_at_most:
            raise TooMany("too many files of yours are still being taken: finish some")

    @contextmanager
    def taken(self, size_bytes: int) -> Iterator[None]:
        """While in the block the file takes so much. Raises TooMany."""
        self.require()
        asker = ASKER.get()
        if asker is None:
            yield
            return
        self._taken[asker.uid] += size_bytes
        try:
            yield
        finally:
            self._taken[asker.uid] -= size_bytes
            if not self._taken[asker.uid]:
                del self._taken[asker.uid]
