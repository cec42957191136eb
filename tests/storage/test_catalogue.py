"""Catalogue: what was committed is there, in order, whatever happens to the process."""

import asyncio
import os
import sqlite3
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.rows import document, page
from sheetfed.core.edits import Crop, Rotate
from sheetfed.core.errors import InternalError, StoreFull, WrongState
from sheetfed.core.model import DocumentId, Owner
from sheetfed.storage.catalogue import Catalogue
from sheetfed.storage.database import Database, Row, translated
from sheetfed.storage.schema import MIGRATIONS
from sheetfed.storage.store import Store


async def names(store: Store) -> dict[str, list[str]]:
    rows = await store.catalogue.documents()
    assert all(document.pages == tuple(page.id for page in pages) for document, pages in rows)
    return {document.id: list(document.pages) for document, _ in rows}


async def test_a_page_brings_its_document_along(store: Store) -> None:
    await store.catalogue.add_page(document(), page("p1"))
    ((found, pages),) = await store.catalogue.documents()
    assert found == document("d1", "p1")
    assert list(pages) == [page("p1")]


async def test_a_program_has_no_origin_and_a_loaded_page_no_job(store: Store) -> None:
    ours = replace(document(), owner=Owner(0), instance=None)
    await store.catalogue.add_page(ours, replace(page("p1"), job=None))
    ((found, (loaded,)),) = await store.catalogue.documents()
    assert (found.owner, found.instance, loaded.job) == (Owner(0), None, None)


async def test_pages_are_appended_in_the_order_they_come(store: Store) -> None:
    for name in ("p2", "p1", "p3"):
        await store.catalogue.add_page(document(), page(name))
    assert await names(store) == {"d1": ["p2", "p1", "p3"]}


async def test_adding_a_page_again_changes_nothing(store: Store) -> None:
    await store.catalogue.add_page(document(), page("p1"))
    await store.catalogue.add_page(document(), page("p2"))
    await store.catalogue.add_page(document(), page("p1", size_bytes=5))
    ((_, pages),) = await store.catalogue.documents()
    assert list(pages) == [page("p1"), page("p2")]


async def test_arranging_orders_and_removes(store: Store) -> None:
    for name in ("p1", "p2", "p3", "p4"):
        await store.catalogue.add_page(document(), page(name))
    await store.catalogue.add_page(document("d2"), page("q1", "d2"))
    await store.catalogue.arrange([document("d1", "p4", "p1", "p3")])
    assert await names(store) == {"d1": ["p4", "p1", "p3"], "d2": ["q1"]}
    await store.catalogue.add_page(document(), page("p5"))
    assert await names(store) == {"d1": ["p4", "p1", "p3", "p5"], "d2": ["q1"]}


async def test_arranging_moves_pages_between_documents(store: Store) -> None:
    for name in ("p1", "p2", "p3"):
        await store.catalogue.add_page(document(), page(name))
    await store.catalogue.add_page(document("d2"), page("q1", "d2"))
    await store.catalogue.arrange(
        [document("d1", "p2"), document("d2", "p3", "q1"), document("d3", "p1")]
    )
    assert await names(store) == {"d1": ["p2"], "d2": ["p3", "q1"], "d3": ["p1"]}
    pages = [page for _, pages in await store.catalogue.documents() for page in pages]
    assert [found.document for found in pages] == ["d1", "d2", "d2", "d3"]


async def test_arranging_puts_new_pages_between_others(store: Store) -> None:
    for name in ("p1", "p2"):
        await store.catalogue.add_page(document(), page(name))
    edited = replace(page("p3"), edits=(Rotate(90),))
    await store.catalogue.arrange([document("d1", "p1", "p3", "p2", "p4")], [edited, page("p4")])
    ((_, pages),) = await store.catalogue.documents()
    assert [found.id for found in pages] == ["p1", "p3", "p2", "p4"]
    assert pages[1] == edited


async def test_an_arrangement_that_cannot_be_written_whole_is_not_written(store: Store) -> None:
    await store.catalogue.add_page(document(), page("p1"))
    await store.catalogue.add_page(document("d2"), page("q1", "d2"))
    broken = replace(page("p2", "d3"), created=float("nan"))
    with pytest.raises(InternalError):
        await store.catalogue.arrange([document("d1"), document("d2", "p1", "q1")], [broken])
    assert await names(store) == {"d1": ["p1"], "d2": ["q1"]}


async def test_arranging_no_pages_keeps_an_empty_document(store: Store) -> None:
    await store.catalogue.add_page(document(), page("p1"))
    await store.catalogue.arrange([document()])
    assert await names(store) == {"d1": []}


async def test_what_is_said_of_a_document_comes_back(store: Store) -> None:
    described = replace(
        document("d1", "p1"),
        name="bills",
        metadata='{"year":2024}',
        current=0,
        password_hash="scrypt:1",
    )
    await store.catalogue.save_document(replace(described, pages=(), name="", current=-1))
    await store.catalogue.add_page(described, page("p1"))
    ((found, _),) = await store.catalogue.documents()
    assert found == described
    await store.catalogue.save_document(replace(described, name="letters"))
    ((found, pages),) = await store.catalogue.documents()
    assert (found.name, len(pages)) == ("letters", 1)


async def test_a_page_that_is_looked_at_but_gone_is_the_last_one(store: Store) -> None:
    await store.catalogue.arrange([replace(document("d1", "p1"), current=7)], [page("p1")])
    ((found, _),) = await store.catalogue.documents()
    assert found.current == 0


