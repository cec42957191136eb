"""Database: the one SQLite connection of a store; what it has written is on the disk."""

import asyncio
import contextlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import aiosqlite

from sheetfed.core.errors import DISK_FULL, InternalError, ScanError, StoreFull, WrongState
from sheetfed.core.ownedtasks import OwnedTasks
from sheetfed.storage import patience
from sheetfed.storage.reserve import Reserve
from sheetfed.storage.schema import MIGRATIONS

Value = str | int | float | None
Statement = tuple[str, Sequence[Value]]
Row = tuple[Any, ...]

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)

log = logging.getLogger(__name__)


class Damaged(InternalError):
    """The file cannot be relied on."""


class Database:
    """Transactions one after the other, each whole and synced, or not there at all."""

    def __init__(
        self,
        connection: aiosqlite.Connection,
        thread: threading.Thread,
        reserve: Reserve,
        let_thread_end: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._thread = thread
        self._reserve = reserve
        self._let_thread_end = let_thread_end
        self._turn = asyncio.Lock()
        self._writes = OwnedTasks()

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open or make the file, mode 0600. Raises Damaged, WrongState, InternalError or StoreFull.

        A reserve for when the disk is full lies beside it.
        """
        await asyncio.to_thread(_make_private, path)
        reserve = Reserve(path.with_name("reserve"))
        await asyncio.to_thread(reserve.take)
        threads: list[threading.Thread] = []

        def connect(*args: Any, **options: Any) -> sqlite3.Connection:
            threads.append(threading.current_thread())
            return sqlite3.Connection(*args, **options)

        connecting = aiosqlite.connect(path, isolation_level=None, factory=connect)
        let_thread_end = patience.teach(connecting)
        try:
            connection = await connecting
        except sqlite3.Error as error:
            let_thread_end()
            raise translated(error) from error
        database = cls(connection, threads[0], reserve, let_thread_end)
        try:
            await database._prepare()
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Finish what is being written; its thread has ended when this returns."""
        await self._writes.ended()
        try:
            await self._connection.close()
        finally:
            self._let_thread_end()
        await asyncio.to_thread(self._thread.join)

    async def read(self, sql: str) -> list[Row]:
        async with self._turn:
            try:
                return [tuple(row) for row in await self._connection.execute_fetchall(sql)]
            except sqlite3.Error as error:
                raise translated(error) from error

    async def write(self, *statements: Statement) -> None:
        """One transaction. It is carried out whole even when the caller is cancelled."""
        await self._writes.whole(self._write(statements))

    async def _write(self, statements: Sequence[Statement]) -> None:
        async with self._turn:
            try:
                await self._commit_on_reserve(statements)
            except ScanError as error:
                log.error("the catalogue cannot be written: %s", error.__cause__)
                raise
            if not self._reserve.is_held:
                await asyncio.to_thread(self._reserve.take)

    async def _commit_on_reserve(self, statements: Sequence[Statement]) -> None:
        try:
            await self._commit(statements)
        except StoreFull:
            if not await asyncio.to_thread(self._reserve.give_up):
                raise
            await self._commit(statements)

    async def _commit(self, statements: Iterable[Statement]) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
            for sql, values in statements:
                await self._connection.execute(sql, values)
            await self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    await self._connection.execute("ROLLBACK")
            raise translated(error) from error

    async def _prepare(self) -> None:
        try:
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                await self._connection.execute(f"PRAGMA {pragma}")
            ((verdict,), *_) = await self._connection.execute_fetchall("PRAGMA quick_check(1)")
            ((version,),) = await self._connection.execute_fetchall("PRAGMA user_version")
        except sqlite3.Error as error:
            raise translated(error) from error
        if version > len(MIGRATIONS):
            raise WrongState("the store was made by a newer sheetfed; install that one")
        if verdict != "ok":
            raise Damaged(f"the store's catalogue is damaged: {verdict}")
        for step, statements in enumerate(MIGRATIONS[version:], version + 1):
            await self.write(
                *((sql, ()) for sql in statements), (f"PRAGMA user_version = {step}", ())
            )


def translated(error: sqlite3.Error) -> ScanError:
    """What a caller is told of SQLite's error."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code in _FULL:
        return StoreFull(DISK_FULL)
    kind = Damaged if code & 0xFF in _DAMAGED else InternalError
    return kind(f"the store's catalogue failed: {error}")


def _make_private(path: Path) -> None:
    """SQLite gives its journal and shared memory the mode of the file itself."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
