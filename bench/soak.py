"""Soak: a day's use in a few minutes, and what of it stays in memory, descriptors and threads."""

import asyncio
import io
import random
import statistics
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic

import aiohttp
from PIL import Image

from bench.figures import Figure
from bench.memory import status_mib
from bench.processor import children
from bench.visitor import ORIGINS, Visitor
from fakes.daemon import running_daemon

MINUTES = 10.0
VISITORS = 4
SAMPLE_EVERY_S = 2.0
DAEMON_LIMIT_MIB, CHILDREN_LIMIT_MIB = 8.0, 32.0
REFUSED = "https://refused.example"


@dataclass(frozen=True, slots=True)
class Sample:
    """What the daemon holds, and all of its children together."""

    daemon_mib: float
    children_mib: float
    descriptors: int
    threads: int
    processes: int


async def measure(folder: Path, _: int, *, minutes: float = MINUTES) -> list[Figure]:
    config = f"origins.allow = {list(ORIGINS)}\n"
    samples: list[Sample] = []
    errors: list[str] = []
    visits = count(1)
    async with running_daemon(folder, config=config) as daemon:
        scanners = [device["id"] for device in (await daemon.result("GetDevices"))[0]]
        ends = monotonic() + minutes * 60
        async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as group:

            async def keep_visiting(scanner: str) -> None:
                while monotonic() < ends:
                    number = next(visits)
                    origin = (*ORIGINS, None)[number % (len(ORIGINS) + 1)]
                    visitor = Visitor(http, daemon.base, f"soak{number}", origin)
                    await _visit(visitor, scanner, random.Random(number))
                    errors.extend(visitor.errors)

            for number in range(VISITORS):
                group.create_task(keep_visiting(scanners[number % 2]))
            while monotonic() < ends:
                await asyncio.sleep(SAMPLE_EVERY_S)
                samples.append(_sample(daemon.process.pid))
    for error in errors[:5]:
        print(error)
    return _figures(samples, errors, visits=next(visits) - 1, minutes=minutes)


async def _visit(visitor: Visitor, scanner: str, chance: random.Random) -> None:
    """As people use it: listen, scan, look, edit, save, make a mistake, leave."""
    listening = asyncio.create_task(_listen(visitor))
    pages = await visitor.scan(scanner, chance.randint(1, 4), chance.choice((75, 100)))
    for index in range(pages):
        await visitor.thumbnail(index)
    if pages:
        index = chance.randrange(pages)
        for call in (("RotateRight", index), ("Crop", index, 5, 5, 90, 90), ("Undo", index)):
            await visitor.call(*call)
        await visitor.thumbnail(index, chance.randint(50, 500))
    content = io.BytesIO()
    Image.effect_noise((200, 300), 40).save(content, "PNG")
    await visitor.ask("POST", f"/dwt/dwt_1/load?id={visitor.instance}", content.getvalue())
    kind = chance.choice(("pdf", "tiff"))
    await visitor.ask("GET", f"/dwt/dwt_1/doc?id={visitor.instance}&type={kind}")
    await visitor.call("GetSkewAngle", 0)
    await visitor.call("GetDevices")
    await visitor.ask("GET", f"/dwt/dwt_1/img?id={visitor.instance}&index=99", expected=404)
    stranger = Visitor(visitor.http, visitor.base, visitor.instance, REFUSED, visitor.errors)
    await stranger.ask("POST", "/f/GetDevices", b"{}", expected=403)
    await visitor.call("RemoveAllImages")
    listening.cancel()
    await asyncio.wait({listening})


async def _listen(visitor: Visitor) -> None:
    headers = {} if visitor.origin is None else {"Origin": visitor.origin}
    address = f"{visitor.base}/dwt/dwt_1/events?id={visitor.instance}"
    async with visitor.http.get(address, headers=headers) as stream:
        async for _ in stream.content:
            pass


def _sample(pid: int) -> Sample:
    workers = children(pid)
    return Sample(
        daemon_mib=status_mib(pid, "VmRSS"),
        children_mib=sum(status_mib(worker, "VmRSS") for worker in workers),
        descriptors=sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()),
        threads=sum(1 for _ in Path(f"/proc/{pid}/task").iterdir()),
        processes=len(workers),
    )


def _figures(
    samples: list[Sample], errors: list[str], *, visits: int, minutes: float
) -> list[Figure]:
    """The second fifth beside the last one: the first is for caches to fill."""
    fifth = max(1, len(samples) // 5)
    early, late = samples[fifth : 2 * fifth], samples[-fifth:]
    limits = {
        "daemon_mib": DAEMON_LIMIT_MIB,
        "children_mib": CHILDREN_LIMIT_MIB,
        "descriptors": 4.0,
        "threads": 0.0,
        "processes": 1.0,
    }
    figures = [
        Figure(
            f"{visits} visits in {minutes:g} minutes: errors",
            str(len(errors)),
            aim="0",
            is_met=not errors,
        )
    ]
    for name, limit in limits.items():
        before, after = (
            statistics.median(getattr(sample, name) for sample in part) for part in (early, late)
        )
        figures.append(
            Figure(
                f"at the end: {name.replace('_mib', ', MiB')}",
                f"{after:.1f}",
                "early on",
                f"{before:.1f}",
                aim=f"≤ +{limit:g}",
                is_met=after - before <= limit,
            )
        )
    return figures
