"""The machine's time."""

import time

from sheetfed.host.clock import SystemClock


async def test_now_is_wall_clock_time_in_seconds() -> None:
    before = time.time()
    assert before <= SystemClock().now() <= time.time()


async def test_sleeping_lasts_at_least_as_long_as_asked() -> None:
    began = time.monotonic()
    await SystemClock().sleep(0.02)
    assert time.monotonic() - began >= 0.02
