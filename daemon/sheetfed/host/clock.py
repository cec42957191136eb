"""Clock: the machine's time."""

import asyncio
import time


class SystemClock:
    """The port Clock."""

    def now(self) -> float:
        return time.time()

    def running_s(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
