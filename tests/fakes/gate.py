"""Gate: where a fake can be made to wait or to fail, and a test to wait for that."""

import asyncio
from collections.abc import Callable

WAIT_DEADLINE_S = 5.0


class Gate:
    """Open at first. While it is shut whoever comes waits; with a fault, all fail who pass."""

    def __init__(self, *, is_shut: bool = False) -> None:
        self.fault: BaseException | None = None
        self.is_shut = is_shut
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def shut(self) -> None:
        self.is_shut = True

    def open(self) -> None:
        self.is_shut = False
        for turn in self._waiting:
            if not turn.done():
                turn.set_result(None)

    def abort(self, error: BaseException) -> None:
        """Whoever waits now fails."""
        for turn in self._waiting:
            if not turn.done():
                turn.set_exception(error)

    async def passed(self) -> None:
        if self.is_shut:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            finally:
                self._waiting.remove(turn)
        if self.fault is not None:
            raise self.fault

    async def reached(self) -> None:
        """Wait until somebody waits here."""
        await until(lambda: self.waiting > 0)


async def until(condition: Callable[[], object]) -> None:
    """Let the loop run until the condition holds."""
    async with asyncio.timeout(WAIT_DEADLINE_S):
        while not condition():
            await asyncio.sleep(0)


async def idle(turns: int = 30) -> None:
    """Let everything run that can run without a test's doing."""
    for _ in range(turns):
        await asyncio.sleep(0)
