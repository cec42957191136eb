"""Synced: what is said to be on the disk is, and before whatever relies on it."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes.sealed import KEYRING
from sheetfed.core.model import PageId
from sheetfed.storage.database import Database
from sheetfed.storage.keymarks import KeyMarks
from sheetfed.storage.salvage import salvage
from sheetfed.storage.store import Store

P1, P2 = PageId("p1"), PageId("p2")


class Told:
    """What the file system is told, in its order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.words: list[tuple[str, str]] = []
        self._put(monkeypatch, "fsync", lambda file: Path(f"/proc/self/fd/{file}").readlink().name)
        self._put(monkeypatch, "replace", lambda _, target: Path(target).name)
        self._put(monkeypatch, "unlink", lambda path: Path(path).name)

    def _put(self, monkeypatch: pytest.MonkeyPatch, word: str, name: Callable[..., str]) -> None:
        call = getattr(os, word)

        def told(*arguments: Any, **named: Any) -> Any:
            self.words.append((word, name(*arguments)))
            return call(*arguments, **named)

        monkeypatch.setattr(os, word, told)

    def in_order(self, *words: tuple[str, str]) -> bool:
        """Whether these were told one after the other, whatever came between."""
        left = iter(self.words)
        return all(word in left for word in words)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


def put(store: Store, page: PageId) -> None:
    for path in (store.blobs.master(page), store.blobs.preview(page)):
        path.write_bytes(b"pixels")


async def test_a_page_is_synced_with_both_files_and_their_folder(store: Store, told: Told) -> None:
    put(store, P1)
    await store.blobs.sync(P1)
    master, preview = store.blobs.master(P1), store.blobs.preview(P1)
    assert {("fsync", path.name) for path in (master, preview, master.parent)} <= set(told.words)


async def test_a_copy_is_synced_as_a_page_is(store: Store, told: Told) -> None:
    put(store, P1)
    await store.blobs.copy(P1, P2)
    copy = store.blobs.master(P2)
    assert ("fsync", copy.parent.name) in told.words


async def test_every_transaction_is_on_the_disk_when_it_is_done(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "catalogue.sqlite")
    try:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        found = [(await database.read(f"PRAGMA {pragma}"))[0][0] for pragma in pragmas]
        assert found == ["wal", 2, 1]
    finally:
        await database.close()


async def test_a_salvaged_catalogue_is_whole_before_the_damaged_one_goes(
    tmp_path: Path, told: Told
) -> None:
    path = tmp_path / "catalogue.sqlite"
    database = await Database.open(path)
    await database.close()
    await asyncio.to_thread((tmp_path / "catalogue.sqlite-wal").touch)
    told.words.clear()
    await asyncio.to_thread(salvage, path)
    assert told.in_order(
        ("fsync", "catalogue.sqlite.part"),
        ("replace", "catalogue.sqlite.salvaged"),
        ("fsync", tmp_path.name),
        ("unlink", "catalogue.sqlite-wal"),
        ("fsync", tmp_path.name),
        ("replace", "catalogue.sqlite"),
        ("fsync", tmp_path.name),
    )


def test_key_marks_are_whole_and_there_before_anything_is_sealed(
    tmp_path: Path, told: Told
) -> None:
    KeyMarks.read(tmp_path / "keys.json").save(KEYRING)
    assert told.in_order(
        ("fsync", "keys.json.part"), ("replace", "keys.json"), ("fsync", tmp_path.name)
    )
