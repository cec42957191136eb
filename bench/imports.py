"""Imports: a hundred pages of a PDF and of a TIFF taken in, beside what only takes them apart."""

import asyncio
import shutil
from functools import partial
from pathlib import Path

from bench import noisy
from bench.exports import PAGES, export
from bench.figures import Figure, at_most
from bench.peers import run
from bench.processor import Taken, taken
from sheetfed.core.imagetype import ImageType
from sheetfed.core.ports import PageFiles
from sheetfed.imaging.pool import ImagingPool

HEAVY_RUNS = 3
IMPORT_LIMIT = 1.3
PATIENCE_S = 300.0


async def measure(folder: Path, runs: int) -> list[Figure]:
    async with noisy.taken_in(folder) as (pool, _, page):
        runs = min(runs, HEAVY_RUNS)
        return [
            *await _from_pdf(folder, pool, page, runs),
            *await _from_tiff(folder, pool, page, runs),
        ]


async def _from_pdf(folder: Path, pool: ImagingPool, page: PageFiles, runs: int) -> list[Figure]:
    source = folder / "source.pdf"
    await export(pool, page, ImageType.PDF, source)
    peer = ("pdfimages", str(source), "page")
    return await _from(f"{PAGES} pages from PDF", source, peer, folder, pool, runs)


async def _from_tiff(folder: Path, pool: ImagingPool, page: PageFiles, runs: int) -> list[Figure]:
    source = folder / "source.tif"
    await export(pool, page, ImageType.TIFF, source)
    return await _from(
        f"{PAGES} pages from TIFF", source, ("tiffsplit", str(source)), folder, pool, runs
    )


async def _from(
    what: str,
    source: Path,
    peer: tuple[str, ...],
    folder: Path,
    pool: ImagingPool,
    runs: int,
) -> list[Figure]:
    ours: list[Taken] = []
    theirs: list[Taken] = []
    for _ in range(runs):
        ours.append(await taken(partial(_load, pool, source, folder / "ours")))
        (folder / "theirs").mkdir()
        split = partial(run, *peer, folder=folder / "theirs", patience_s=PATIENCE_S)
        theirs.append(await taken(split))
        for made in ("ours", "theirs"):
            await asyncio.to_thread(shutil.rmtree, folder / made)
    source.unlink()
    return [
        at_most(
            what,
            [each.clock_s for each in ours],
            peer[0],
            [each.clock_s for each in theirs],
            IMPORT_LIMIT,
        ),
        at_most(
            f"{what}, processor time",
            [each.processor_s for each in ours],
            peer[0],
            [each.processor_s for each in theirs],
        ),
    ]


async def _load(pool: ImagingPool, source: Path, target: Path) -> None:
    target.mkdir()
    pages = await pool.count(source)
    assert pages == PAGES
    await asyncio.gather(
        *(
            pool.load(
                source=source,
                number=number,
                master=target / f"{number}.master",
                preview=target / f"{number}.preview",
            )
            for number in range(pages)
        )
    )
