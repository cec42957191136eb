"""Pictures: the first and the repeated thumbnail, beside vipsthumbnail and a static file."""

import asyncio
import io
import statistics
from functools import partial
from pathlib import Path

import aiohttp
from PIL import Image

from bench import noisy
from bench.figures import Figure, at_most, milliseconds, timed
from bench.peers import bare_server, run
from bench.processor import taken
from fakes.daemon import Daemon, running_daemon

SIZE = {"width": "585", "height": "513"}
FIRST_LIMIT_S = 0.015
PAGES_AT_MOST = 25


async def measure(folder: Path, runs: int) -> list[Figure]:
    pages = min(3 * runs, PAGES_AT_MOST)
    async with running_daemon(folder) as daemon:
        url = f"{daemon.base}/dwt/dwt_1/img"
        await _fill(daemon, pages + 1)
        page = folder / "page.png"
        await _save(daemon.http, url, 0, page)
        # The very first one finds the workers cold.
        await _get(daemon.http, url, {"id": "test", "index": "0", **SIZE})
        first: list[float] = []
        processor: list[float] = []
        peer: list[float] = []
        for index in range(1, pages + 1):
            query = {"id": "test", "index": str(index), **SIZE}
            look = await taken(partial(_get, daemon.http, url, query), daemon.process.pid)
            first.append(look.clock_s)
            processor.append(look.processor_s)
        for _ in range(runs):
            thumbnail = partial(run, "vipsthumbnail", page.name, "--size=585x513", folder=folder)
            peer.append(await timed(thumbnail))
        query = {"id": "test", "index": "1", **SIZE}
        picture = await _get(daemon.http, url, query)
        (folder / "static").mkdir()
        (folder / "static" / "picture.jpeg").write_bytes(picture)
        async with bare_server(folder / "static") as bare:
            static = f"{bare.base}/static/picture.jpeg"
            repeated, still = [], []
            for _ in range(runs * 30):
                repeated.append(await timed(partial(_get, daemon.http, url, query)))
                still.append(await timed(partial(_get, daemon.http, static, {})))
    what = "first thumbnail of a noisy A4 page, 585 × 513"
    return [
        _within(what, first),
        # The kernel counts in hundredths of a second: a mean tells more than a median.
        Figure(
            "the same, processor time with the client's", milliseconds(statistics.mean(processor))
        ),
        at_most("the same", first[: len(peer)], "vipsthumbnail of its PNG", peer),
        at_most("repeated thumbnail", repeated, "aiohttp's static file", still, 2.0),
    ]


def _within(what: str, seconds: list[float]) -> Figure:
    typical = statistics.median(seconds)
    aim = f"< {milliseconds(FIRST_LIMIT_S)}"
    return Figure(what, milliseconds(typical), aim=aim, is_met=typical < FIRST_LIMIT_S)


async def _fill(daemon: Daemon, pages: int) -> None:
    file = io.BytesIO()
    picture = await asyncio.to_thread(lambda: Image.fromarray(noisy.pixels()))
    await asyncio.to_thread(picture.save, file, "PNG", dpi=(noisy.DPI, noisy.DPI), compress_level=1)
    load = f"{daemon.base}/dwt/dwt_1/load?id=test"
    async with daemon.http.post(load, data=file.getvalue()) as answer:
        answer.raise_for_status()
    for index in range(1, pages):
        await daemon.result("CopyImages", [0], index)


async def _get(http: aiohttp.ClientSession, url: str, query: dict[str, str]) -> bytes:
    async with http.get(url, params=query) as answer:
        assert answer.status == 200
        return await answer.read()


async def _save(http: aiohttp.ClientSession, url: str, index: int, target: Path) -> None:
    query = {"id": "test", "index": str(index), "type": "png"}
    target.write_bytes(await _get(http, url, query))
