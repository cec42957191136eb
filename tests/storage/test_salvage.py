"""Salvage: a damaged catalogue is set aside, and what can be read of it is taken over."""

import asyncio
import sqlite3
from contextlib import AbstractAsyncContextManager, closing, suppress
from pathlib import Path

import pytest

from fakes.rows import document, grant, job, page
from sheetfed.core.errors import InternalError, WrongState
from sheetfed.core.model import DocumentId, PageId
from sheetfed.storage import salvage as salvages
from sheetfed.storage.salvage import finish, salvage
from sheetfed.storage.schema import MIGRATIONS
from sheetfed.storage.store import Store

DOCUMENTS, PAGES_EACH = 200, 2
NAMES = [PageId(f"p{number}-{index}") for number in range(DOCUMENTS) for index in range(PAGES_EACH)]


@pytest.fixture
async def catalogue(tmp_path: Path) -> Path:
    """One with rows enough to take many blocks of its file."""
    names = [f"d{number}" for number in range(DOCUMENTS)]
    pages = [page(name, f"d{name[1:].partition('-')[0]}") for name in NAMES]
    full = [document(name, *(page.id for page in pages if page.document == name)) for name in names]
    async with opened(tmp_path) as store:
        await store.catalogue.arrange(full, pages)
        await store.jobs.save(job("j1", ended=5.0))
        await store.grants.save(grant())
    return tmp_path / "store" / "catalogue.sqlite"


def opened(folder: Path) -> AbstractAsyncContextManager[Store]:
    return Store.open(folder / "store", cache=folder / "cache")


