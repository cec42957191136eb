"""Crowd: fifty instances scan and look at thumbnails at once, on two virtual scanners."""

import asyncio
import statistics
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bench.figures import Figure, milliseconds
from bench.visitor import ORIGINS, Visitor
from fakes.daemon import running_daemon

INSTANCES = 50
ROUNDS = 2
PAGES = 3
RESOLUTION = 100
P99_LIMIT_S = 0.050


async def measure(folder: Path, _: int) -> list[Figure]:
    config = f"origins.allow = {list(ORIGINS)}\n"
    async with running_daemon(folder, config=config) as daemon:
        scanners = [device["id"] for device in (await daemon.result("GetDevices"))[0]]
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as http, _probe(daemon.base) as took:
            visitors = [
                Visitor(http, daemon.base, f"crowd{number}", ORIGINS[number % len(ORIGINS)])
                for number in range(INSTANCES)
            ]
            pages = await asyncio.gather(
                *(_visit(each, scanners[at % 2]) for at, each in enumerate(visitors))
            )
    errors = [error for visitor in visitors for error in visitor.errors]
    for error in errors[:5]:
        print(error)
    p99_s = statistics.quantiles(took, n=100)[98] if len(took) > 1 else 0.0
    complete = INSTANCES * ROUNDS * PAGES
    return [
        Figure(
            f"{INSTANCES} instances scanning and looking at once: errors",
            str(len(errors)),
            "pages",
            f"{sum(pages)} of {complete}",
            aim="0",
            is_met=not errors and sum(pages) == complete,
        ),
        Figure(
            f"small calls meanwhile, p99 of {len(took)}",
            milliseconds(p99_s),
            "median",
            milliseconds(statistics.median(took)),
            aim=f"< {milliseconds(P99_LIMIT_S)}",
            is_met=p99_s < P99_LIMIT_S,
        ),
    ]


async def _visit(visitor: Visitor, scanner: str) -> int:
    """How many pages were scanned and seen."""
    pages = 0
    for _ in range(ROUNDS):
        pages += await visitor.scan(scanner, PAGES, RESOLUTION)
        shown = await asyncio.gather(*(visitor.thumbnail(index) for index in range(pages)))
        pages -= sum(not picture for picture in shown)
    return pages


@asynccontextmanager
async def _probe(base: str) -> AsyncIterator[list[float]]:
    """Seconds that small calls took during the block; complete behind it."""
    took: list[float] = []
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.probe", base.rpartition(":")[2]),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield took
    finally:
        process.terminate()
        lines = (await process.stdout.read()).split()
        await process.wait()
        took += [float(line) / 1000 for line in lines]
