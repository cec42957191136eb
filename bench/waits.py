"""Waits: how long it takes to open a scanner that is known, and to end a scan."""

import os
import signal
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp

from bench.figures import Figure, milliseconds, rest, timed
from fakes.daemon import Daemon, running_daemon
from fakes.reading import listed
from fakes.sse import until
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.driver import SaneDevices

OPEN_LIMIT_S = 0.050
CANCEL_LIMIT_S = 3.0
SLOW = {
    "paper_source": "feeder",
    "mode": "color",
    "resolution": 300,
    "options": {"read-delay": True, "read-delay-duration": 200000},
}


async def measure(folder: Path, runs: int) -> list[Figure]:
    figures = [
        _longest("opening a known scanner, with a spare", await _opening(runs), OPEN_LIMIT_S)
    ]
    async with running_daemon(folder) as daemon:
        for what, is_hung in (("canceling a scan", False), ("canceling a scan that hangs", True)):
            seconds = [await _canceling(daemon, is_hung=is_hung) for _ in range(runs)]
            figures.append(_longest(what, seconds, CANCEL_LIMIT_S))
    return figures


def _longest(what: str, seconds: list[float], limit_s: float) -> Figure:
    return Figure(
        what,
        milliseconds(statistics.median(seconds)),
        "the longest of all",
        milliseconds(max(seconds)),
        aim=f"< {milliseconds(limit_s)}",
        is_met=max(seconds) < limit_s,
    )


async def _opening(runs: int) -> list[float]:
    devices = SaneDevices(virtual=True)
    await devices.start()
    scanner = (await listed(devices))[0]
    seconds = []
    for _ in range(runs):
        await rest()
        opened: list[SaneDevice] = []

        async def work(into: list[SaneDevice] = opened) -> None:
            into.append(await devices.open(scanner))

        seconds.append(await timed(work))
        await opened[0].close()
    await devices.close()
    return seconds


async def _canceling(daemon: Daemon, *, is_hung: bool) -> float:
    """From the call to its answer, which comes when the scanner is free again."""
    async with _scanning(daemon) as stream:
        if is_hung:
            os.kill(_busy_worker(daemon), signal.SIGSTOP)
        seconds = await timed(partial(daemon.result, "CancelAllPendingTransfers"))
        await until(stream, "job", state="canceled")
    return seconds


def _busy_worker(daemon: Daemon) -> int:
    """Not the spare, which has no driver loaded."""
    (busy,) = (
        worker
        for worker in daemon.workers()
        if "libsane-test" in Path(f"/proc/{worker}/maps").read_text()
    )
    return busy


@asynccontextmanager
async def _scanning(daemon: Daemon) -> AsyncIterator[aiohttp.ClientResponse]:
    """The daemon's events, in the middle of a page."""
    async with await daemon.events() as stream:
        await daemon.call("AcquireImage", SLOW, door="fa")
        while (await until(stream, "job", state="scanning"))["progress"] < 1:
            pass
        yield stream
