"""Pace: so many of something in so long, for each who does it."""

from collections import deque
from collections.abc import Hashable

from sheetfed.core.ports import Clock


class Pace:
    """What is older than that is forgotten."""

    def __init__(self, *, clock: Clock, at_most: int, within_s: float) -> None:
        self._clock = clock
        self._at_most = at_most
        self._within_s = within_s
        self._times: dict[Hashable, deque[float]] = {}

    def is_kept(self, who: Hashable) -> bool:
        """Whether there may be one more of this one's now."""
        self._forget()
        return len(self._times.get(who, ())) < self._at_most

    def note(self, who: Hashable) -> None:
        """There is one now."""
        self._times.setdefault(who, deque()).append(self._clock.now())

    def _forget(self) -> None:
        before = self._clock.now() - self._within_s
        for who, times in tuple(self._times.items()):
            while times and times[0] <= before:
                times.popleft()
            if not times:
                del self._times[who]
