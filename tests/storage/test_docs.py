"""docs/store.md: the tables and the files that it names are those that there are."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from fakes.rows import document, page
from fakes.spooled import ticket
from sheetfed.storage.schema import MIGRATIONS
from sheetfed.storage.store import Store

TEXT = (Path(__file__).parents[2] / "docs" / "store.md").read_text("utf-8")


def test_every_column_of_every_table_is_told() -> None:
    with closing(sqlite3.connect(":memory:")) as rows:
        for statements in MIGRATIONS:
            for sql in statements:
                rows.execute(sql)
        found = {
            table: [name for _, name, *_ in rows.execute(f"PRAGMA table_info({table})")]
            for (table,) in rows.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
    listed = re.findall(r"^\| `(documents|pages|jobs|grants)` \| (.*) \|$", TEXT, re.MULTILINE)
    assert {table: re.findall(r"`(\w+)`", columns) for table, columns in listed} == found


async def test_every_file_and_folder_of_a_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store"
    async with Store.open(path, cache=tmp_path / "cache") as store:
        await store.catalogue.add_page(document(), page("p1"))
        (await store.spools.create(ticket())).close()
        await store.keys.settle()
        there = {each.name for each in path.iterdir()}
    told = set(re.findall(r"^\| `([\w.-]+)", TEXT, re.MULTILINE))
    assert {re.sub(r"-(wal|shm)$", "", name) for name in there} <= told
