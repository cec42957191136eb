"""Bounds: a thousand pages become one PDF, and no process grows large by it."""

import os
from functools import partial
from pathlib import Path

from bench import noisy
from bench.exports import export
from bench.figures import Figure, milliseconds, timed
from bench.memory import status_mib
from bench.processor import children
from sheetfed.core.imagetype import ImageType

PAGES = 1000
LARGEST_LIMIT_MIB = 300.0


async def measure(folder: Path, _: int) -> list[Figure]:
    async with noisy.taken_in(folder) as (pool, _, page):
        work = partial(export, pool, page, ImageType.PDF, folder / "all.pdf", pages=PAGES)
        seconds = await timed(work)
        largest = max(status_mib(pid, "VmHWM") for pid in children(os.getpid()))
    what = f"{PAGES} noisy A4 pages to PDF"
    return [
        Figure(what, milliseconds(seconds)),
        Figure(
            f"{what}: the largest process",
            f"{largest:.0f} MiB",
            aim=f"< {LARGEST_LIMIT_MIB:g} MiB",
            is_met=largest < LARGEST_LIMIT_MIB,
        ),
    ]
