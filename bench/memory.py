"""Memory: the daemon's after many pages, an undo's time then; a scanner worker's at 1200 dpi."""

import asyncio
from functools import partial
from pathlib import Path

from bench.figures import Figure, at_most, timed
from fakes.daemon import Daemon, running_daemon

MIB = 1024
GROWTH_LIMIT_MIB = 10.0
WORKER_LIMIT_MIB = 60.0
FEW, MANY = 10, 2000
PAGES = {"paper_source": "feeder", "mode": "color", "resolution": 75}
UNDOS = 25
UNDO_LIMIT = 1.5
LARGE = {"paper_source": "flatbed", "mode": "color", "resolution": 1200}


async def measure(folder: Path, _: int) -> list[Figure]:
    async with running_daemon(folder) as daemon:
        await daemon.result("AcquireImage", PAGES)
        after_few, undo_few = _resident_mib(daemon.process.pid), await _undos(daemon)
        for _round in range(MANY // FEW - 1):
            await daemon.result("AcquireImage", PAGES)
        after_many, undo_many = _resident_mib(daemon.process.pid), await _undos(daemon)
        (pages,) = await daemon.result("HowManyImagesInBuffer")
        assert pages == MANY
        worker = await _worker_peak_mib(daemon)
    growth = after_many - after_few
    return [
        Figure(
            f"daemon's memory after {MANY} pages",
            f"{after_many:.1f} MiB",
            f"after {FEW}",
            f"{after_few:.1f} MiB",
            after_many / after_few,
            aim=f"≤ +{GROWTH_LIMIT_MIB:g} MiB",
            is_met=growth <= GROWTH_LIMIT_MIB,
        ),
        at_most(f"an undo among {MANY} pages", undo_many, f"among {FEW}", undo_few, UNDO_LIMIT),
        Figure(
            "scanner worker's peak, 1200 dpi colour",
            f"{worker:.1f} MiB",
            aim=f"< {WORKER_LIMIT_MIB:g} MiB",
            is_met=worker < WORKER_LIMIT_MIB,
        ),
    ]


async def _undos(daemon: Daemon) -> list[float]:
    """How long each undo of a page's edits takes, from the call to its answer."""
    for _ in range(UNDOS):
        await daemon.result("RotateRight", FEW // 2)
    return [await timed(partial(daemon.result, "Undo", FEW // 2)) for _ in range(UNDOS)]


async def _worker_peak_mib(daemon: Daemon) -> float:
    """The largest of all scanner workers' peaks that are seen while a large page is read."""
    scanning = asyncio.ensure_future(daemon.result("AcquireImage", LARGE, instance="large"))
    peak = 0.0
    while not scanning.done():
        for worker in daemon.workers():
            peak = max(peak, status_mib(worker, "VmHWM"))
        await asyncio.wait({scanning}, timeout=0.01)
    await scanning
    return peak


def _resident_mib(pid: int) -> float:
    return status_mib(pid, "VmRSS")


def status_mib(pid: int, name: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    values = [line.split()[1] for line in lines if line.startswith(f"{name}:")]
    return int(values[0]) / MIB if values else 0.0
