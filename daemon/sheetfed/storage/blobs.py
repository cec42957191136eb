"""Blobs: the two files of a page, its master and its preview."""

import asyncio
import os
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from pathlib import Path

from sheetfed.core.model import PageId
from sheetfed.storage.naming import file_name
from sheetfed.storage.usage import Usage

_MASTER, _PREVIEW = ".master", ".preview"
_FANOUT = [f"{number:02x}" for number in range(256)]


class Blobs:
    """Implements the port of the same name in a folder of 256 folders."""

    def __init__(self, *, folder: Path, usage: Usage) -> None:
        self._folder = folder
        self._usage = usage

    def prepare(self) -> None:
        """Make the folders. Blocks on the file system."""
        for name in ("", *_FANOUT):
            (self._folder / name).mkdir(mode=0o700, exist_ok=True)
        _sync(self._folder)

    def master(self, page: PageId) -> Path:
        return self._path(page, _MASTER)

    def preview(self, page: PageId) -> Path:
        return self._path(page, _PREVIEW)

    async def sync(self, page: PageId) -> int:
        """Returns both files' size in bytes."""
        master, preview = self.master(page), self.preview(page)
        sizes = await asyncio.gather(
            asyncio.to_thread(_sync, master),
            asyncio.to_thread(_sync, preview),
            asyncio.to_thread(_sync, master.parent),
        )
        size_bytes = sizes[0] + sizes[1]
        self._usage.count(page, size_bytes)
        return size_bytes

    async def drop(self, page: PageId) -> None:
        paths = (self.master(page), self.preview(page))
        await asyncio.to_thread(_remove, paths)
        self._usage.forget(page)

    async def sweep(self, known: AbstractSet[PageId]) -> int:
        """Remove every file that is not a known page's; returns how many. For the start only."""
        return await asyncio.to_thread(self._sweep, known)

    def _sweep(self, known: AbstractSet[PageId]) -> int:
        names = {file_name(page) for page in known}
        orphans = [
            path
            for fan in _FANOUT
            for path in (self._folder / fan).iterdir()
            if path.stem not in names or path.suffix not in (_MASTER, _PREVIEW)
        ]
        _remove(orphans)
        return len(orphans)

    def _path(self, page: PageId, kind: str) -> Path:
        name = file_name(page)
        return self._folder / name[:2] / f"{name}{kind}"


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> int:
    """Sync a file or folder to the disk; returns its size in bytes."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        return os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
