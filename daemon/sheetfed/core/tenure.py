"""Tenure: how long a session lasts: until its holder has rested too long, or its time is up."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sheetfed.core.ports import Clock


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a holder may rest, and how long a session lasts from its opening, or the end of
    its last job, whatever its holder does."""

    idle_s: float = 60.0
    limit_s: float = 900.0


class Tenure:
    """`over` is told why it is over, once at most."""

    def __init__(
        self,
        *,
        clock: Clock,
        limits: Callable[[], Limits],
        is_resting: Callable[[], bool],
        over: Callable[[str], object],
    ) -> None:
        self._limits = limits
        self._is_resting = is_resting
        self._rest = _Timer(clock=clock, run_out=lambda: over("nobody uses it"))
        self._whole = _Timer(clock=clock, run_out=lambda: over("its time is up"))

    def begin(self) -> None:
        """It is opened, or no job has it any more."""
        self._whole.wind(self._limits().limit_s)
        self.judge()

    def judge(self) -> None:
        """Its holder has just done something, has come or gone."""
        if self._is_resting():
            self._rest.wind(self._limits().idle_s)
        else:
            self._rest.stop()

    def stop(self) -> None:
        """A job has it, or it has ended."""
        self._whole.stop()
        self._rest.stop()


class _Timer:
    """Wound again, it begins anew; stopped, it does nothing."""

    def __init__(self, *, clock: Clock, run_out: Callable[[], object]) -> None:
        self._clock = clock
        self._run_out = run_out
        self._task: asyncio.Task[None] | None = None

    def wind(self, seconds: float) -> None:
        self.stop()
        self._task = asyncio.create_task(self._run(seconds))

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._task = None
        self._run_out()
