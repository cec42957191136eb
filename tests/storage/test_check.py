"""Check: every file that is missing, too many, of a wrong size or open to others is named."""

import asyncio
import os
import sqlite3
from pathlib import Path

import pytest

from fakes.rows import document, page
from fakes.spooled import ticket
from sheetfed.core.model import PageId
from sheetfed.core.upkeep import Finding, Flaw
from sheetfed.storage.check import YOUNG_S, StoreFolder, catalogued, survey
from sheetfed.storage.naming import file_name
from sheetfed.storage.store import Store

P1, P2 = PageId("p1"), PageId("p2")
SIZES = {P1: 1000, P2: 1000}


def place(name: PageId, kind: str) -> str:
    return f"blobs/{file_name(name)[:2]}/{file_name(name)}.{kind}"


@pytest.fixture
async def folder(store: Store, tmp_path: Path) -> Path:
    """A sound store with two pages."""
    for name in (P1, P2):
        for path, content in (
            (store.blobs.master(name), b"m" * 900),
            (store.blobs.preview(name), b"v" * 100),
        ):
            path.write_bytes(content)
            path.chmod(0o600)
        await store.catalogue.add_page(document(), page(name, size_bytes=1000))
    (await store.spools.create(ticket("p3"))).close()
    return tmp_path / "store"


def test_a_sound_store_has_no_flaws(folder: Path) -> None:
    assert survey(folder, SIZES) == []


def test_missing_files_are_named(folder: Path) -> None:
    (folder / place(P1, "preview")).unlink()
    for kind in ("master", "preview"):
        (folder / place(P2, kind)).unlink()
    assert survey(folder, SIZES) == [
        Finding(Flaw.MISSING, place(P1, "preview"), P1),
        Finding(Flaw.MISSING, place(P2, "master"), P2),
        Finding(Flaw.MISSING, place(P2, "preview"), P2),
    ]


def test_a_file_of_a_wrong_size_is_named(folder: Path) -> None:
    with (folder / place(P1, "master")).open("ab") as file:
        file.write(b"m")
    assert survey(folder, SIZES) == [Finding(Flaw.WRONG_SIZE, place(P1, "master"), P1)]


def test_files_and_folders_that_others_may_read_are_named(folder: Path) -> None:
    (folder / place(P1, "master")).chmod(0o640)
    (folder / "catalogue.sqlite").chmod(0o644)
    (folder / "spool").chmod(0o755)
    for path in (folder / "spool").iterdir():
        path.chmod(0o604)
        spool = f"spool/{path.name}"
    assert set(survey(folder, SIZES)) == {
        Finding(Flaw.WRONG_MODE, place(P1, "master"), P1),
        Finding(Flaw.WRONG_MODE, "catalogue.sqlite"),
        Finding(Flaw.WRONG_MODE, "spool"),
        Finding(Flaw.WRONG_MODE, spool),
    }


def test_files_of_no_page_are_named(folder: Path) -> None:
    torn = folder / (place(P1, "master") + ".part")
    torn.touch(mode=0o600)
    found = survey(folder, {P1: 1000})
    assert {finding.file for finding in found} == {
        place(P1, "master") + ".part",
        place(P2, "master"),
        place(P2, "preview"),
    }
    assert {(finding.flaw, finding.page) for finding in found} == {(Flaw.ORPHAN, None)}


async def test_what_is_just_being_taken_in_is_no_orphan(folder: Path) -> None:
    assert await StoreFolder(folder).survey({P1: 1000}) == []
    for kind in ("master", "preview"):
        path = folder / place(P2, kind)
        then = path.stat().st_mtime - YOUNG_S - 1
        os.utime(path, (then, then))
    assert len(await StoreFolder(folder).survey({P1: 1000})) == 2


def test_a_folder_that_is_gone_is_many_missing_files(folder: Path) -> None:
    for path in (folder / place(P1, "master")).parent.iterdir():
        path.unlink()
    (folder / place(P1, "master")).parent.rmdir()
    assert {finding.flaw for finding in survey(folder, {P1: 1000}, young_s=60)} == {Flaw.MISSING}


async def test_a_closed_store_can_be_checked_by_its_folder_alone(tmp_path: Path) -> None:
    path = tmp_path / "store"
    async with Store.open(path, cache=tmp_path / "cache") as store:
        await store.catalogue.add_page(document(), page("p1", size_bytes=1000))
        await store.blobs.sweep({P1})
    pages = await asyncio.to_thread(catalogued, path)
    found = await asyncio.to_thread(survey, path, pages)
    assert [(finding.flaw, finding.page) for finding in found] == [(Flaw.MISSING, P1)] * 2


def test_a_folder_without_a_catalogue_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error):
        catalogued(tmp_path)
