"""Encryption at rest: what is on the disk, and which pages are there after a restart."""

from pathlib import Path

from fakes.daemon import running_daemon
from fakes.encrypted import (
    OFF,
    PAGES,
    SESSION,
    assert_sealed,
    count,
    found,
    page,
    scanned,
    thumbnail,
)
from fakes.manager import DescriptorStore
from fakes.sse import until
from sheetfed.sealed.header import MAGIC

SLOW = {
    "paper_source": "feeder",
    "resolution": 150,
    "options": {"test-picture": "Color pattern", "read-delay": True, "read-delay-duration": 20000},
}


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
