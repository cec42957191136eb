"""Backups: a check of the store, and a hundred pages out of one store and into another."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from bench import noisy
from bench.figures import Figure, at_most, milliseconds, timed
from bench.peers import run
from sheetfed.core import ids
from sheetfed.core.events import Hub
from sheetfed.core.model import Caller, Image, Owner, Page, PageId
from sheetfed.host.clock import SystemClock
from sheetfed.imaging.pool import ImagingPool
from sheetfed.papers import Papers
from sheetfed.storage.store import Store

CHECKED, ARCHIVED = 1000, 100
RUNS_AT_MOST = 3
PATIENCE_S = 600.0
ADMIN = Caller(Owner(os.getuid()), is_admin=True)
_CHUNK_BYTES = 1024 * 1024


async def measure(folder: Path, runs: int) -> list[Figure]:
    pool = ImagingPool(workers=os.cpu_count() or 1)
    await pool.start()
    try:
        async with _papers(folder / "a", pool) as (store, papers):
            spool = await asyncio.to_thread(noisy.spool, folder / "spool")
            first = ids.new_page()
            image = await pool.ingest(spool, store.blobs.master(first), store.blobs.preview(first))
            await _fill(store, papers, first, image, ARCHIVED)
            out, peer = await _out(folder, papers, min(runs, RUNS_AT_MOST))
            took_in, unpacked = await _in(folder, pool, min(runs, RUNS_AT_MOST))
            await _fill(store, papers, first, image, CHECKED - ARCHIVED)
            checked_s = await timed(papers.storekeeping.check)
        return [
            Figure(f"check of {CHECKED} noisy A4 pages", milliseconds(checked_s)),
            at_most(f"export of {ARCHIVED} noisy A4 pages", out, "tar c", peer),
            at_most("import of them, each page read and synced", took_in, "tar x", unpacked),
        ]
    finally:
        await pool.close()


@asynccontextmanager
async def _papers(folder: Path, pool: ImagingPool) -> AsyncIterator[tuple[Store, Papers]]:
    async with Store.open(folder, cache=folder / "cache") as store:
        papers = Papers(
            store=store, imaging=pool, hub=Hub(), clock=SystemClock(), pages_at_most=10_000
        )
        await papers.take_up()
        try:
            yield store, papers
        finally:
            await papers.close()


async def _fill(store: Store, papers: Papers, page: PageId, image: Image, pages: int) -> None:
    """With so many pages, whose files are the same one."""
    document = ids.new_document()
    for number in range(pages):
        name = page if not papers.collection.pages else ids.new_page()
        copy = store.blobs.sync(page) if name == page else store.blobs.copy(page, name)
        row = Page(name, document, None, number, image, await copy, 1.0)
        await papers.documents.append(row, ADMIN.owner, None)


async def _out(folder: Path, papers: Papers, runs: int) -> tuple[list[float], list[float]]:
    files = folder / "files"
    archive = folder / "archive.tar"

    async def export() -> None:
        pipe = papers.storekeeping.export(ADMIN, everybody=True)
        await asyncio.to_thread(_save, pipe, archive)

    await export()
    files.mkdir()
    await run("tar", "xf", str(archive), folder=files, patience_s=PATIENCE_S)
    pack = partial(run, "tar", "cf", "../peer.tar", "pages", folder=files, patience_s=PATIENCE_S)
    ours, peers = [], []
    for _ in range(runs):
        ours.append(await timed(export))
        peers.append(await timed(pack))
    return ours, peers


async def _in(folder: Path, pool: ImagingPool, runs: int) -> tuple[list[float], list[float]]:
    ours, peers = [], []
    for number in range(runs):
        async with _papers(folder / f"b{number}", pool) as (_, papers):
            descriptor = await asyncio.to_thread(os.open, folder / "archive.tar", os.O_RDONLY)
            take_in = partial(papers.storekeeping.import_from, ADMIN, descriptor)
            ours.append(await timed(take_in))
        await asyncio.to_thread(shutil.rmtree, folder / f"b{number}")
        unpacked = folder / "unpacked"
        unpacked.mkdir()
        unpack = partial(run, "tar", "xf", "../archive.tar", folder=unpacked, patience_s=PATIENCE_S)
        peers.append(await timed(unpack))
        await asyncio.to_thread(shutil.rmtree, unpacked)
    return ours, peers


def _save(pipe: int, path: Path) -> None:
    with os.fdopen(pipe, "rb", buffering=0) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target, _CHUNK_BYTES)
