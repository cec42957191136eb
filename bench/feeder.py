"""Feeder: a job of ten pages beside reading them alone and encoding them alone.

Reading overlaps with encoding, so the job should take as long as the larger of the two.
"""

import asyncio
import os
import statistics
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from bench.figures import Figure, milliseconds, rest, timed
from fakes.daemon import Daemon, running_daemon
from fakes.reading import listed
from fakes.spools import FolderSpools
from sheetfed.core.model import Mode, OptionValue, PaperSource, ScanSettings
from sheetfed.devices.driver import SaneDevices
from sheetfed.imaging.pool import ImagingPool

PAGES = 10
RESOLUTION = 300
SLOW: Mapping[str, OptionValue] = {"read-delay": True, "read-delay-duration": 3000}
# By what each buffer is held back, and by how much a job may exceed the larger of the two. The
# virtual scanner at its full speed keeps the processors busy by itself, as no real one does.
FEEDERS: dict[str, tuple[Mapping[str, OptionValue], float | None]] = {
    "ten pages, 220 a minute": (SLOW, 1.15),
    "ten pages, as fast as they can": ({}, None),
}


async def measure(folder: Path, runs: int) -> list[Figure]:
    figures = []
    async with running_daemon(folder) as daemon:
        for what, (options, limit) in FEEDERS.items():
            walls: list[float] = []
            reading: list[float] = []
            encoding: list[float] = []
            for run in range(runs + 1):
                await rest()
                job_s = await _job(daemon, options)
                read_s, encode_s = await _apart(folder, options)
                if run:
                    walls.append(job_s)
                    reading.append(read_s)
                    encoding.append(encode_s)
            figures += _compared(what, walls, reading, encoding, limit)
    return figures


def _compared(
    what: str,
    walls: list[float],
    reading: list[float],
    encoding: list[float],
    limit: float | None,
) -> list[Figure]:
    apart = list(zip(reading, encoding, strict=True))
    return [
        _beside(what, walls, "reading alone", reading),
        _beside("", walls, "encoding alone", encoding),
        _beside("", walls, "one after the other", [sum(both) for both in apart]),
        _beside("", walls, "the larger of the two", [max(both) for both in apart], limit),
    ]


def _beside(
    what: str, walls: list[float], beside: str, others: list[float], limit: float | None = None
) -> Figure:
    ratio = statistics.median(wall / other for wall, other in zip(walls, others, strict=True))
    return Figure(
        what,
        milliseconds(statistics.median(walls)) if what else "",
        beside,
        milliseconds(statistics.median(others)),
        ratio,
        "" if limit is None else f"≤ {limit:g}",
        limit is None or ratio <= limit,
    )


async def _job(daemon: Daemon, options: Mapping[str, OptionValue]) -> float:
    settings = {
        "paper_source": "feeder",
        "mode": "color",
        "resolution": RESOLUTION,
        "pages": PAGES,
        "options": options,
    }
    seconds = await timed(partial(daemon.result, "AcquireImage", settings))
    await daemon.result("RemoveAllImages")
    return seconds


async def _apart(folder: Path, options: Mapping[str, OptionValue]) -> tuple[float, float]:
    """The same pages: how long reading them takes, and then encoding and syncing them."""
    own = folder / "apart"
    own.mkdir()
    spools = FolderSpools(own)
    devices = SaneDevices(virtual=True)
    await devices.start()
    scanner = (await listed(devices))[0]
    pool = ImagingPool(workers=os.cpu_count() or 1)
    await pool.start()

    async def read() -> None:
        device = await devices.open(scanner)
        await device.configure(
            ScanSettings(
                paper_source=PaperSource.FEEDER,
                mode=Mode.COLOR,
                resolution=RESOLUTION,
                options=options,
            )
        )
        for _ in range(PAGES):
            await device.read_page(spools.new(), lambda _: None)
        await device.close()

    async def take_in(spool: Path) -> None:
        master, preview = spool.with_suffix(".master"), spool.with_suffix(".preview")
        await pool.ingest(spool, master, preview)
        for path in (master, preview, own):
            await asyncio.to_thread(_sync, path)

    async def encode() -> None:
        await asyncio.gather(*(take_in(spool.path) for spool in spools.made))

    await rest()
    seconds = await timed(read), await timed(encode)
    await pool.close()
    await devices.close()
    spools.close()
    for path in own.iterdir():
        path.unlink()
    own.rmdir()
    return seconds


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
