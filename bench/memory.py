"""Memory: the daemon's after many pages, and a scanner worker's at a high resolution."""

import asyncio
from pathlib import Path

from bench.figures import Figure
from fakes.daemon import Daemon, running_daemon

MIB = 1024
GROWTH_LIMIT_MIB = 10.0
WORKER_LIMIT_MIB = 60.0
PAGES = {"paper_source": "feeder", "mode": "color", "resolution": 150}
LARGE = {"paper_source": "flatbed", "mode": "color", "resolution": 1200}


async def measure(folder: Path, _: int) -> list[Figure]:
    async with running_daemon(folder) as daemon:
        await daemon.result("AcquireImage", PAGES)
        after_10 = _resident_mib(daemon.process.pid)
        for _round in range(19):
            await daemon.result("AcquireImage", PAGES)
        after_200 = _resident_mib(daemon.process.pid)
        (pages,) = await daemon.result("HowManyImagesInBuffer")
        assert pages == 200
        worker = await _worker_peak_mib(daemon)
    growth = after_200 - after_10
    return [
        Figure("daemon's memory after 10 pages", f"{after_10:.1f} MiB"),
        Figure(
            "daemon's memory after 200 pages",
            f"{after_200:.1f} MiB",
            "after 10",
            f"{growth:+.1f} MiB",
            aim=f"≤ +{GROWTH_LIMIT_MIB:g} MiB",
            is_met=growth <= GROWTH_LIMIT_MIB,
        ),
        Figure(
            "scanner worker's peak, 1200 dpi colour",
            f"{worker:.1f} MiB",
            aim=f"< {WORKER_LIMIT_MIB:g} MiB",
            is_met=worker < WORKER_LIMIT_MIB,
        ),
    ]


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
