"""A sealed store: what lies in it, and what happens when its keys are others than before."""

import json
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fakes.rows import document, page
from fakes.sealed import KEYRING, clear_files, content
from fakes.spooled import ticket
from sheetfed.core import spoolfile
from sheetfed.core.model import PageId
from sheetfed.core.spoolfile import Channel, Frame, Layout
from sheetfed.devices import spooling
from sheetfed.sealed.keyring import CLEAR, Keyring
from sheetfed.sealed.keys import Key, KeyKind, KeyRefused
from sheetfed.storage.spools import Spool
from sheetfed.storage.store import Store

OTHER_SESSION = Keyring(sealing=Key(KeyKind.SESSION, bytes(32)))
KEY_FILE = Keyring(sealing=Key.from_file(b"f" * 32))
OTHER_KEY_FILE = Keyring(sealing=Key.from_file(b"g" * 32))
LAYOUT = Layout((Frame(Channel.GRAY, 4096, 4, 2, 4, 8),), 300.0, 300.0)
P1, P2 = PageId("p1"), PageId("p2")


@asynccontextmanager
async def opened(folder: Path, keyring: Keyring = KEYRING) -> AsyncIterator[Store]:
    async with Store.open(folder / "store", cache=folder / "cache", keyring=keyring) as store:
        yield store


@asynccontextmanager
async def settled(folder: Path, keyring: Keyring = KEYRING) -> AsyncIterator[Store]:
    """A store of these keys, whatever was lost before."""
    async with opened(folder, keyring) as store:
        await store.keys.settle()
        yield store


def fill(spool: Spool, *, is_whole: bool = True) -> None:
    """As a scanner worker does."""
    with spooling.opened(spool.fileno(), spool.key) as file:
        spooling.cut(file, spoolfile.HEADER_BYTES)
        spooling.write(file, memoryview(b"\0" * 8))
        if is_whole:
            spooling.write(file, memoryview(spoolfile.trailer(LAYOUT)))
    spool.close()


def put(store: Store, name: PageId, keyring: Keyring = KEYRING) -> None:
    for path in (store.blobs.master(name), store.blobs.preview(name)):
        with keyring.created(path) as file:
            file.write(b"pixels")


async def keep(store: Store, digest: str, keyring: Keyring) -> bytes:
    async with store.renders.target() as path:
        with keyring.created(path) as file:
            file.write(b"picture")
        return await store.renders.keep(digest, path)


async def test_a_spool_is_sealed_with_its_ticket_and_found_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        spool = await store.spools.create(ticket("p1"))
        assert clear_files(tmp_path / "store" / "spool") == set()
        assert spoolfile.read_header(content(spool.path)) == ticket("p1")
        fill(spool)
        assert clear_files(tmp_path / "store" / "spool") == set()
    async with opened(tmp_path) as store:
        assert [spool.ticket for spool in await store.spools.complete()] == [ticket("p1")]


async def test_the_worker_is_given_the_key_of_one_spool_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = [await store.spools.create(ticket(name)) for name in ("p1", "p2")]
        assert KEYRING.sealing is not None
        assert len({first.key, second.key, KEYRING.sealing.secret}) == 3
        first.close()
        second.close()


async def test_a_spool_that_was_cut_off_is_removed(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        fill(await store.spools.create(ticket("p1")), is_whole=False)
        fill(await store.spools.create(ticket("p2")))
        torn = await store.spools.create(ticket("p3"))
        fill(torn)
        os.truncate(torn.path, torn.path.stat().st_size - 1)
        assert [spool.ticket.page for spool in await store.spools.complete()] == ["p2"]
        assert len(list((tmp_path / "store" / "spool").iterdir())) == 1


async def test_a_spool_of_a_key_file_that_is_missing_waits_for_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path, KEY_FILE) as store:
        fill(await store.spools.create(ticket("p1")))
    async with opened(tmp_path, CLEAR) as store:
        assert await store.spools.complete() == []
        assert "sealed with another key" in caplog.text
        assert await store.spools.drop_lost() == 0
    async with opened(tmp_path, KEY_FILE) as store:
        assert [spool.ticket.page for spool in await store.spools.complete()] == ["p1"]


async def test_pages_and_spools_of_a_lost_session_are_told(tmp_path: Path) -> None:
    async with settled(tmp_path) as store:
        put(store, P1)
        fill(await store.spools.create(ticket("p2")))
    async with opened(tmp_path, OTHER_SESSION) as store:
        assert await store.keys.lost({P1}) == ({P1}, 1)
        assert list((tmp_path / "store" / "spool").iterdir()) == []


