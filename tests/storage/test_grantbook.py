"""Grant book: what was decided comes back as it was; what cannot be read lets nobody in."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.rows import grant
from sheetfed.core.permissions import NONE
from sheetfed.storage.store import Store


async def test_grants_come_back_as_they_were_saved_last(store: Store) -> None:
    decided = replace(grant(None, since=5.0), request=None, until=None, last_used=None)
    await store.grants.save(replace(grant(), permissions=NONE))
    await store.grants.save(grant())
    await store.grants.save(decided)
    assert await store.grants.grants() == [decided, grant()]


async def test_one_that_is_dropped_is_gone(store: Store) -> None:
    await store.grants.save(grant())
    await store.grants.drop(grant().id)
    assert await store.grants.grants() == []


async def test_a_row_with_an_unknown_permission_lets_nobody_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with Store.open(tmp_path / "store", cache=tmp_path / "cache") as store:
        await store.grants.save(grant())
        await store.grants.save(grant(None))
    with closing(sqlite3.connect(tmp_path / "store" / "catalogue.sqlite")) as rows:
        rows.execute("UPDATE grants SET permissions = 'scan everything' WHERE uid IS NULL")
        rows.commit()
    async with Store.open(tmp_path / "store", cache=tmp_path / "cache") as store:
        assert await store.grants.grants() == [grant()]
    assert "its web origin is not let in" in caplog.text
