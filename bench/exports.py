"""Exports: a page taken in and looked at; many as a PDF, beside a program that makes only that."""

import asyncio
import os
import statistics
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from PIL import Image

from bench import noisy
from bench.figures import Figure, at_most, milliseconds, timed
from bench.peers import run
from bench.processor import Taken, taken
from sheetfed.core.edits import Edit, Rotate
from sheetfed.core.exports import Compression, ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.ports import PageFiles
from sheetfed.imaging.pool import ImagingPool

PAGES = 100
HEAVY_RUNS = 3
INGEST_LIMIT_S = 0.12
TURN_LIMIT_S, TILT_LIMIT_S = 0.12, 0.4
PEER_LIMIT = 1.3
QUALITY = 85


async def measure(folder: Path, runs: int) -> list[Figure]:
    async with noisy.taken_in(folder) as (pool, spool, page):
        take_in = partial(pool.ingest, spool, page.master, page.preview)
        return [
            await _of_one_core("noisy A4 page: master and preview", take_in, INGEST_LIMIT_S, runs),
            await _first_look("turned by 90°", Rotate(90), TURN_LIMIT_S, pool, page, runs),
            await _first_look("turned by 1.3°", Rotate(1.3), TILT_LIMIT_S, pool, page, runs),
            *await _to_pdf(folder, pool, page, min(runs, HEAVY_RUNS)),
        ]


async def _of_one_core(
    what: str, work: Callable[[], Awaitable[object]], limit_s: float, runs: int
) -> Figure:
    await work()
    seconds = statistics.median([(await taken(work)).processor_s for _ in range(runs)])
    return Figure(
        f"{what}, processor time",
        milliseconds(seconds),
        aim=f"< {milliseconds(limit_s)}",
        is_met=seconds < limit_s,
    )


async def _within(
    what: str, work: Callable[[], Awaitable[object]], limit_s: float, runs: int
) -> Figure:
    await work()
    seconds = statistics.median([await timed(work) for _ in range(runs)])
    aim = f"< {milliseconds(limit_s)}"
    return Figure(what, milliseconds(seconds), aim=aim, is_met=seconds < limit_s)


async def _first_look(
    how: str, edit: Edit, limit_s: float, pool: ImagingPool, page: PageFiles, runs: int
) -> Figure:
    work = partial(
        pool.render,
        page=PageFiles(page.master, page.preview, (edit,)),
        width_px=363,
        height_px=363,
        image_type=ImageType.JPEG,
        target=page.master.with_name("thumbnail"),
    )
    return await _within(f"thumbnail of a page {how}", work, limit_s, runs)


async def _to_pdf(folder: Path, pool: ImagingPool, page: PageFiles, runs: int) -> list[Figure]:
    """Beside `img2pdf` of ready JPEGs and making those: of our pages, and of ready pixels."""
    picture = await asyncio.to_thread(lambda: Image.fromarray(noisy.pixels()))
    jpegs = [folder / f"{number}.jpeg" for number in range(PAGES)]
    img2pdf = str(Path(sys.executable).with_name("img2pdf"))
    names = [path.name for path in jpegs]
    work = {
        "ours": partial(export, pool, page, ImageType.PDF, folder / "ours.pdf"),
        "our JPEGs": partial(_jpegs, pool, page, jpegs),
        "Pillow's": partial(asyncio.to_thread, _encode, picture, jpegs),
        "img2pdf": partial(run, img2pdf, *names, "-o", "peer.pdf", folder=folder),
    }
    took: dict[str, list[Taken]] = {name: [] for name in work}
    for _ in range(runs):
        for name, do in work.items():
            took[name].append(await taken(do))
    for path in jpegs:
        path.unlink()
    clock = {name: [each.clock_s for each in all_] for name, all_ in took.items()}
    processor = {name: [each.processor_s for each in all_] for name, all_ in took.items()}
    what = f"{PAGES} pages to PDF"
    return [
        _beside_img2pdf(what, clock, "our JPEGs", "its pages as JPEGs, img2pdf"),
        _beside_img2pdf(f"{what}, processor time", processor, "our JPEGs", "the same", None),
        _beside_img2pdf(what, clock, "Pillow's", "ready pixels as JPEGs, img2pdf"),
    ]


def _beside_img2pdf(
    what: str,
    took: dict[str, list[float]],
    made: str,
    beside: str,
    limit: float | None = PEER_LIMIT,
) -> Figure:
    """The aim is so many times what img2pdf takes, and once the making of the JPEGs."""
    making, binding = (statistics.median(took[name]) for name in (made, "img2pdf"))
    both = [sum(pair) for pair in zip(took[made], took["img2pdf"], strict=True)]
    allowed = None if limit is None else (limit * binding + making) / (binding + making)
    return at_most(what, took["ours"], beside, both, allowed and round(allowed, 2))


async def export(
    pool: ImagingPool,
    page: PageFiles,
    image_type: ImageType,
    target: Path,
    pages: int = PAGES,
) -> None:
    """So many times the page in one file."""
    is_tiff = image_type is ImageType.TIFF
    await pool.export(
        pages=[page] * pages,
        image_type=image_type,
        options=ExportOptions(
            quality=QUALITY, compression=Compression.NONE if is_tiff else Compression.AUTO
        ),
        target=target,
    )


async def _jpegs(pool: ImagingPool, page: PageFiles, targets: list[Path]) -> None:
    options = ExportOptions(quality=QUALITY)
    await asyncio.gather(
        *(
            pool.export(pages=[page], image_type=ImageType.JPEG, options=options, target=target)
            for target in targets
        )
    )


def _encode(picture: Image.Image, targets: list[Path]) -> None:
    def save(target: Path) -> None:
        picture.save(target, "JPEG", quality=QUALITY, dpi=(noisy.DPI, noisy.DPI))

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(save, targets))
