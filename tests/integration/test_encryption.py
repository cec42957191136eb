"""Encryption at rest: what is on the disk, and which pages are there after a restart."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fakes.daemon import Daemon, package_folder, running_daemon
from fakes.manager import DescriptorStore
from fakes.sse import until
from sheetfed.sealed.header import MAGIC

SESSION = 'store.encrypt = "session"\n'
KEY_FILE = 'store.encrypt = "key-file"\n'
OFF = 'store.encrypt = "off"\n'
ENDED_S = 15.0
PAGES = {"paper_source": "feeder", "resolution": 75, "pages": 3}
SLOW = {
    "paper_source": "feeder",
    "resolution": 150,
    "options": {"test-picture": "Color pattern", "read-delay": True, "read-delay-duration": 20000},
}
CLEAR_WORDS = (
    b"sheetfed-master",
    b"sheetfed-spool",
    b"\x89PNG\r\n",
    b"\xff\xd8\xff\xe0\x00\x10JFIF",
    b"%PDF-",
    b'"frames"',
)
WITHOUT_PAGES = ("catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm", "keys.json")


@pytest.fixture
def kept() -> Iterator[DescriptorStore]:
    """What systemd keeps of the service until it is stopped."""
    store = DescriptorStore()
    yield store
    store.close()


def found(folder: Path) -> dict[Path, bytes]:
    """Everything that is written under the store and the cache now."""
    files = {}
    for path in (*folder.glob("store/**/*"), *folder.glob("cache/**/*")):
        try:
            files[path] = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:
            continue
    return {path: content for path, content in files.items() if content}


def assert_sealed(files: dict[Path, bytes]) -> None:
    for path, content in files.items():
        assert not [word for word in CLEAR_WORDS if word in content], path
        if path.name not in WITHOUT_PAGES and path.name != "reserve":
            assert content.startswith(MAGIC), path


async def page(daemon: Daemon, index: int = 0) -> bytes:
    """The page as it was scanned, as a PNG."""
    query = {"id": "test", "type": "png", "indices": str(index)}
    async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/doc", params=query) as answer:
        assert answer.status == 200, await answer.text()
        body = await answer.read()
        assert answer.content_length == len(body)
        return body


async def thumbnail(daemon: Daemon, index: int = 0) -> bytes:
    query = {"id": "test", "index": str(index), "width": "100", "height": "100"}
    async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/img", params=query) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read()


async def count(daemon: Daemon) -> int:
    (pages,) = await daemon.result("HowManyImagesInBuffer")
    return int(pages)


@asynccontextmanager
async def scanned(folder: Path, config: str, kept: DescriptorStore) -> AsyncIterator[Daemon]:
    async with running_daemon(folder, config=config, store=kept) as daemon:
        await daemon.result("AcquireImage", PAGES)
        yield daemon


async def refused(folder: Path, config: str) -> tuple[int, str]:
    """The exit code and the words of a daemon that does not start."""
    path = folder / "refused.toml"
    path.write_text(
        'http.listen = ["127.0.0.1:0"]\nhttps.listen = []\nscanners.virtual = true\n'
        f'store.path = "{folder}/store"\nstore.cache = "{folder}/cache"\n{config}'
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sheetfed", "--config", str(path), "--bus", "none"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": package_folder()},
    )
    _, words = await asyncio.wait_for(process.communicate(), ENDED_S)
    assert process.returncode is not None
    return process.returncode, words.decode()


def key_file(folder: Path, content: bytes = b"k" * 32) -> Path:
    path = folder / "store-key"
    path.write_bytes(content)
    path.chmod(0o400)
    return path


async def test_nothing_of_a_page_is_readable_while_it_is_scanned_and_afterwards(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    seen: dict[Path, bytes] = {}
    async with running_daemon(tmp_path, config=SESSION, store=kept) as daemon:
        async with await daemon.events() as stream:
            await daemon.call("AcquireImage", {**SLOW, "pages": 3}, door="fa")
            for index in range(3):
                await until(stream, "page", action="added", index=index)
                now = found(tmp_path)
                assert_sealed(now)
                seen |= now
            await until(stream, "job", state="done")
        await thumbnail(daemon)
        await page(daemon)
        seen |= found(tmp_path)
        assert_sealed(seen)
    folders = {path.relative_to(tmp_path).parts[:2] for path in seen}
    assert {("store", "blobs"), ("store", "spool")} <= folders
    assert any(parts[0] == "cache" for parts in folders)
    assert kept.kept.keys() == {"store-key"}


async def test_a_sealed_page_is_the_one_that_was_scanned(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    shown = {}
    for encrypt in (OFF, SESSION):
        folder = tmp_path / encrypt.split('"')[1]
        folder.mkdir()
        async with scanned(folder, encrypt, kept) as daemon:
            shown[encrypt] = [await page(daemon, 2), await thumbnail(daemon, 2)]
    assert shown[OFF] == shown[SESSION]


async def test_a_restart_keeps_the_pages(tmp_path: Path, kept: DescriptorStore) -> None:
    async with scanned(tmp_path, SESSION, kept) as daemon:
        before = [await page(daemon), await thumbnail(daemon)]
    async with running_daemon(tmp_path, config=SESSION, store=kept) as daemon:
        assert [await page(daemon), await thumbnail(daemon)] == before
        assert await count(daemon) == 3
        assert "sealed with a key" not in daemon.log()


async def test_a_crash_in_the_middle_of_a_scan_keeps_every_page_that_was_read(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    async with running_daemon(tmp_path, config=SESSION, store=kept) as daemon:
        async with await daemon.events() as stream:
            await daemon.call("AcquireImage", SLOW, door="fa")
            await until(stream, "page", action="added", index=1)
        before = await page(daemon)
        await daemon.kill()
    async with running_daemon(tmp_path, config=SESSION, store=kept) as daemon:
        assert await count(daemon) >= 2
        assert await page(daemon) == before
        assert not any((tmp_path / "store/spool").iterdir())


async def test_after_a_full_stop_the_pages_are_gone_and_counted(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    async with scanned(tmp_path, SESSION, kept) as daemon:
        await thumbnail(daemon)
    kept.close()
    async with running_daemon(tmp_path, config=SESSION, store=kept) as daemon:
        assert "3 pages were sealed with a key that is gone" in daemon.log()
        assert await count(daemon) == 0
        assert not [path for path in found(tmp_path) if path.suffix in (".master", ".preview")]
        assert not any((tmp_path / "cache").iterdir())
        await daemon.result("AcquireImage", PAGES)
        assert await count(daemon) == 3


async def test_a_spool_whose_key_is_gone_is_removed_and_counted(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    async with running_daemon(tmp_path, config=SESSION, store=kept) as daemon:
        async with await daemon.events() as stream:
            await daemon.call("AcquireImage", SLOW, door="fa")
            await until(stream, "page", action="added", index=0)
        await daemon.kill()
        pages = len([path for path in found(tmp_path) if path.suffix == ".master"])
        spools = len(list((tmp_path / "store/spool").iterdir()))
    kept.close()
    async with running_daemon(tmp_path, config=SESSION, store=kept) as daemon:
        words = daemon.log()
        assert any(
            f"{number} pages were sealed with a key that is gone" in words
            for number in range(1, pages + spools + 1)
        )
        assert await count(daemon) == 0
        assert not any((tmp_path / "store/spool").iterdir())


async def test_pages_from_before_encryption_stay_readable_and_new_ones_are_sealed(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    async with scanned(tmp_path, OFF, kept) as daemon:
        before = await page(daemon)
    async with scanned(tmp_path, SESSION, kept) as daemon:
        assert await count(daemon) == 6
        assert await page(daemon) == before
        masters = [body for path, body in found(tmp_path).items() if path.suffix == ".master"]
        assert sorted(body.startswith(MAGIC) for body in masters) == [False] * 3 + [True] * 3


async def test_what_is_sealed_stays_readable_when_encryption_is_switched_off(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    async with scanned(tmp_path, SESSION, kept) as daemon:
        before = await page(daemon, 2)
    async with running_daemon(tmp_path, config=OFF, store=kept) as daemon:
        assert await page(daemon, 2) == before


async def test_with_a_key_file_pages_outlive_every_stop(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    config = f'{KEY_FILE}store.key_file = "{key_file(tmp_path)}"\n'
    async with scanned(tmp_path, config, kept) as daemon:
        before = await page(daemon)
    assert_sealed(found(tmp_path))
    assert kept.kept == {}
    async with running_daemon(tmp_path, config=config) as daemon:
        assert await page(daemon) == before


async def test_the_key_may_be_a_credential(
    tmp_path: Path, kept: DescriptorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    key_file(tmp_path)
    async with scanned(tmp_path, KEY_FILE, kept) as daemon:
        before = await page(daemon)
    async with running_daemon(tmp_path, config=KEY_FILE) as daemon:
        assert await page(daemon) == before


async def test_another_key_is_refused_and_harms_nothing(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    right = key_file(tmp_path)
    config = f'{KEY_FILE}store.key_file = "{right}"\n'
    async with scanned(tmp_path, config, kept) as daemon:
        before = await page(daemon)
    (tmp_path / "other").mkdir()
    wrong = key_file(tmp_path / "other", b"w" * 32)
    code, words = await refused(tmp_path, f'{KEY_FILE}store.key_file = "{wrong}"\n')
    assert code == os.EX_CONFIG
    assert "the key that is given is not the one that the store is sealed with" in words
    async with running_daemon(tmp_path, config=config) as daemon:
        assert await page(daemon) == before


async def test_without_the_key_file_its_pages_wait_for_it(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    config = f'{KEY_FILE}store.key_file = "{key_file(tmp_path)}"\n'
    async with scanned(tmp_path, config, kept) as daemon:
        before = await page(daemon)
    async with running_daemon(tmp_path, config=SESSION, store=kept) as daemon:
        assert await count(daemon) == 3
        query = {"id": "test", "type": "png", "indices": "0"}
        async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/doc", params=query) as answer:
            assert answer.status != 200
            assert "sealed with another key" in await answer.text()
    async with running_daemon(tmp_path, config=config) as daemon:
        assert await page(daemon) == before


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (None, 0, "No such file"),
        (b"short", 0o400, "the key has 5 bytes, it needs 32"),
        (b"k" * 32, 0o444, "is everybody's"),
        (b"k" * 100_000, 0o400, "is no key"),
    ],
)
async def test_a_key_that_cannot_be_used_is_named(
    tmp_path: Path, content: bytes | None, mode: int, words: str
) -> None:
    path = tmp_path / "store-key"
    if content is not None:
        key_file(tmp_path, content).chmod(mode)
    code, told = await refused(tmp_path, f'{KEY_FILE}store.key_file = "{path}"\n')
    assert code == os.EX_CONFIG
    assert str(path) in told
    assert words in told


async def test_no_key_at_all_is_named(tmp_path: Path) -> None:
    code, told = await refused(tmp_path, KEY_FILE)
    assert code == os.EX_CONFIG
    assert "store.key_file" in told
