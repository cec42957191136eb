"""Salvage: what can still be read of a damaged catalogue, in a fresh one; the other is kept."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sheetfed.storage.schema import MIGRATIONS
from sheetfed.storage.syncing import sync

_TABLES: Final = ("documents", "pages", "jobs", "grants")
_COMPANIONS: Final = ("-wal", "-shm")
_FRESH: Final = ".salvaged"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """Where the damaged catalogue is now, and how many rows could be read of each table."""

    damaged: Path
    rows: dict[str, int]


def salvage(path: Path) -> Salvaged:
    """Replace a damaged catalogue. Blocks; may be killed at any moment and begun again.

    Raises OSError or sqlite3.Error when a fresh one cannot be written; nothing has changed then.
    """
    unfinished, copy = _unfinished(path), _copy(path)
    _remove(unfinished)
    try:
        _copy_files(path, copy)
        rows = _rescue(copy, unfinished)
    finally:
        _remove(copy)
    sync(unfinished)
    unfinished.replace(_fresh(path))
    return Salvaged(_exchange(path), rows)


def finish(path: Path) -> None:
    """Do what is left of a salvage that was cut off. Blocks."""
    if _fresh(path).exists():
        _exchange(path)
    _remove(_unfinished(path))
    _remove(_copy(path))


def _fresh(path: Path) -> Path:
    """Complete once it has this name."""
    return path.with_name(f"{path.name}{_FRESH}")


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _copy(path: Path) -> Path:
    return path.with_name(f"{path.name}.copy")


def _exchange(path: Path) -> Path:
    """Put the fresh catalogue in place; the same steps again end in the same."""
    fresh = _fresh(path)
    made = datetime.fromtimestamp(fresh.stat().st_mtime, UTC)
    damaged = path.with_name(f"{path.stem}.damaged-{made:%Y%m%dT%H%M%SZ}{path.suffix}")
    for suffix in ("", *_COMPANIONS):
        source = Path(f"{path}{suffix}")
        with contextlib.suppress(FileExistsError, FileNotFoundError):
            Path(f"{damaged}{suffix}").hardlink_to(source)
    sync(path.parent)
    # A log that is left would be played back into the fresh catalogue.
    for suffix in _COMPANIONS:
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    sync(path.parent)
    fresh.replace(path)
    sync(path.parent)
    return damaged


def _copy_files(path: Path, copy: Path) -> None:
    """For reading, which may change it: the log is played back."""
    _remove(copy)
    for suffix in ("", "-wal"):
        with contextlib.suppress(FileNotFoundError):
            _private(Path(f"{copy}{suffix}"))
            shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")


def _rescue(source: Path, target: Path) -> dict[str, int]:
    _private(target)
    with (
        contextlib.closing(sqlite3.connect(source, isolation_level=None)) as damaged,
        contextlib.closing(sqlite3.connect(target, isolation_level=None)) as fresh,
    ):
        damaged.row_factory = sqlite3.Row
        version = _version(damaged)
        fresh.execute("BEGIN")
        for statements in MIGRATIONS[:version]:
            for sql in statements:
                fresh.execute(sql)
        fresh.execute(f"PRAGMA user_version = {version}")
        # A page whose document is lost belongs to nobody: the key refuses it.
        fresh.execute("COMMIT")
        fresh.execute("PRAGMA foreign_keys = ON")
        fresh.execute("BEGIN")
        rows = {table: _carry(damaged, fresh, table) for table in _TABLES}
        fresh.execute("COMMIT")
    return rows


def _version(damaged: sqlite3.Connection) -> int:
    try:
        ((version,),) = damaged.execute("PRAGMA user_version").fetchall()
    except sqlite3.Error:
        return len(MIGRATIONS)
    return version if 1 <= version <= len(MIGRATIONS) else len(MIGRATIONS)


def _carry(damaged: sqlite3.Connection, fresh: sqlite3.Connection, table: str) -> int:
    known = {name for _, name, *_ in fresh.execute(f"PRAGMA table_info({table})")}
    carried = 0
    for row in _readable(damaged, table):
        columns = [name for name in row if name in known]
        places = ", ".join("?" for _ in columns)
        with contextlib.suppress(sqlite3.IntegrityError):
            fresh.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608
                [row[name] for name in columns],
            )
            carried += 1
    return carried


def _readable(damaged: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    """The rows before what cannot be read, then those behind it."""
    seen: set[int] = set()
    for direction in ("ASC", "DESC"):
        sql = f"SELECT rowid AS row_number, * FROM {table} ORDER BY rowid {direction}"  # noqa: S608
        with contextlib.suppress(sqlite3.Error):
            for found in damaged.execute(sql):
                row = dict(found)
                number = row.pop("row_number")
                if number in seen:
                    return
                seen.add(number)
                yield row


def _private(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _remove(path: Path) -> None:
    for suffix in ("", "-journal", *_COMPANIONS):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
