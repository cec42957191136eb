"""Leases: at most one job holds a scanner; others wait in line or are told it is busy."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from sheetfed.core.errors import ScannerBusy
from sheetfed.core.model import ScannerId


class Place(Protocol):
    """What a job has of a scanner: it, or a place in the line before it."""

    @property
    def ahead(self) -> int:
        """How many come first; 0 is the holder."""
        ...

    async def held(self) -> None:
        """Wait until the scanner is the job's alone."""
        ...

    async def give_back(self) -> None:
        """The job has ended, or never began; waits until the next one may have the scanner."""
        ...


class Lease:
    """A place in a scanner's line; the first in line holds the scanner."""

    def __init__(
        self,
        *,
        line: list["Lease"],
        brief: bool,
        moved: Callable[[int], None],
        released: Callable[[], None],
    ) -> None:
        self._line = line
        self._moved = moved
        self._released = released
        self._turn = asyncio.Event()
        self.is_brief = brief
        line.append(self)
        if self.ahead == 0:
            self._turn.set()

    @property
    def ahead(self) -> int:
        """How many come first; 0 is the holder."""
        return self._line.index(self)

    async def held(self) -> None:
        """Wait until the scanner is this lease's alone."""
        await self._turn.wait()

    async def give_back(self) -> None:
        self.release()

    def release(self) -> None:
        """Leave the line, whether first in it or not; a second time is no error."""
        if self not in self._line:
            return
        self._line.remove(self)
        for lease in self._line:
            lease.tell()
        self._released()

    def tell(self) -> None:
        """Tell how many are ahead now."""
        if self.ahead == 0:
            self._turn.set()
        self._moved(self.ahead)


class Leases:
    """The lines of all scanners."""

    def __init__(self) -> None:
        self._lines: dict[ScannerId, list[Lease]] = {}

    def is_held(self, scanner: ScannerId) -> bool:
        return bool(self._lines.get(scanner))

    def claim(
        self,
        scanner: ScannerId,
        *,
        queue: bool = False,
        brief: bool = False,
        moved: Callable[[int], None] = lambda _: None,
        released: Callable[[], None] = lambda: None,
    ) -> Lease:
        """A lease that holds the scanner, or waits in line; `moved` is told its place there.

        Raises ScannerBusy when a job holds the scanner and `queue` is not set. A brief lease is
        not a job's: whoever comes while only such ones are in line waits for them.
        """
        line = self._lines.setdefault(scanner, [])
        if not queue and not all(lease.is_brief for lease in line):
            raise ScannerBusy
        return Lease(line=line, brief=brief, moved=moved, released=released)
