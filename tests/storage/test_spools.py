"""Spools: made with room to spare, found again after a crash, torn ones swept."""

import asyncio
import errno
import os
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import pytest

from fakes.spooled import ticket
from sheetfed.core import spoolfile
from sheetfed.core.errors import InternalError, WrongState
from sheetfed.core.model import PageId, PageTicket
from sheetfed.core.spoolfile import Channel, Frame, Layout
from sheetfed.storage.limits import USUAL
from sheetfed.storage.naming import file_name
from sheetfed.storage.room import Room
from sheetfed.storage.spools import Spool, Spools
from sheetfed.storage.store import Store
from sheetfed.storage.usage import Usage

LAYOUT = Layout((Frame(Channel.GRAY, 4096, 4, 2, 4, 8),), 300.0, 300.0)


def spools(folder: Path) -> Spools:
    usage = Usage()
    room = Room(spools=folder, usage=usage, limits=USUAL)
    return Spools(folder=folder, usage=usage, room=room)


def fill(spool: Spool) -> None:
    os.write(spool.fileno(), b"\0" * 8 + spoolfile.trailer(LAYOUT))
    spool.close()


async def test_a_new_spool_holds_its_ticket_and_is_private(store: Store) -> None:
    spool = await store.spools.create(ticket("p1"))
    assert not os.get_inheritable(spool.fileno())
    assert os.lseek(spool.fileno(), 0, os.SEEK_CUR) == spoolfile.HEADER_BYTES
    assert spool.path.stat().st_mode & 0o777 == 0o600
    assert spoolfile.read_header(spool.path.read_bytes()) == ticket("p1")
    spool.close()


async def test_a_spool_whose_making_is_called_off_leaves_neither_file_nor_claim(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, begun, may_go_on = store.spools._create, threading.Event(), threading.Event()

    def slow(wanted: PageTicket) -> Spool:
        begun.set()
        may_go_on.wait(5)
        return create(wanted)

    monkeypatch.setattr(store.spools, "_create", slow)
    making = asyncio.create_task(store.spools.create(ticket("p1")))
    await asyncio.to_thread(begun.wait, 5)
    making.cancel()
    may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert list(store.spools._folder.iterdir()) == []
    assert store.usage.expected == {}


async def test_a_spool_that_cannot_be_made_claims_nothing(store: Store) -> None:
    (store.spools._folder / file_name(PageId("p1"))).mkdir()
    with pytest.raises(InternalError):
        await store.spools.create(ticket("p1"))
    assert store.usage.expected == {}


async def test_a_closed_spool_has_no_descriptor_and_its_file_stays(store: Store) -> None:
    spool = await store.spools.create(ticket("p1"))
    spool.close()
    spool.close()
    with pytest.raises(WrongState):
        spool.fileno()
    assert spool.path.exists()


async def test_dropping_closes_and_removes_and_may_be_repeated(store: Store) -> None:
    spool = await store.spools.create(ticket("p1"))
    await store.spools.drop(spool)
    await store.spools.drop(spool)
    assert not spool.path.exists()
    with pytest.raises(WrongState):
        spool.fileno()


async def test_the_same_page_cannot_be_spooled_twice(store: Store) -> None:
    spool = await store.spools.create(ticket("p1"))
    with pytest.raises(InternalError):
        await store.spools.create(ticket("p1"))
    spool.close()


async def test_complete_spools_come_by_job_and_sequence(tmp_path: Path) -> None:
    before = spools(tmp_path)
    for page, job, sequence, created in (
        ("p1", "b", 1, 11.0),
        ("p2", "a", 0, 20.0),
        ("p3", "b", 0, 10.0),
        ("p4", "b", 10, 30.0),
    ):
        fill(await before.create(ticket(page, job=job, sequence=sequence, created=created)))
    found = await spools(tmp_path).complete()
    assert [spool.ticket.page for spool in found] == ["p3", "p1", "p4", "p2"]


async def test_a_spool_on_a_bad_spot_of_the_disk_waits_and_the_others_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = spools(tmp_path)
    for page in ("p1", "p2"):
        fill(await before.create(ticket(page)))
    after = spools(tmp_path)
    opened = after._keyring.opened

    def bad(path: Path) -> BinaryIO:
        if path.name == file_name(PageId("p1")):
            raise OSError(errno.EIO, "Input/output error")
        return opened(path)

    monkeypatch.setattr(after, "_keyring", SimpleNamespace(opened=bad))
    assert [spool.ticket.page for spool in await after.complete()] == ["p2"]
    assert "it cannot be read" in caplog.text
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("lost_bytes", [1, 8, 16, 40, 4096])
async def test_a_torn_spool_is_swept_and_the_whole_ones_kept(
    tmp_path: Path, lost_bytes: int
) -> None:
    before = spools(tmp_path)
    whole, torn = [await before.create(ticket(page)) for page in ("p1", "p2")]
    fill(whole)
    fill(torn)
    data = torn.path.read_bytes()
    torn.path.write_bytes(data[:-lost_bytes])
    found = await spools(tmp_path).complete()
    assert [spool.ticket.page for spool in found] == ["p1"]
    assert list(tmp_path.iterdir()) == [whole.path]


@pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"x" * 5000 + b"\xff" * 8 + b"complete"])
async def test_what_is_no_spool_is_swept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    assert await spools(tmp_path).complete() == []
    assert list(tmp_path.iterdir()) == []


async def test_a_cancelled_creation_leaves_no_file(tmp_path: Path) -> None:
    making = asyncio.create_task(spools(tmp_path).create(ticket()))
    await asyncio.sleep(0)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_is_gone_is_said_and_the_next_page_finds_it_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "spool"
    kept = spools(folder)
    with pytest.raises(InternalError, match="No such file"):
        await kept.create(ticket("p1"))
    assert "No such file" in caplog.text
    folder.mkdir()
    (await kept.create(ticket("p1"))).close()


async def test_a_spool_that_cannot_be_removed_is_said_and_nobody_waits_for_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = spools(tmp_path)
    spool = await kept.create(ticket("p1"))
    spool.path.unlink()
    spool.path.mkdir()
    await kept.drop(spool)
    assert "cannot be removed" in caplog.text
