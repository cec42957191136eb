"""Clock: the machine's time."""

import asyncio
import time


class SystemClock:
    """The port Clock."""

    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
