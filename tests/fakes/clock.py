"""FakeClock: time that stands still until a test or a sleeper moves it."""

import asyncio


class FakeClock:
    """The port Clock. A sleep ends at once and moves the time, unless `is_manual`."""

    def __init__(self, now: float = 1_700_000_000.0, *, is_manual: bool = False) -> None:
        self.is_manual = is_manual
        self.slept: list[float] = []
        self._now = now
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if not self.is_manual:
            self._now += seconds
            await asyncio.sleep(0)
            return
        sleeper = (self._now + seconds, asyncio.Event())
        self._sleepers.append(sleeper)
        try:
            await sleeper[1].wait()
        finally:
            self._sleepers.remove(sleeper)

    @property
    def sleeping(self) -> int:
        return len(self._sleepers)

    def advance(self, seconds: float) -> None:
        """Move the time on and wake whose time has come."""
        self._now += seconds
        for when, wake in self._sleepers:
            if when <= self._now:
                wake.set()
