"""Store: one folder, one daemon, private files, and an account of what is in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from fakes.rows import OWNER, document, page
from fakes.spooled import ticket
from sheetfed.core.errors import InternalError, WrongState
from sheetfed.core.model import PageId
from sheetfed.storage.store import Store

P1, P2 = PageId("p1"), PageId("p2")


def put(
    store: Store, name: PageId, *, master: bytes = b"m" * 900, preview: bytes = b"v" * 100
) -> None:
    store.blobs.master(name).write_bytes(master)
    store.blobs.preview(name).write_bytes(preview)


def blobs(folder: Path) -> set[Path]:
    return {path for path in (folder / "store" / "blobs").rglob("*") if path.is_file()}


async def test_folders_and_files_are_the_daemons_alone(store: Store, tmp_path: Path) -> None:
    await store.catalogue.add_page(document(), page("p1"))
    (await store.spools.create(ticket())).close()
    modes = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "store").rglob("*")}
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert any(path.name == "catalogue.sqlite-wal" for path in modes)


async def test_a_second_daemon_is_told_that_the_store_is_in_use(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(WrongState, match="another sheetfed is using the store"):
        async with Store.open(tmp_path / "store", cache=tmp_path / "cache"):
            pass


async def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from sheetfed.storage import lock\n"
        "lock.take(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    (tmp_path / "store").mkdir()
    holder = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "store" / "lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(WrongState):
            async with Store.open(tmp_path / "store", cache=tmp_path / "cache"):
                pass
        holder.kill()
    async with Store.open(tmp_path / "store", cache=tmp_path / "cache"):
        pass


async def test_a_store_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InternalError, match="cannot be used"):
        async with Store.open(tmp_path / "file" / "store", cache=tmp_path / "cache"):
            pass


async def test_what_is_stored_is_counted_also_after_a_restart(tmp_path: Path) -> None:
    where = {"path": tmp_path / "store", "cache": tmp_path / "cache"}
    async with Store.open(**where) as store:
        put(store, P1)
        assert await store.blobs.sync(P1) == 1000
        assert await store.blobs.sync(P1) == 1000
        await store.catalogue.add_page(document(), page("p1", size_bytes=1000))
        assert store.used_bytes == 1000
    async with Store.open(**where) as store:
        assert store.used_bytes == 1000
        await store.blobs.drop(P1)
        assert store.used_bytes == 0


async def test_blob_names_say_nothing_of_the_page(store: Store) -> None:
    path = store.blobs.master(PageId("../../etc/passwd"))
    assert path.parent.parent.name == "blobs"
    assert path.stem.isalnum()
    assert path.parent.is_dir()


async def test_dropped_blobs_are_gone_and_may_be_dropped_again(
    store: Store, tmp_path: Path
) -> None:
    put(store, P1)
    await store.blobs.sync(P1)
    await store.blobs.drop(P1)
    await store.blobs.drop(P1)
    assert blobs(tmp_path) == set()


async def test_an_emptied_catalogue_costs_no_page_its_files(tmp_path: Path) -> None:
    where = {"path": tmp_path / "store", "cache": tmp_path / "cache"}
    async with Store.open(**where) as store:
        await store.blobs.sweep(frozenset())
        put(store, P1)
    (tmp_path / "store" / "catalogue.sqlite").write_bytes(b"")
    async with Store.open(**where) as store:
        assert await store.blobs.sweep(frozenset()) == 2
    assert len(list((tmp_path / "store").glob("lost-*/*"))) == 2


async def test_owners_are_counted_again_after_a_restart(tmp_path: Path) -> None:
    where = {"path": tmp_path / "store", "cache": tmp_path / "cache"}
    async with Store.open(**where) as store:
        await store.catalogue.add_page(document(), page("p1", size_bytes=700))
    async with Store.open(**where) as store:
        assert store.usage.of(OWNER) == store.used_bytes == 700
