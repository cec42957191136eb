"""Rates: how often one may ask, by a bucket of tokens for each."""

from collections.abc import Callable, Hashable
from typing import Final

BURST_S: Final = 5.0
"""A full bucket holds what comes in so long a time."""

_BUCKETS_AT_MOST: Final = 1000


class Rates:
    """Each begins with a full bucket; a request takes a token out, time puts them in."""

    def __init__(self, *, per_s: float, time: Callable[[], float]) -> None:
        """`per_s`: 0 is no limit. `time`: in seconds, and never back."""
        self._per_s = per_s
        self._full = max(1.0, per_s * BURST_S)
        self._time = time
        self._buckets: dict[Hashable, tuple[float, float]] = {}

    def wait_s(self, who: Hashable) -> float:
        """Take a token: 0, or after how many seconds there is one."""
        if not self._per_s:
            return 0.0
        now = self._time()
        tokens, since = self._buckets.get(who, (self._full, now))
        tokens = min(self._full, tokens + (now - since) * self._per_s)
        if tokens < 1.0:
            self._buckets[who] = tokens, now
            return (1.0 - tokens) / self._per_s
        self._buckets[who] = tokens - 1.0, now
        if len(self._buckets) > _BUCKETS_AT_MOST:
            self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Those who were away long enough for a full bucket."""
        long = self._full / self._per_s
        self._buckets = {
            who: bucket for who, bucket in self._buckets.items() if now - bucket[1] < long
        }
