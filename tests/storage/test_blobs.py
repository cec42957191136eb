"""Blobs: two files a page, copied without copying, removed at once or tried again."""

import asyncio
import errno
import os
from pathlib import Path

import pytest

from sheetfed.core.errors import DamagedImage, InternalError, StoreFull
from sheetfed.core.model import Owner, PageId
from sheetfed.storage import faults
from sheetfed.storage.blobs import Blobs
from sheetfed.storage.store import Store
from sheetfed.storage.usage import Usage

P1, P2 = PageId("p1"), PageId("p2")


def put(blobs: Blobs, name: PageId) -> None:
    for path, content in ((blobs.master(name), b"m" * 900), (blobs.preview(name), b"v" * 100)):
        path.write_bytes(content)
        path.chmod(0o600)


async def test_a_copy_is_the_same_file_and_stays_when_the_first_goes(store: Store) -> None:
    blobs = store.blobs
    put(blobs, P1)
    assert await blobs.sync(P1) == await blobs.copy(P1, P2) == 1000
    assert blobs.master(P1).samefile(blobs.master(P2))
    assert store.usage.used_bytes == 2000
    await blobs.drop(P1)
    assert blobs.master(P2).read_bytes() == b"m" * 900
    assert blobs.preview(P2).read_bytes() == b"v" * 100
    assert store.usage.used_bytes == 1000


async def test_where_there_are_no_links_a_copy_is_a_private_file_of_its_own(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    put(store.blobs, P1)
    monkeypatch.setattr(os, "link", refuse)
    assert await store.blobs.copy(P1, P2) == 1000
    copy = store.blobs.master(P2)
    assert not copy.samefile(store.blobs.master(P1))
    assert copy.read_bytes() == b"m" * 900
    assert copy.stat().st_mode & 0o777 == 0o600


async def test_a_copy_of_half_a_page_leaves_nothing(store: Store) -> None:
    put(store.blobs, P1)
    store.blobs.preview(P1).unlink()
    with pytest.raises(DamagedImage):
        await store.blobs.copy(P1, P2)
    assert not store.blobs.master(P2).exists()


async def test_a_page_is_not_copied_over_another(store: Store) -> None:
    put(store.blobs, P1)
    put(store.blobs, P2)
    store.blobs.master(P2).write_bytes(b"other")
    with pytest.raises(InternalError):
        await store.blobs.copy(P1, P2)
    assert store.blobs.master(P2).read_bytes() == b"other"


async def test_files_that_cannot_be_synced_are_said(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(InternalError, match="cannot be synced"):
        await store.blobs.sync(P1)
    assert "cannot be synced: No such file" in caplog.text


async def test_what_cannot_be_removed_counts_and_is_removed_with_the_next_page(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    blobs = store.blobs
    put(blobs, P1)
    put(blobs, P2)
    await blobs.sync(P1)
    await blobs.sync(P2)
    folder = blobs.master(P1).parent
    folder.rename(folder.with_name("elsewhere"))
    folder.touch()
    await blobs.drop(P1)
    assert "tried again" in caplog.text
    assert store.usage.used_bytes == 2000
    folder.unlink()
    folder.with_name("elsewhere").rename(folder)
    await blobs.drop(P2)
    assert not blobs.master(P1).exists()
    assert store.usage.used_bytes == 0


async def test_a_page_that_comes_back_is_not_removed_once_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    put(store.blobs, P1)
    await store.blobs.sync(P1)
    with monkeypatch.context() as broken:
        broken.setattr(os, "unlink", refuse)
        await store.blobs.drop(P1)
    put(store.blobs, P1)
    await store.blobs.sync(P1)
    await store.blobs.drop(P2)
    assert store.blobs.master(P1).exists()


async def test_the_sweep_removes_what_belongs_to_no_page(store: Store) -> None:
    blobs = store.blobs
    await blobs.sweep(frozenset())
    put(blobs, P1)
    put(blobs, P2)
    blobs.master(P1).with_suffix(".master.part").write_bytes(b"half")
    drawn = blobs.master(P1).with_suffix(".master.draw")
    drawn.mkdir()
    (drawn / "page.png").write_bytes(b"half")
    assert await blobs.sweep({P1}) == 4
    left = {path for path in blobs.master(P1).parents[1].rglob("*") if path.is_file()}
    assert left == {blobs.master(P1), blobs.preview(P1)}


async def test_a_disk_with_bad_spots_is_swept_as_far_as_it_goes(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    put(store.blobs, P1)
    folder = store.blobs.master(P2).parent
    folder.rename(folder.with_name("elsewhere"))
    folder.touch()
    monkeypatch.setattr(os, "unlink", refuse)
    assert await store.blobs.sweep(frozenset()) == 2
    assert "a folder of pages' files cannot be read" in caplog.text
    assert "the next start tries again" in caplog.text


async def test_a_page_whose_files_are_missing_is_said_at_the_start(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    put(store.blobs, P1)
    store.blobs.preview(P1).unlink()
    await store.blobs.sweep({P1, P2})
    assert "the master files of 1 pages are missing" in caplog.text
    assert "the preview files of 2 pages are missing" in caplog.text


async def test_files_that_a_lost_catalogue_named_are_set_aside_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        blobs = Blobs(folder=tmp_path / "blobs", usage=Usage())
        await asyncio.to_thread(blobs.prepare)
        put(blobs, P1)
        await asyncio.to_thread(blobs.keep_unknown)
    assert await Blobs(folder=tmp_path / "blobs", usage=Usage()).sweep(frozenset()) == 2
    (lost,) = tmp_path.glob("lost-*")
    assert {path.name for path in lost.iterdir()} == {
        blobs.master(P1).name,
        blobs.preview(P1).name,
    }
    assert lost.stat().st_mode & 0o777 == 0o700
    assert str(lost) in caplog.text
    put(blobs, P2)
    assert await blobs.sweep(frozenset()) == 2
    assert list(tmp_path.glob("lost-*")) == [lost]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EROFS, StoreFull),
        (errno.EACCES, StoreFull),
        (errno.EIO, InternalError),
    ],
)
def test_the_journal_says_what_the_file_system_refused(
    number: int, told: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    assert isinstance(faults.told(OSError(number, ""), "a page cannot be written"), told)
    assert f"a page cannot be written: {os.strerror(number)}" in caplog.text


async def test_a_page_belongs_to_whom_it_was_reserved_for(store: Store) -> None:
    await store.room.reserve(P1, Owner(7))
    put(store.blobs, P1)
    await store.blobs.sync(P1)
    assert store.usage.of(Owner(7)) == 1000