async def test_until_it_is_settled_what_is_lost_is_looked_for_again(tmp_path: Path) -> None:
    async with settled(tmp_path) as store:
        put(store, P1)
    for _ in range(2):
        async with opened(tmp_path, OTHER_SESSION) as store:
            assert await store.keys.lost({P1}) == ({P1}, 0)
    async with settled(tmp_path, OTHER_SESSION):
        pass
    async with opened(tmp_path, OTHER_SESSION) as store:
        assert await store.keys.lost({P1}) == (frozenset(), 0)


async def test_nothing_is_lost_while_the_key_is_there(tmp_path: Path) -> None:
    async with settled(tmp_path) as store:
        put(store, P1)
        put(store, P2, CLEAR)
    both = Keyring(sealing=KEY_FILE.sealing, opening=filter(None, [KEYRING.sealing]))
    for keyring in (KEYRING, both):
        async with settled(tmp_path, keyring) as store:
            assert await store.keys.lost({P1, P2}) == (frozenset(), 0)


async def test_pages_of_a_key_file_are_not_lost_with_a_session(tmp_path: Path) -> None:
    async with settled(tmp_path, KEY_FILE) as store:
        put(store, P1, KEY_FILE)
    async with settled(tmp_path) as store:
        put(store, P2)
    async with opened(tmp_path, OTHER_SESSION) as store:
        assert await store.keys.lost({P1, P2}) == ({P2}, 0)


async def test_another_key_file_is_refused_also_after_a_time_without_one(tmp_path: Path) -> None:
    for keyring in (KEY_FILE, CLEAR, KEYRING):
        async with settled(tmp_path, keyring):
            pass
    with pytest.raises(KeyRefused, match=r"keys\.json"):
        async with opened(tmp_path, OTHER_KEY_FILE):
            pass
    (tmp_path / "store" / "keys.json").unlink()
    async with opened(tmp_path, OTHER_KEY_FILE):
        pass


async def test_the_marks_hold_no_key_and_a_store_in_clear_has_none(tmp_path: Path) -> None:
    marks = tmp_path / "store" / "keys.json"
    async with settled(tmp_path, CLEAR):
        assert not marks.exists()
    async with settled(tmp_path, KEY_FILE):
        assert KEY_FILE.sealing is not None
        assert KEY_FILE.sealing.secret.hex() not in marks.read_text()
        assert marks.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damaged", ["", "[]", '{"other": ""}', "\0"])
async def test_damaged_marks_are_told_and_lose_nothing_that_can_be_read(
    tmp_path: Path, damaged: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with settled(tmp_path) as store:
        put(store, P1)
        put(store, P2, OTHER_SESSION)
    (tmp_path / "store" / "keys.json").write_text(damaged)
    async with opened(tmp_path) as store:
        assert await store.keys.lost({P1, P2}) == ({P2}, 0)
        await store.keys.settle()
    assert json.loads((tmp_path / "store" / "keys.json").read_text()).keys() == {"session"}
    assert [record.levelno for record in caplog.records if "keys.json" in record.message] == (
        [logging.WARNING]
    )


async def test_a_render_is_read_again_after_a_restart_with_the_key(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        assert await keep(store, "a", KEYRING) == b"picture"
        assert clear_files(tmp_path / "cache") == set()
    async with opened(tmp_path) as store:
        assert await store.renders.read("a") == b"picture"


@pytest.mark.parametrize("before", [CLEAR, OTHER_SESSION, KEY_FILE])
async def test_renders_that_are_not_sealed_as_new_ones_go_at_the_start(
    tmp_path: Path, before: Keyring
) -> None:
    async with opened(tmp_path, before) as store:
        await keep(store, "a", before)
    async with opened(tmp_path) as store:
        assert await store.renders.read("a") is None
        assert list((tmp_path / "cache").iterdir()) == []


async def test_a_damaged_render_is_made_anew(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await keep(store, "a", KEYRING)
    damaged = bytearray((tmp_path / "cache" / "a").read_bytes())
    damaged[-1] ^= 1
    (tmp_path / "cache" / "a").write_bytes(damaged)
    async with opened(tmp_path) as store:
        assert await store.renders.read("a") is None
        assert not (tmp_path / "cache" / "a").exists()


async def test_the_size_of_a_render_is_that_on_the_disk(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await keep(store, "a", KEYRING)
        assert store.renders._stored_bytes == (tmp_path / "cache" / "a").stat().st_size


async def test_the_sweep_of_a_sealed_store_keeps_known_pages(tmp_path: Path) -> None:
    async with settled(tmp_path) as store:
        put(store, P1)
        put(store, P2)
        await store.catalogue.add_page(document(), page("p1"))
        assert await store.blobs.sweep({P1}) == 2
        assert content(store.blobs.master(P1)) == b"pixels"
