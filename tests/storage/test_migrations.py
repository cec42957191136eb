"""Migrations: a store of an earlier version opens, loses nothing, and is never half changed."""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sheetfed.core.errors import StoreFull, WrongState
from sheetfed.core.model import Image, Mode, Owner
from sheetfed.storage.database import Database
from sheetfed.storage.schema import MIGRATIONS
from sheetfed.storage.store import Store

VERSION_1 = (
    """
    CREATE TABLE documents (
        id TEXT PRIMARY KEY, uid INTEGER NOT NULL, origin TEXT, instance TEXT,
        created REAL NOT NULL, last_used REAL NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE pages (
        id TEXT PRIMARY KEY,
        document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        position INTEGER NOT NULL, job TEXT, sequence INTEGER NOT NULL,
        width_px INTEGER NOT NULL, height_px INTEGER NOT NULL, mode TEXT NOT NULL,
        depth INTEGER NOT NULL, x_dpi REAL NOT NULL, y_dpi REAL NOT NULL,
        size_bytes INTEGER NOT NULL, created REAL NOT NULL
    ) STRICT
    """,
    "CREATE INDEX pages_in_order ON pages (document, position)",
    """
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY, uid INTEGER NOT NULL, origin TEXT, scanner TEXT NOT NULL,
        document TEXT NOT NULL, instance TEXT, created REAL NOT NULL, state TEXT NOT NULL,
        reason TEXT, message TEXT NOT NULL, progress INTEGER NOT NULL, position INTEGER NOT NULL,
        pages INTEGER NOT NULL, snapped TEXT NOT NULL, ignored TEXT NOT NULL, ended REAL
    ) STRICT
    """,
    "INSERT INTO documents VALUES ('d1', 1000, 'https://app.example.org', '7', 1.5, 2.5)",
    "INSERT INTO documents VALUES ('d2', 0, NULL, NULL, 3.5, 4.5)",
    "INSERT INTO pages VALUES ('p1', 'd1', 1, 'j1', 0, 850, 1100, 'color', 8, 100, 99.5, 700, 9)",
    "INSERT INTO pages VALUES ('p2', 'd1', 0, NULL, 1, 16, 9, 'bw', 1, 300, 300, 70, 10)",
    """
    INSERT INTO jobs VALUES ('j1', 1000, NULL, 's1', 'd1', '7', 1, 'failed', 'paper-jam', 'jam',
        40, 0, 1, '[]', '["IfShowUI"]', 5)
    """,
    "PRAGMA user_version = 1",
)
"""What the first release made, with rows."""

KILLED = """\
import asyncio, os, signal, sys
from pathlib import Path
import aiosqlite
from sheetfed.storage.database import Database

real = aiosqlite.Connection.execute
left = int(sys.argv[2])

def execute(self, sql, *values):
    global left
    left -= sql.startswith(("ALTER", "CREATE", "UPDATE", "PRAGMA user_version =", "COMMIT"))
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, sql, *values)

aiosqlite.Connection.execute = execute

async def main():
    database = await Database.open(Path(sys.argv[1]))
    await database.close()

asyncio.run(main())
"""


def version_1(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("PRAGMA journal_mode = WAL")
        for sql in VERSION_1:
            rows.execute(sql)
        rows.commit()
    return path


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as rows:
        ((version,),) = rows.execute("PRAGMA user_version").fetchall()
    return int(version)


async def test_a_store_of_the_first_version_opens_and_has_all_it_had(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    version_1(tmp_path / "store" / "catalogue.sqlite")
    async with Store.open(tmp_path / "store", cache=tmp_path / "cache") as store:
        (first, pages), (second, none) = await store.catalogue.documents()
        (job,) = await store.jobs.jobs()
        assert store.used_bytes == 770
        assert await store.grants.grants() == []
    assert (first.id, first.owner, first.instance, first.created, first.last_used) == (
        *("d1", Owner(1000, "https://app.example.org"), "7"),
        *(1.5, 2.5),
    )
    assert (second.owner, second.instance, list(none)) == (Owner(0), None, [])
    assert first.pages == ("p2", "p1")
    assert [page.image for page in pages] == [
        Image(16, 9, Mode.BW, 1, 300.0, 300.0),
        Image(850, 1100, Mode.COLOR, 8, 100.0, 99.5),
    ]
    assert [(page.job, page.edits, page.undone, page.size_bytes) for page in pages] == [
        (None, (), 0, 70),
        ("j1", (), 0, 700),
    ]
    assert (job.id, job.reason, job.ignored) == ("j1", "paper-jam", ("IfShowUI",))


def test_the_first_step_makes_what_the_first_release_made() -> None:
    schemas = []
    for statements in (VERSION_1[:4], MIGRATIONS[0]):
        with closing(sqlite3.connect(":memory:")) as rows:
            for sql in statements:
                rows.execute(sql)
            names = [name for (name,) in rows.execute("SELECT name FROM sqlite_schema")]
            schemas.append(
                {name: rows.execute(f"PRAGMA table_info({name})").fetchall() for name in names}
            )
    assert schemas[0] == schemas[1]


@pytest.mark.parametrize("step", range(11))
async def test_a_migration_that_is_killed_leaves_a_store_that_opens(
    tmp_path: Path, step: int
) -> None:
    path = version_1(tmp_path / "c.sqlite")
    program = tmp_path / "killed.py"
    program.write_text(KILLED)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(program, path, str(step)),
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    ended = await process.wait()
    assert ended in (-signal.SIGKILL, 0)
    assert version_of(path) in range(1, len(MIGRATIONS) + 1)
    database = await Database.open(path)
    assert await database.read("SELECT id FROM pages ORDER BY position") == [("p2",), ("p1",)]
    await database.close()
    assert version_of(path) == len(MIGRATIONS)


async def test_a_migration_without_room_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = version_1(tmp_path / "c.sqlite")
    with closing(sqlite3.connect(path)) as rows:
        ((size,),) = rows.execute("PRAGMA page_count").fetchall()
    real = Database._commit

    async def commit(self: Database, statements: object) -> None:
        await self._connection.execute(f"PRAGMA max_page_count = {size}")
        await real(
            self, [*statements, ("CREATE TABLE more (a)", ()), ("CREATE TABLE more2 (a)", ())]
        )  # type: ignore[misc]

    with monkeypatch.context() as patched:
        patched.setattr(Database, "_commit", commit)
        with pytest.raises(StoreFull):
            await Database.open(path)
    assert version_of(path) == 1
    database = await Database.open(path)
    assert len(await database.read("SELECT id FROM pages")) == 2
    await database.close()


async def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    path = version_1(tmp_path / "c.sqlite")
    with closing(sqlite3.connect(path)) as rows:
        rows.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(WrongState, match="made by a newer sheetfed; install that one"):
        await Database.open(path)
    assert version_of(path) == len(MIGRATIONS) + 1
