"""Pictures: the first and the repeated thumbnail, beside vipsthumbnail and a static file."""

import statistics
from functools import partial
from pathlib import Path

import aiohttp

from bench.figures import Figure, at_most, milliseconds, timed
from bench.peers import bare_server, run
from fakes.daemon import running_daemon

SIZE = {"width": "585", "height": "513"}
FIRST_LIMIT_S = 0.040


async def measure(folder: Path, runs: int) -> list[Figure]:
    async with running_daemon(folder) as daemon:
        await daemon.result(
            "AcquireImage", {"paper_source": "feeder", "mode": "color", "resolution": 300}
        )
        url = f"{daemon.base}/dwt/dwt_1/img"
        first: list[float] = []
        peer: list[float] = []
        for index in range(min(runs, 9)):
            query = {"id": "test", "index": str(index), **SIZE}
            first.append(await timed(partial(_get, daemon.http, url, query)))
            page = folder / f"{index}.png"
            await _save(daemon.http, url, index, page)
            thumbnail = partial(run, "vipsthumbnail", page.name, "--size=585x513", folder=folder)
            peer.append(await timed(thumbnail))
        query = {"id": "test", "index": "0", **SIZE}
        picture = await _get(daemon.http, url, query)
        (folder / "static").mkdir()
        (folder / "static" / "picture.jpeg").write_bytes(picture)
        async with bare_server(folder / "static") as base:
            static = f"{base}/static/picture.jpeg"
            repeated, still = [], []
            for _ in range(runs * 30):
                repeated.append(await timed(partial(_get, daemon.http, url, query)))
                still.append(await timed(partial(_get, daemon.http, static, {})))
    median_s = statistics.median(first)
    return [
        at_most("first thumbnail, 585 × 513", first, "vipsthumbnail of its PNG", peer),
        Figure(
            "the same",
            milliseconds(median_s),
            aim=f"< {milliseconds(FIRST_LIMIT_S)}",
            is_met=median_s < FIRST_LIMIT_S,
        ),
        at_most("repeated thumbnail", repeated, "aiohttp's static file", still, 2.0),
    ]


async def _get(http: aiohttp.ClientSession, url: str, query: dict[str, str]) -> bytes:
    async with http.get(url, params=query) as answer:
        assert answer.status == 200
        return await answer.read()


async def _save(http: aiohttp.ClientSession, url: str, index: int, target: Path) -> None:
    query = {"id": "test", "index": str(index), "type": "png"}
    target.write_bytes(await _get(http, url, query))
