"""Store: the folder of all scanned documents, opened as a whole."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sheetfed.core.errors import InternalError
from sheetfed.storage import lock
from sheetfed.storage.blobs import Blobs
from sheetfed.storage.catalogue import Catalogue
from sheetfed.storage.database import Database
from sheetfed.storage.joblog import JobLog
from sheetfed.storage.renders import Renders
from sheetfed.storage.spools import Spools
from sheetfed.storage.usage import Usage

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Store:
    """The parts of an open store."""

    catalogue: Catalogue
    jobs: JobLog
    blobs: Blobs
    spools: Spools
    renders: Renders
    usage: Usage

    @property
    def used_bytes(self) -> int:
        """What the stored pages take."""
        return self.usage.used_bytes

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        path: Path,
        *,
        cache: Path,
        max_bytes: int = 20 * 1024 * _MIB,
        min_free_bytes: int = 256 * _MIB,
        cache_max_bytes: int = 256 * _MIB,
    ) -> AsyncIterator[Self]:
        """Open or make the store; it is this process' alone until the end of the block.

        Raises WrongState when another process holds it or a newer version made it,
        InternalError when it cannot be used.
        """
        usage = Usage(max_bytes=max_bytes, min_free_bytes=min_free_bytes)
        blobs = Blobs(folder=path / "blobs", usage=usage)
        spools = Spools(folder=path / "spool", usage=usage)
        renders = Renders(folder=cache, max_bytes=cache_max_bytes, min_free_bytes=min_free_bytes)
        async with AsyncExitStack() as stack:
            try:
                held = await asyncio.to_thread(_take_folder, path)
                stack.callback(os.close, held)
                await asyncio.to_thread(blobs.prepare)
                await renders.prepare()
            except OSError as error:
                raise InternalError(
                    f"the store at {path} cannot be used: {error.filename}: {error.strerror}"
                ) from error
            database = await Database.open(path / "catalogue.sqlite")
            stack.push_async_callback(database.close)
            catalogue = Catalogue(database=database)
            for page, size_bytes in (await catalogue.sizes()).items():
                usage.count(page, size_bytes)
            jobs = JobLog(database=database)
            yield cls(catalogue, jobs, blobs, spools, renders, usage)


def _take_folder(path: Path) -> int:
    for folder in (path, path / "spool"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    return lock.take(path / "lock")
