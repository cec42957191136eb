"""Scans: ten feeder pages from the request to the last committed page, beside scanimage."""

from pathlib import Path

from bench.figures import Figure, at_most, timed
from bench.peers import scanimage_batch
from fakes.daemon import Daemon, running_daemon

PAGES = {"paper_source": "feeder", "mode": "color", "resolution": 300}


async def measure(folder: Path, runs: int) -> list[Figure]:
    async with running_daemon(folder) as daemon:

        async def ours() -> None:
            done, indices, _ = await daemon.result("AcquireImage", PAGES)
            assert done
            assert len(indices) == 10

        times: dict[str, list[float]] = {"ours": [], "png": [], "jpeg": []}
        await ours()
        for _ in range(runs):
            await _clear(daemon)
            times["ours"].append(await timed(ours))
            times["png"].append(await timed(lambda: scanimage_batch("png", 300, folder)))
            times["jpeg"].append(await timed(lambda: scanimage_batch("jpeg", 300, folder)))
    what = "ten feeder pages, 300 dpi, colour"
    return [
        at_most(what, times["ours"], "scanimage to PNG", times["png"], 0.5),
        at_most(what, times["ours"], "scanimage to JPEG", times["jpeg"], 1.5),
    ]


async def _clear(daemon: Daemon) -> None:
    await daemon.result("RemoveAllImages")
