"""Starts: how long a start takes, and what a daemon that has nothing to do still costs."""

import asyncio
import sqlite3
import statistics
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from functools import partial
from pathlib import Path
from time import perf_counter

from bench.figures import Figure, milliseconds, rest
from bench.memory import status_mib
from bench.peers import bare_server
from fakes.bus import private_bus
from fakes.daemon import running_daemon
from sheetfed.core.model import PageId
from sheetfed.storage.blobs import MASTER, PREVIEW
from sheetfed.storage.naming import file_name

EMPTY_LIMIT_S, FULL_LIMIT_S = 0.5, 1.5
PAGES = 10_000
IDLE_LIMIT_MIB = 60.0

Start = Callable[[], AbstractAsyncContextManager[object]]


async def measure(folder: Path, runs: int) -> list[Figure]:
    with private_bus(folder) as bus:
        start = partial(running_daemon, folder, bus=bus.address)
        async with start() as daemon:
            await daemon.result("AcquireImage", {"resolution": 75})
            await rest()
            resident_mib = status_mib(daemon.process.pid, "VmRSS")
            await daemon.result("RemoveAllImages")
        empty = await _started("an empty store", start, runs, EMPTY_LIMIT_S)
        async with start() as daemon:
            await daemon.result("AcquireImage", {"resolution": 75})
        await asyncio.to_thread(_multiply, folder / "store")
        full = await _started(f"{PAGES} pages", start, runs, FULL_LIMIT_S)
    return [
        empty,
        full,
        Figure(
            "resident, at rest after a scan",
            f"{resident_mib:.0f} MiB",
            aim=f"< {IDLE_LIMIT_MIB:g} MiB",
            is_met=resident_mib < IDLE_LIMIT_MIB,
        ),
    ]


async def _started(what: str, start: Start, runs: int, limit_s: float) -> Figure:
    ours, peer = [], []
    for run in range(runs + 1):
        ours_s, peer_s = await _until_ready(start), await _until_ready(bare_server)
        if run:
            ours.append(ours_s)
            peer.append(peer_s)
    median_s = statistics.median(ours)
    return Figure(
        what=f"start to READY, {what}",
        ours=milliseconds(median_s),
        beside="aiohttp's smallest server",
        peer=milliseconds(statistics.median(peer)),
        ratio=statistics.median(own / other for own, other in zip(ours, peer, strict=True)),
        aim=f"< {limit_s:g} s",
        is_met=median_s < limit_s,
    )


async def _until_ready(start: Start) -> float:
    """Seconds, without those of its end."""
    await rest()
    begun = perf_counter()
    async with start():
        return perf_counter() - begun


def _multiply(store: Path) -> None:
    """Of the one page in the store make many, each with files of its own names."""
    with closing(sqlite3.connect(store / "catalogue.sqlite")) as rows:
        rows.row_factory = sqlite3.Row
        page = dict(rows.execute("SELECT * FROM pages").fetchone())
        values = ", ".join(f":{name}" for name in page)
        copies = [page | {"id": f"copy{at}", "position": at} for at in range(1, PAGES)]
        rows.executemany(f"INSERT INTO pages VALUES ({values})", copies)
        rows.commit()
    for copy in copies:
        for kind in (MASTER, PREVIEW):
            _blob(store, copy["id"], kind).hardlink_to(_blob(store, page["id"], kind))


def _blob(store: Path, page: PageId, kind: str) -> Path:
    name = file_name(page)
    return store / "blobs" / name[:2] / f"{name}{kind}"