async def test_edits_come_back_with_what_is_undone(store: Store) -> None:
    await store.catalogue.add_page(document(), page("p1"))
    edited = replace(page("p1"), edits=(Rotate(90), Crop(1, 2, 3, 4)), undone=1)
    await store.catalogue.set_edits(edited)
    ((_, (found,)),) = await store.catalogue.documents()
    assert found == edited


async def test_a_dropped_document_takes_its_pages_along(store: Store) -> None:
    await store.catalogue.add_page(document(), page("p1"))
    await store.catalogue.add_page(document("d2"), page("q1", "d2"))
    await store.catalogue.drop_document(DocumentId("d1"))
    assert await names(store) == {"d2": ["q1"]}


async def test_a_document_never_gets_older_by_being_saved(store: Store) -> None:
    for last_used in (10.0, 99.0, 50.0):
        await store.catalogue.save_document(document(last_used=last_used))
    ((found, _),) = await store.catalogue.documents()
    assert found.last_used == 99.0


async def test_a_cancelled_caller_leaves_a_whole_transaction(store: Store) -> None:
    adding = asyncio.create_task(store.catalogue.add_page(document(), page("p1")))
    await asyncio.sleep(0)
    adding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await adding
    await store.catalogue.add_page(document(), page("p2"))
    assert await names(store) == {"d1": ["p1", "p2"]}


async def test_many_writers_at_once_do_not_mix(store: Store) -> None:
    await asyncio.gather(
        *(store.catalogue.add_page(document(), page(f"p{number}")) for number in range(50))
    )
    assert (await names(store))["d1"] == [f"p{number}" for number in range(50)]


async def test_every_page_committed_before_a_kill_is_there(tmp_path: Path) -> None:
    writer = tmp_path / "writer.py"
    writer.write_text(
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from fakes.rows import document, page\n"
        "from sheetfed.storage.store import Store\n"
        "async def main(folder):\n"
        "    async with Store.open(folder / 'store', cache=folder / 'cache') as store:\n"
        "        for number in range(100_000):\n"
        "            await store.catalogue.add_page(document(), page(f'p{number}'))\n"
        "            print(number, flush=True)\n"
        "asyncio.run(main(Path(sys.argv[1])))\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(writer, tmp_path),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    for _ in range(20):
        await process.stdout.readline()
    process.kill()
    told = 20 + len((await process.stdout.read()).split())
    await process.wait()
    async with Store.open(tmp_path / "store", cache=tmp_path / "cache") as store:
        pages = (await names(store))["d1"]
    assert pages[:told] == [f"p{number}" for number in range(told)]
    assert len(pages) <= told + 1


async def test_however_many_pages_there_are_two_queries_load_them(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store" / "catalogue.sqlite"
    with sqlite3.connect(path) as rows:
        rows.executemany(
            "INSERT INTO documents (id, uid, created, last_used) VALUES (?, 1000, 1, 1)",
            [(f"d{number}",) for number in range(500)],
        )
        rows.executemany(
            "INSERT INTO pages VALUES (?, ?, ?, NULL, 0, 2480, 3508, 'color', 8, 300, 300, 1, 1,"
            " '[]', 0)",
            [(f"p{number}", f"d{number % 500}", number) for number in range(10_000)],
        )
    rows.close()
    read, queries = Database.read, []

    async def counted(self: Database, sql: str) -> list[Row]:
        queries.append(sql)
        return await read(self, sql)

    monkeypatch.setattr(Database, "read", counted)
    documents = await store.catalogue.documents()
    assert sum(len(pages) for _, pages in documents) == 10_000
    assert len(queries) == 2


async def test_closing_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    database = await Database.open(tmp_path / "c.sqlite")
    (ours,) = {
        thread
        for thread in set(threading.enumerate()) - before
        if not thread.name.startswith("asyncio_")
    }
    await database.close()
    assert not ours.is_alive()


async def test_closing_finishes_what_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    database = await Database.open(path)
    adding = asyncio.create_task(Catalogue(database=database).add_page(document(), page("p1")))
    await asyncio.sleep(0)
    await database.close()
    await adding
    database = await Database.open(path)
    ((_, pages),) = await Catalogue(database=database).documents()
    assert [stored.id for stored in pages] == ["p1"]
    await database.close()


async def test_a_catalogue_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "c.sqlite") as rows:
        rows.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    rows.close()
    with pytest.raises(WrongState, match="newer"):
        await Database.open(tmp_path / "c.sqlite")


async def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.sqlite").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(InternalError):
        await Database.open(tmp_path / "c.sqlite")


async def test_what_is_committed_is_synced(store: Store, tmp_path: Path) -> None:
    (mode,) = await store.catalogue._database.read("PRAGMA synchronous")
    (journal,) = await store.catalogue._database.read("PRAGMA journal_mode")
    assert (mode, journal) == ((2,), ("wal",))


async def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    database = store.catalogue._database
    with pytest.raises(InternalError):
        await database.write(
            ("INSERT INTO documents (id, uid, created, last_used) VALUES ('d9', 1, 1, 1)", ()),
            ("INSERT INTO nothing VALUES (1)", ()),
        )
    assert await names(store) == {}
    await store.catalogue.add_page(document(), page("p1"))
    assert await names(store) == {"d1": ["p1"]}


def test_a_full_disk_is_told_as_a_full_store() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE rows (data)")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as met:
        connection.execute("INSERT INTO rows VALUES (zeroblob(100000))")
    connection.close()
    assert isinstance(translated(met.value), StoreFull)
