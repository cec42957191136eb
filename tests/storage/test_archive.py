"""Archive: what was written comes back the same, through whatever it comes."""

import asyncio
import errno
import hashlib
import io
import json
import os
import socket
import tarfile
import threading
from pathlib import Path
from typing import BinaryIO

import pytest

from fakes.gate import idle
from fakes.packed import CONTENTS, P1, P2, P3, files, opened, put, read, written
from fakes.sealed import KEYRING
from sheetfed.core.errors import Gone, InvalidParameter, StoreFull
from sheetfed.core.model import DocumentId, Page
from sheetfed.sealed.keyring import Keyring
from sheetfed.storage import manifest, streams
from sheetfed.storage.archive import Archives
from sheetfed.storage.blobs import Blobs
from sheetfed.storage.store import Store


@pytest.fixture
def blobs(store: Store) -> Blobs:
    """With the files of three pages."""
    return put(store.blobs)


async def test_what_was_written_comes_back_the_same(blobs: Blobs, tmp_path: Path) -> None:
    contents, came = await read(
        Archives(blobs=blobs), tmp_path, opened(tmp_path, await written(Archives(blobs=blobs)))
    )
    assert contents == CONTENTS
    assert came == {P1: True, P2: True, P3: True}
    for name in came:
        master, preview = files(name)
        assert (tmp_path / f"{name}.m").read_bytes() == master
        assert (tmp_path / f"{name}.v").read_bytes() == preview
        assert (tmp_path / f"{name}.m").stat().st_mode & 0o777 == 0o600


async def test_other_programs_can_read_it_and_compare_the_checksums(blobs: Blobs) -> None:
    with tarfile.open(fileobj=io.BytesIO(await written(Archives(blobs=blobs)))) as tar:
        content = {
            member.name: tar.extractfile(member).read()  # type: ignore[union-attr]
            for member in tar.getmembers()
        }
        assert {member.mode for member in tar.getmembers()} == {0o600}
    assert list(content)[:3] == ["manifest.json", "pages/p1.master", "pages/p1.preview"]
    assert json.loads(content["manifest.json"])["format"] == "sheetfed-archive-1"
    lines = content.pop("checksums").decode().splitlines()
    assert [line.split("  ") for line in lines] == [
        [hashlib.sha256(data).hexdigest(), name] for name, data in content.items()
    ]


async def test_what_is_sealed_in_the_store_is_clear_in_an_archive_and_sealed_again(
    tmp_path: Path,
) -> None:
    where = {"path": tmp_path / "store", "cache": tmp_path / "cache"}
    async with Store.open(**where, keyring=KEYRING) as store:
        for name in (P1, P2, P3):
            for path, data in zip(
                (store.blobs.master(name), store.blobs.preview(name)), files(name), strict=True
            ):
                with KEYRING.created(path) as file:
                    file.write(data)
        data = await written(store.archives)
        assert files(P1)[0] in data
        _, came = await read(store.archives, tmp_path, opened(tmp_path, data))
    assert all(came.values())
    assert files(P1)[1] not in (tmp_path / "p1.v").read_bytes()
    with KEYRING.opened(tmp_path / "p1.v") as file:
        assert file.read() == files(P1)[1]


async def test_pages_can_be_passed_over(blobs: Blobs, tmp_path: Path) -> None:
    async with Archives(blobs=blobs).read(
        opened(tmp_path, await written(Archives(blobs=blobs)))
    ) as arrival:
        for name in (P1, P2, P3):
            assert await arrival.skip(name)
        await arrival.end()
    assert [path.name for path in tmp_path.glob("*.m*")] == []


async def test_a_page_whose_files_are_gone_is_left_out(
    blobs: Blobs, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blobs.preview(P2).unlink()
    _, came = await read(
        Archives(blobs=blobs), tmp_path, opened(tmp_path, await written(Archives(blobs=blobs)))
    )
    assert came == {P1: True, P2: False, P3: True}
    assert "1 pages are not in the export" in caplog.text


@pytest.mark.parametrize("kind", ["pipe", "socket"])
async def test_it_comes_through_pipes_and_sockets(blobs: Blobs, tmp_path: Path, kind: str) -> None:
    data = await written(Archives(blobs=blobs))
    if kind == "pipe":
        reading, writing = os.pipe()
    else:
        ours, theirs = socket.socketpair()
        reading, writing = ours.detach(), theirs.detach()

    def send() -> None:
        with os.fdopen(writing, "wb") as file:
            file.write(data)

    sending = asyncio.get_running_loop().run_in_executor(None, send)
    contents, _ = await read(Archives(blobs=blobs), tmp_path, reading)
    await sending
    assert contents == CONTENTS


async def test_a_device_is_no_archive(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter):
        await read(Archives(blobs=blobs), tmp_path, os.open("/dev/zero", os.O_RDONLY))


async def test_whoever_sends_nothing_more_is_not_waited_for(
    blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STALL_S", 0.01)
    reading, writing = os.pipe()
    with pytest.raises(Gone, match="does nothing"):
        await read(Archives(blobs=blobs), tmp_path, reading)
    os.close(writing)


async def test_whoever_reads_no_more_is_not_waited_for(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STALL_S", 0.01)
    reading, writing = os.pipe()
    with pytest.raises(Gone, match="does nothing"):
        await Archives(blobs=blobs).write(CONTENTS, writing)
    os.close(reading)


async def test_whoever_goes_away_ends_the_export(blobs: Blobs) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(Gone):
        await Archives(blobs=blobs).write(CONTENTS, writing)


async def test_a_full_disk_leaves_no_half_file(
    blobs: Blobs, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "")

    class FullDisk(Keyring):
        def created(self, path: Path) -> BinaryIO:  # type: ignore[override]
            path.touch()
            return Full()

    archives = Archives(blobs=blobs, keyring=FullDisk())
    async with archives.read(opened(tmp_path, await written(Archives(blobs=blobs)))) as arrival:
        with pytest.raises(StoreFull):
            await arrival.take(P1, master=tmp_path / "m", preview=tmp_path / "v")
    assert [path.name for path in tmp_path.glob("m*")] == []
    assert "a page of an archive cannot be written" in caplog.text


def test_a_page_of_every_kind_of_edit_is_written_down() -> None:
    assert manifest.read(manifest.to_bytes(CONTENTS)) == CONTENTS
    named: list[Page | DocumentId] = [document.id for document, _ in CONTENTS.documents]
    assert named == ["d1", "d2", "d3"]


async def test_an_export_that_is_called_off_while_a_page_is_opened_leaves_no_file_open(
    blobs: Blobs,
) -> None:
    begun, may_go_on = threading.Event(), threading.Event()
    opened_files: list[BinaryIO] = []

    class Slow(Keyring):
        def opened(self, path: Path) -> BinaryIO:  # type: ignore[override]
            begun.set()
            may_go_on.wait(5)
            opened_files.append(super().opened(path))
            return opened_files[-1]

    reading, writing = os.pipe()
    archives = Archives(blobs=blobs, keyring=Slow())
    exporting = asyncio.create_task(archives.write(CONTENTS, writing))
    with open(reading, "rb"):
        await asyncio.to_thread(begun.wait, 5)
        exporting.cancel()
        await idle()
        may_go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await exporting
    assert [file.closed for file in opened_files] == [True, True]
