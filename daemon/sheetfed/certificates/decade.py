"""Decade: when each of ten years' certificates begins and ends."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

YEARS: Final = 10
LEAF_DAYS_AT_MOST: Final = 397
"""Longer ones browsers may refuse."""

_YEAR: Final = timedelta(days=365)
_LEAF: Final = timedelta(days=LEAF_DAYS_AT_MOST - 1)
_BEFORE: Final = timedelta(days=1)
"""Clocks that go slow are forgiven a day."""

NEAR_ITS_END: Final = timedelta(days=60)


class Span(NamedTuple):
    since: datetime
    until: datetime


def spans(now: datetime) -> list[Span]:
    """One for each of the next ten years; each overlaps the next by a month."""
    start = now.replace(microsecond=0) - _BEFORE
    return [Span(start + year * _YEAR, start + year * _YEAR + _LEAF) for year in range(YEARS)]
