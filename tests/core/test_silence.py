"""Work that tells nothing for too long is called off."""

import asyncio

import pytest

from fakes.gate import Gate, idle
from sheetfed.core.errors import PaperJam, ScannerTimeout
from sheetfed.core.silence import Told, while_heard

SHORT_S, LONG_S = 0.05, 60.0


class Work:
    """Tells when it is made to, and ends when its gate opens."""

    def __init__(self) -> None:
        self.gate = Gate(is_shut=True)
        self.heard: list[int] = []
        self.tell: Told = self.heard.append
        self.is_called_off = False

    async def __call__(self, told: Told) -> None:
        self.tell = told
        await self.gate.passed()

    async def call_off(self) -> None:
        self.is_called_off = True
        self.gate.abort(PaperJam())

    async def run(self, silence_s: float | None) -> None:
        await while_heard(self, told=self.heard.append, silence_s=silence_s, call_off=self.call_off)


async def test_silence_ends_it() -> None:
    work = Work()
    with pytest.raises(ScannerTimeout):
        await work.run(SHORT_S)
    assert work.is_called_off


@pytest.mark.parametrize("silence_s", [None, LONG_S])
async def test_work_that_ends_in_time_is_done(silence_s: float | None) -> None:
    work = Work()
    running = asyncio.create_task(work.run(silence_s))
    await work.gate.reached()
    work.tell(50)
    await idle()
    work.tell(100)
    work.gate.open()
    await running
    assert (work.heard, work.is_called_off) == ([50, 100], False)


async def test_what_the_work_raises_is_raised() -> None:
    work = Work()
    running = asyncio.create_task(work.run(LONG_S))
    await work.gate.reached()
    work.gate.abort(PaperJam())
    with pytest.raises(PaperJam):
        await running


async def test_what_was_done_all_the_same_is_kept() -> None:
    work = Work()

    async def open_instead() -> None:
        work.gate.open()

    await while_heard(work, told=work.heard.append, silence_s=SHORT_S, call_off=open_instead)


async def test_who_calls_it_off_from_outside_ends_the_work() -> None:
    work = Work()
    running = asyncio.create_task(work.run(LONG_S))
    await work.gate.reached()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await idle()
    assert work.gate.waiting == 0
