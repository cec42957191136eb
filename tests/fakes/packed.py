"""Packed: documents with made-up files, packed into an archive and taken out of it."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

from fakes.rows import document, page
from sheetfed.core.edits import Crop, Rotate
from sheetfed.core.model import Owner, PageId
from sheetfed.core.upkeep import Contents
from sheetfed.storage.archive import Archives
from sheetfed.storage.blobs import Blobs

P1, P2, P3 = PageId("p1"), PageId("p2"), PageId("p3")
CONTENTS = Contents(
    (
        (
            replace(document("d1", P1, P2), name="Brief", metadata='{"a":1}', current=1),
            (replace(page("p1"), edits=(Rotate(90), Crop(0, 0, 5, 5)), undone=1), page("p2")),
        ),
        (replace(document("d2"), owner=Owner(0), instance=None, password_hash="x"), ()),
        (document("d3", P3), (replace(page("p3", "d3"), job=None),)),
    )
)


def files(name: PageId) -> tuple[bytes, bytes]:
    """A master that is longer than a chunk, and a preview of exactly a block."""
    return name.encode() * 700_000, name.encode() * 256


def put(blobs: Blobs) -> Blobs:
    """The files of the three pages."""
    for name in (P1, P2, P3):
        master, preview = files(name)
        blobs.master(name).write_bytes(master)
        blobs.preview(name).write_bytes(preview)
    return blobs


async def written(archives: Archives, contents: Contents = CONTENTS) -> bytes:
    reading, writing = os.pipe()
    task = asyncio.create_task(archives.write(contents, writing))
    parts = []
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while part := await asyncio.to_thread(pipe.read, 1 << 20):
            parts.append(part)
    await task
    return b"".join(parts)


async def read(
    archives: Archives, folder: Path, descriptor: int
) -> tuple[Contents, dict[PageId, bool]]:
    """Take every page into a folder."""
    came = {}
    async with archives.read(descriptor) as arrival:
        for found in arrival.contents.pages:
            came[found.id] = await arrival.take(
                found.id,
                master=folder / f"{found.id}.m",
                preview=folder / f"{found.id}.v",
            )
        await arrival.end()
        return arrival.contents, came


def opened(folder: Path, data: bytes) -> int:
    path = folder / "archive"
    path.write_bytes(data)
    return os.open(path, os.O_RDONLY)
