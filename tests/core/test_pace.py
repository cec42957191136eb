"""Pace: who goes too fast waits, and nobody else does."""

from fakes.clock import FakeClock
from sheetfed.core.pace import Pace


def test_so_many_are_kept_and_each_may_come_again_in_its_time() -> None:
    clock = FakeClock()
    pace = Pace(clock=clock, at_most=2, within_s=60)
    for _ in range(2):
        assert pace.is_kept("one")
        pace.note("one")
        clock.advance(10)
    assert not pace.is_kept("one")
    assert pace.is_kept("two")
    clock.advance(40)
    assert pace.is_kept("one")
    pace.note("one")
    assert not pace.is_kept("one")
    clock.advance(60)
    assert pace.is_kept("one")
