"""FakeClock: time that stands still until a test or a sleeper moves it."""

import asyncio


class FakeClock:
    """The port Clock. A sleep ends at once and moves the time, unless `is_manual`."""

    def __init__(self, now: float = 1_700_000_000.0, *, is_manual: bool = False) -> None:
        self.is_manual = is_manual
        self.slept: list[float] = []
        self._now = now
        self._set_by_s = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def now(self) -> float:
        return self._now

    def running_s(self) -> float:
        return self._now - self._set_by_s

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if not self.is_manual:
            self._now += seconds
            await asyncio.sleep(0)
            return
        wake = asyncio.Event()
        self._sleepers.append((self._now + seconds, wake))
        try:
            await wake.wait()
        finally:
            self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[1] is not wake]

    @property
    def sleeping(self) -> int:
        return len(self._sleepers)

    def advance(self, seconds: float) -> None:
        """Move the time on and wake whose time has come."""
        self._now += seconds
        for when, wake in self._sleepers:
            if when <= self._now:
                wake.set()

    def set(self, by_s: float) -> None:
        """Somebody sets the clock; nobody's time comes for that."""
        self._now += by_s
        self._set_by_s += by_s
        self._sleepers[:] = [(when + by_s, wake) for when, wake in self._sleepers]
