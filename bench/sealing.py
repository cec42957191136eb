"""Sealing: a page spooled and taken in with encryption, beside the same in clear."""

import asyncio
import os
from functools import partial
from pathlib import Path

from bench import noisy
from bench.figures import Figure, at_most
from bench.processor import taken
from sheetfed.imaging import files
from sheetfed.imaging.ingest import ingest
from sheetfed.sealed.keyring import CLEAR, Keyring
from sheetfed.sealed.keys import SECRET_BYTES, Key, KeyKind

PIECE_BYTES = 64 * 1024


async def measure(folder: Path, runs: int) -> list[Figure]:
    """In processor time. All of the surplus is AES-GCM: the page goes through it three times."""
    content = await asyncio.to_thread(lambda: noisy.spool(folder / "made").read_bytes())
    rings = {
        "sealed": Keyring(sealing=Key(KeyKind.SESSION, os.urandom(SECRET_BYTES))),
        "clear": CLEAR,
    }
    seconds: dict[str, list[float]] = {name: [] for name in rings}
    for run in range(runs + 1):
        for name, ring in rings.items():
            work = partial(asyncio.to_thread, _take_in, ring, content, folder)
            took = await taken(work)
            if run:
                seconds[name].append(took.processor_s)
    files.use(CLEAR)
    what = "noisy A4 page spooled and taken in, encrypted"
    return [at_most(what, seconds["sealed"], "in clear", seconds["clear"])]


def _take_in(ring: Keyring, content: bytes, folder: Path) -> None:
    files.use(ring)
    with files.written(folder / "spool") as file:
        for at in range(0, len(content), PIECE_BYTES):
            file.write(content[at : at + PIECE_BYTES])
    ingest(spool=folder / "spool", master=folder / "master", preview=folder / "preview")
