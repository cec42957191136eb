"""Store: the folder of all scanned documents, opened as a whole."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sheetfed.core.errors import InternalError
from sheetfed.core.model import Owner, PageId
from sheetfed.sealed.keyring import CLEAR, Keyring
from sheetfed.storage import lock
from sheetfed.storage.archive import Archives
from sheetfed.storage.blobs import Blobs
from sheetfed.storage.catalogue import Catalogue
from sheetfed.storage.check import StoreFolder
from sheetfed.storage.database import Damaged, Database
from sheetfed.storage.grantbook import GrantBook
from sheetfed.storage.incoming import Incoming
from sheetfed.storage.joblog import JobLog
from sheetfed.storage.keymarks import KeyMarks
from sheetfed.storage.limits import USUAL, Limits
from sheetfed.storage.renders import Renders
from sheetfed.storage.room import Room
from sheetfed.storage.salvage import finish, salvage
from sheetfed.storage.spools import Spools
from sheetfed.storage.storekeys import StoreKeys
from sheetfed.storage.usage import Usage

_MIB = 1024 * 1024
_OWNERS = (
    "SELECT pages.id, size_bytes, uid, origin"
    " FROM pages JOIN documents ON documents.id = pages.document"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """The parts of an open store."""

    catalogue: Catalogue
    jobs: JobLog
    blobs: Blobs
    spools: Spools
    renders: Renders
    usage: Usage
    room: Room
    keys: StoreKeys
    incoming: Incoming
    folder: StoreFolder
    archives: Archives
    grants: GrantBook

    @property
    def used_bytes(self) -> int:
        """What the stored pages take."""
        return self.usage.used_bytes

    def change(self, limits: Limits, *, cache_max_bytes: int) -> None:
        """What holds for what comes from now on."""
        self.room.change(limits)
        self.incoming.change(min_free_bytes=limits.min_free_bytes)
        self.renders.change(max_bytes=cache_max_bytes, min_free_bytes=limits.min_free_bytes)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        path: Path,
        *,
        cache: Path,
        limits: Limits = USUAL,
        cache_max_bytes: int = 256 * _MIB,
        keyring: Keyring = CLEAR,
    ) -> AsyncIterator[Self]:
        """Open or make the store; it is this process' alone until the end of the block.

        A catalogue that is damaged is set aside, and what can be read of it is taken over.
        Raises KeyRefused when its pages are sealed with another key file's key, WrongState when
        another process holds it or a newer version made it, InternalError when it cannot be used.
        """
        usage = Usage()
        blobs = Blobs(folder=path / "blobs", usage=usage, keyring=keyring)
        room = Room(spools=path / "spool", usage=usage, limits=limits)
        spools = Spools(folder=path / "spool", usage=usage, room=room, keyring=keyring)
        renders = Renders(
            folder=cache,
            max_bytes=cache_max_bytes,
            min_free_bytes=limits.min_free_bytes,
            keyring=keyring,
        )
        incoming = Incoming(
            folder=path / "incoming", min_free_bytes=limits.min_free_bytes, keyring=keyring
        )
        async with AsyncExitStack() as stack:
            try:
                held = await asyncio.to_thread(_take_folder, path)
                stack.callback(os.close, held)
                marks = await asyncio.to_thread(KeyMarks.read, path / "keys.json")
                marks.require(keyring)
                await asyncio.to_thread(blobs.prepare)
                await asyncio.to_thread(incoming.prepare)
                await renders.prepare()
                database = await _open_catalogue(path / "catalogue.sqlite", blobs)
            except OSError as error:
                raise InternalError(
                    f"the store at {path} cannot be used: {error.filename}: {error.strerror}"
                ) from error
            stack.push_async_callback(database.close)
            for page, size_bytes, uid, origin in await database.read(_OWNERS):
                usage.expect(PageId(page), Owner(uid, origin))
                usage.count(PageId(page), size_bytes)
            catalogue = Catalogue(database=database, lost=blobs.keep_unknown)
            jobs = JobLog(database=database)
            keys = StoreKeys(marks=marks, keyring=keyring, blobs=blobs, spools=spools)
            yield cls(
                *(catalogue, jobs, blobs, spools, renders, usage, room, keys, incoming),
                folder=StoreFolder(path),
                archives=Archives(blobs=blobs, keyring=keyring),
                grants=GrantBook(database=database),
            )


async def _open_catalogue(path: Path, blobs: Blobs) -> Database:
    await asyncio.to_thread(finish, path)
    if await asyncio.to_thread(_is_empty, path):
        # Files of pages that a catalogue named which is gone are nobody's to remove.
        await asyncio.to_thread(blobs.keep_unknown)
    try:
        return await Database.open(path)
    except Damaged as damage:
        log.error("%s", damage.message)
    await asyncio.to_thread(blobs.keep_unknown)
    try:
        salvaged = await asyncio.to_thread(salvage, path)
    except sqlite3.Error as error:
        raise InternalError(f"the damaged catalogue cannot be replaced: {error}") from error
    log.error(
        "%d documents, %d pages, %d jobs and %d grants could be read of the damaged catalogue,"
        " which is now %s; the others are lost",
        *salvaged.rows.values(),
        salvaged.damaged,
    )
    return await Database.open(path)


def _is_empty(path: Path) -> bool:
    return not path.exists() or path.stat().st_size == 0


def _take_folder(path: Path) -> int:
    for folder in (path, path / "spool"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    return lock.take(path / "lock")
