"""Reserve: room for one more transaction on a full disk."""

import asyncio
import errno
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from fakes.rows import document, page
from sheetfed.core.errors import InternalError, StoreFull
from sheetfed.core.model import DocumentId
from sheetfed.storage import reserve as reserves
from sheetfed.storage.database import Database, Statement
from sheetfed.storage.reserve import SIZE_BYTES, Reserve
from sheetfed.storage.store import Store


def test_it_takes_its_place_on_the_disk_and_gives_it_up_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reserve = Reserve(tmp_path / "reserve")
    assert not reserve.give_up()
    reserve.take()
    status = (tmp_path / "reserve").stat()
    assert status.st_blocks * 512 >= SIZE_BYTES
    assert status.st_mode & 0o777 == 0o600
    assert reserve.give_up()
    assert not (tmp_path / "reserve").exists()
    assert "the reserve is used" in caplog.text
    assert not reserve.give_up()


def test_that_of_an_earlier_run_is_kept_however_full_the_disk_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Reserve(tmp_path / "reserve").take()
    monkeypatch.setattr(reserves, "disk_free_bytes", lambda _: 0)
    reserve = Reserve(tmp_path / "reserve")
    reserve.take()
    assert reserve.is_held


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, ""), (errno.EOPNOTSUPP, "no reserve for a full disk")]
)
def test_where_there_can_be_none_there_is_none(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    number: int,
    said: str,
) -> None:
    def refuse(*_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    reserve = Reserve(tmp_path / "reserve")
    reserve.take()
    assert not reserve.is_held
    assert list(tmp_path.iterdir()) == []
    assert caplog.text.count(said or "reserve") == bool(said)


def test_it_is_not_taken_from_the_last_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reserves, "disk_free_bytes", lambda _: SIZE_BYTES)
    reserve = Reserve(tmp_path / "reserve")
    reserve.take()
    assert not reserve.is_held
    assert list(tmp_path.iterdir()) == []


async def test_a_transaction_that_finds_the_disk_full_uses_it_and_it_is_filled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own limit stands for the disk's end: it moves when the reserve is given up."""
    async with Store.open(tmp_path / "store", cache=tmp_path / "cache") as store:
        database = store.catalogue._database
        ((size,),) = await database.read("PRAGMA page_count")
        await database._connection.execute(f"PRAGMA max_page_count = {size}")
        real, place = database._commit, tmp_path / "store" / "reserve"
        seen: list[bool] = []

        async def commit(statements: Iterable[Statement]) -> None:
            seen.append(await asyncio.to_thread(place.exists))
            if not seen[-1]:
                await database._connection.execute("PRAGMA max_page_count = 1000000")
            await real(statements)

        monkeypatch.setattr(database, "_commit", commit)
        many = [page(f"p{number}") for number in range(500)]
        full = document("d1", *(each.id for each in many))
        await store.catalogue.arrange([full], many)
        ((found, _),) = await store.catalogue.documents()
        assert len(found.pages) == 500
        assert seen == [True, False]
        assert place.exists()


async def test_without_it_a_full_disk_is_a_full_store_and_nothing_changes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with Store.open(tmp_path / "store", cache=tmp_path / "cache") as store:
        await store.catalogue.add_page(document(), page("p1"))
        database = store.catalogue._database
        ((size,),) = await database.read("PRAGMA page_count")
        await database._connection.execute(f"PRAGMA max_page_count = {size}")
        many = [page(f"q{number}", "d2") for number in range(500)]
        with pytest.raises(StoreFull):
            await store.catalogue.arrange([document("d2", *(p.id for p in many))], many)
        assert "the catalogue cannot be written" in caplog.text
        ((found, _),) = await store.catalogue.documents()
        assert found.pages == ("p1",)
        await store.catalogue.drop_document(DocumentId("d1"))
        await database._connection.execute("PRAGMA max_page_count = 1000000")
        await store.catalogue.arrange([document("d2", *(p.id for p in many))], many)


async def test_a_catalogue_that_may_not_be_written_says_so_and_recovers(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    database: Database = store.catalogue._database
    await database._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(InternalError, match="readonly"):
        await store.catalogue.add_page(document(), page("p1"))
    assert "the catalogue cannot be written: attempt to write a readonly database" in caplog.text
    await database._connection.execute("PRAGMA query_only = OFF")
    await store.catalogue.add_page(document(), page("p1"))
    assert len(await store.catalogue.documents()) == 1