def damage(path: Path, table: str = "pages") -> None:
    """Overwrite a block in the middle of a table."""
    with closing(sqlite3.connect(path)) as rows:
        ((block_bytes,),) = rows.execute("PRAGMA page_size").fetchall()
        ((root,),) = rows.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)
        ).fetchall()
    data = bytearray(path.read_bytes())
    interior = data[(root - 1) * block_bytes : root * block_bytes]
    cells = int.from_bytes(interior[3:5], "big")
    at = int.from_bytes(interior[12 + 2 * (cells // 2) :][:2], "big")
    block = int.from_bytes(interior[at : at + 4], "big")
    data[(block - 1) * block_bytes : block * block_bytes] = b"\xff" * block_bytes
    path.write_bytes(bytes(data))


async def pages_of(store: Store) -> set[PageId]:
    return {page.id for _, pages in await store.catalogue.documents() for page in pages}


async def test_what_lies_before_and_behind_the_damage_is_taken_over(
    catalogue: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damage(catalogue)
    before = catalogue.read_bytes()
    async with opened(tmp_path) as store:
        pages = await pages_of(store)
        assert len(await store.catalogue.documents()) == DOCUMENTS
        assert len(await store.jobs.jobs()) == 1
        assert await store.grants.grants() == [grant()]
    assert {NAMES[0], NAMES[-1]} <= pages
    assert len(NAMES) * 0.8 < len(pages) < len(NAMES)
    (damaged,) = catalogue.parent.glob("catalogue.damaged-*.sqlite")
    assert damaged.read_bytes() == before
    said = f"{DOCUMENTS} documents, {len(pages)} pages, 1 jobs and 1 grants could be read"
    assert said in caplog.text
    assert str(damaged) in caplog.text


async def test_the_files_of_pages_that_are_lost_are_set_aside(
    catalogue: Path, tmp_path: Path
) -> None:
    async with opened(tmp_path) as store:
        for name in NAMES:
            store.blobs.master(name).write_bytes(b"m")
            store.blobs.preview(name).write_bytes(b"v")
    damage(catalogue)
    async with opened(tmp_path) as store:
        known = await pages_of(store)
    # It is cut off before the sweep: the next start goes on with what is to be done.
    async with opened(tmp_path) as store:
        await store.blobs.sweep(known)
    (lost,) = catalogue.parent.glob("lost-*")
    assert len(list(lost.iterdir())) == 2 * (len(NAMES) - len(known))
    async with opened(tmp_path) as store:
        assert await store.blobs.sweep(known) == 0


async def test_pages_whose_document_is_lost_are_nobodys(catalogue: Path, tmp_path: Path) -> None:
    damage(catalogue, "documents")
    async with opened(tmp_path) as store:
        found = await store.catalogue.documents()
    assert 0 < len(found) < DOCUMENTS
    assert all(len(pages) == PAGES_EACH for _, pages in found)


@pytest.mark.parametrize(
    "content", [b"this is no database at all" * 1000, b"SQLite format 3\0" * 9]
)
async def test_of_what_is_no_catalogue_nothing_is_taken_over(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "catalogue.sqlite").write_bytes(content)
    async with opened(tmp_path) as store:
        assert await store.catalogue.documents() == []
        await store.catalogue.add_page(document(), page("p1"))
    (damaged,) = (tmp_path / "store").glob("catalogue.damaged-*.sqlite")
    assert damaged.read_bytes() == content


async def test_a_damaged_catalogue_of_the_first_version_is_brought_up_to_date(
    tmp_path: Path,
) -> None:
    (tmp_path / "store").mkdir()
    path = tmp_path / "store" / "catalogue.sqlite"
    with closing(sqlite3.connect(path)) as rows:
        for sql in MIGRATIONS[0]:
            rows.execute(sql)
        rows.execute("PRAGMA user_version = 1")
        for number in range(400):
            rows.execute(
                "INSERT INTO documents VALUES (?, 1000, NULL, NULL, 1, 1)", (f"d{number}",)
            )
            rows.execute(
                "INSERT INTO pages VALUES (?, ?, 0, NULL, 0, 9, 9, 'gray', 8, 300, 300, 1, 1)",
                (f"p{number}", f"d{number}"),
            )
        rows.commit()
    damage(path)
    async with opened(tmp_path) as store:
        found = await store.catalogue.documents()
        pages = await pages_of(store)
    assert len(found) == 400
    assert {"p0", "p399"} <= pages
    assert len(pages) < 400


async def test_rows_that_do_not_fit_the_tables_are_left_out(catalogue: Path) -> None:
    with closing(sqlite3.connect(catalogue)) as rows:
        rows.execute("PRAGMA writable_schema = ON")
        rows.execute("UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '')")
        rows.commit()
    with closing(sqlite3.connect(catalogue)) as rows:
        rows.execute("UPDATE pages SET width_px = 'wide' WHERE id = 'p3-1'")
        rows.commit()
    found = await asyncio.to_thread(salvage, catalogue)
    assert found.rows["pages"] == len(NAMES) - 1


async def test_the_log_of_a_damaged_catalogue_is_read_and_kept(
    catalogue: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy" / "catalogue.sqlite"
    copy.parent.mkdir()
    async with opened(tmp_path) as store:
        await store.catalogue.drop_document(DocumentId("d0"))
        for suffix in ("", "-wal", "-shm"):
            Path(f"{copy}{suffix}").write_bytes(Path(f"{catalogue}{suffix}").read_bytes())
    found = await asyncio.to_thread(salvage, copy)
    assert found.rows["documents"] == DOCUMENTS - 1
    kept = {path.name.partition(".sqlite")[2] for path in copy.parent.glob("catalogue.damaged-*")}
    assert kept == {"", "-wal", "-shm"}
    assert not Path(f"{copy}-wal").exists()


@pytest.mark.parametrize("step", range(5))
async def test_a_salvage_that_is_cut_off_anywhere_is_done_by_the_next_start(
    catalogue: Path, tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(catalogue)
    before = catalogue.read_bytes()
    real, done = salvages.sync, []

    def cut_off(path: Path) -> None:
        if len(done) == step:
            raise InterruptedError("the machine stopped")
        done.append(path)
        real(path)

    with monkeypatch.context() as patched:
        patched.setattr(salvages, "sync", cut_off)
        with suppress(InterruptedError):
            await asyncio.to_thread(salvage, catalogue)
    async with opened(tmp_path) as store:
        assert len(await pages_of(store)) > len(NAMES) * 0.8
    damaged = list(catalogue.parent.glob("catalogue.damaged-*.sqlite"))
    assert [path.read_bytes() for path in damaged] == [before]
    left = {path.name for path in catalogue.parent.glob("catalogue.sqlite*")}
    assert left == {"catalogue.sqlite"}


async def test_nothing_is_to_be_finished_where_nothing_was_begun(catalogue: Path) -> None:
    before = catalogue.read_bytes()
    await asyncio.to_thread(finish, catalogue)
    assert catalogue.read_bytes() == before
    assert list(catalogue.parent.glob("*damaged*")) == []


async def test_a_newer_store_is_refused_and_not_set_aside(catalogue: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(catalogue)) as rows:
        rows.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(WrongState, match="newer sheetfed"):
        async with opened(tmp_path):
            pass
    assert list(catalogue.parent.glob("*damaged*")) == []


async def test_a_catalogue_that_cannot_be_replaced_stays_as_it_was(
    catalogue: Path, tmp_path: Path
) -> None:
    damage(catalogue)
    before = catalogue.read_bytes()
    catalogue.with_name("catalogue.sqlite.part").mkdir()
    (catalogue.with_name("catalogue.sqlite.part") / "in the way").touch()
    with pytest.raises(InternalError):
        async with opened(tmp_path):
            pass
    assert catalogue.read_bytes() == before


@pytest.mark.parametrize(
    "change", ["mode = 'colXr'", "edits = '[{'", "edits = '[7]'", 'edits = \'[{"op": "burn"}]\'']
)
async def test_a_row_that_cannot_be_understood_costs_its_page_and_keeps_its_files(
    catalogue: Path, tmp_path: Path, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path) as store:
        await store.blobs.sweep(await pages_of(store))
        for name in ("p3-0", "p3-1"):
            store.blobs.master(PageId(name)).write_bytes(b"m")
    with closing(sqlite3.connect(catalogue)) as rows:
        rows.execute(f"UPDATE pages SET {change} WHERE id = 'p3-1'")
        rows.commit()
    async with opened(tmp_path) as store:
        known = await pages_of(store)
        assert known == set(NAMES) - {PageId("p3-1")}
        assert await store.blobs.sweep(known) == 1
    assert "1 rows of pages cannot be read" in caplog.text
    assert len(list(catalogue.parent.glob("lost-*/*.master"))) == 1


async def test_the_row_of_a_job_that_cannot_be_understood_is_left_out(
    catalogue: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(catalogue)) as rows:
        rows.execute("UPDATE jobs SET state = 'dreaming'")
        rows.commit()
    async with opened(tmp_path) as store:
        await store.jobs.save(job("j2"))
        assert [found.id for found in await store.jobs.jobs()] == ["j2"]
    assert "the row of a job cannot be read" in caplog.text
