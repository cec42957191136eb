"""A full disk and folders that cannot be used: said, nothing lost, and over when they are."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.daemon import Daemon, running_daemon
from fakes.full_disk import SmallDisk, daemon_on_a_small_disk
from fakes.sse import until

SCAN = {
    "paper_source": "feeder",
    "resolution": 75,
    "pages": 2,
    "options": {"test-picture": "Color pattern"},
}
SLOW = {
    **SCAN,
    "pages": -1,
    "options": {"test-picture": "Color pattern", "read-delay": True, "read-delay-duration": 20000},
}
LATE_WITHIN_S = 15.0

Full = tuple[Daemon, SmallDisk]


@pytest.fixture
async def full(tmp_path: Path) -> AsyncIterator[Full]:
    """With two pages."""
    async with daemon_on_a_small_disk(tmp_path) as (daemon, disk):
        await daemon.result("AcquireImage", SCAN)
        yield daemon, disk


async def count(daemon: Daemon) -> int:
    (pages,) = await daemon.result("HowManyImagesInBuffer")
    return int(pages)


async def refused(daemon: Daemon, method: str, *parameters: object) -> tuple[int, str]:
    status, body = await daemon.call_with_status(method, *parameters)
    return status, body["error"]["code"]


async def assert_all_are_shown(daemon: Daemon, width: int = 50) -> None:
    for index in range(await count(daemon)):
        url = f"{daemon.base}/dwt/dwt_1/img?id=test&index={index}&width={width}"
        async with daemon.http.get(url) as answer:
            assert answer.status == 200, await answer.text()


async def test_the_floor_of_free_disk_stops_scans_and_no_more(tmp_path: Path) -> None:
    floor = 4 * 1024 * 1024
    async with daemon_on_a_small_disk(tmp_path, min_free_bytes=floor) as (daemon, disk):
        await daemon.result("AcquireImage", SCAN)
        await asyncio.to_thread(disk.fill, but_bytes=floor - 65536)
        assert await refused(daemon, "AcquireImage", SCAN) == (507, "store-full")
        assert await count(daemon) == 2
        await assert_all_are_shown(daemon)
        assert await daemon.result("RotateRight", 0) == [True]
        await asyncio.to_thread(disk.clear)
        assert (await daemon.result("AcquireImage", SCAN))[0] is True
        assert await count(daemon) == 4


async def test_on_a_full_disk_nothing_is_lost_and_things_can_be_removed(full: Full) -> None:
    daemon, disk = full
    await asyncio.to_thread(disk.fill_up)
    assert await refused(daemon, "AcquireImage", SCAN) == (507, "store-full")
    assert await count(daemon) == 2
    await assert_all_are_shown(daemon)
    assert await daemon.result("RemoveImage", 0) == [True]
    assert await count(daemon) == 1
    await assert_all_are_shown(daemon, width=40)
    await asyncio.to_thread(disk.clear)
    assert (await daemon.result("AcquireImage", SCAN))[0] is True
    assert await count(daemon) == 3
    assert "Traceback" not in daemon.log()


async def test_a_disk_that_fills_up_during_a_scan_costs_no_page_that_was_read(full: Full) -> None:
    daemon, disk = full
    async with await daemon.events() as stream:
        _, job = (await daemon.call("AcquireImage", SLOW, door="fa"))["result"]
        await until(stream, "page", action="added", index=3)
        await asyncio.to_thread(disk.fill_up)
        ended = await until(stream, "job", job=job, state="failed")
        assert ended["reason"] == "store-full"
        pages = await count(daemon)
        assert pages >= 4
        await assert_all_are_shown(daemon)
        waiting = await asyncio.to_thread(_complete_spools, disk.root / "spool")
        await asyncio.to_thread(disk.clear)
        async with asyncio.timeout(LATE_WITHIN_S):
            for late in range(waiting):
                await until(stream, "page", action="added", index=pages + late)
        await assert_all_are_shown(daemon)
    assert list((disk.root / "spool").iterdir()) == []


async def test_changes_on_a_full_disk_are_done_or_refused_whole(full: Full) -> None:
    daemon, disk = full
    await asyncio.to_thread(disk.fill_up)
    for number in range(30):
        status, body = await daemon.call_with_status("RotateRight", number % 2)
        assert (status, body.get("error", {}).get("code")) in ((200, None), (507, "store-full"))
    before = await count(daemon)
    status, _ = await daemon.call_with_status("CopyImages", [0, 1], 0)
    assert await count(daemon) == (before + 2 if status == 200 else before)
    await assert_all_are_shown(daemon)
    await asyncio.to_thread(disk.clear)
    assert await daemon.result("RotateRight", 0) == [True]
    assert await daemon.result("RemoveAllImages") == [True]
    assert list((disk.root / "blobs").glob("*/*")) == []


async def test_a_file_that_does_not_fit_is_refused_and_leaves_nothing(full: Full) -> None:
    daemon, disk = full
    async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/doc?id=test&type=pdf") as answer:
        pdf = await answer.read()
    files = set((disk.root / "blobs").glob("*/*"))
    await asyncio.to_thread(disk.fill_up)
    url = f"{daemon.base}/dwt/dwt_1/load?id=test&type=pdf"
    async with daemon.http.post(url, data=pdf) as answer:
        assert answer.status == 507
    assert set((disk.root / "blobs").glob("*/*")) == files
    assert list((disk.root / "incoming").iterdir()) == []
    await asyncio.to_thread(disk.clear)
    async with daemon.http.post(url, data=pdf) as answer:
        assert answer.status == 200
    assert await count(daemon) == 4


@pytest.mark.parametrize(
    ("name", "said"),
    [("spool", "spool file cannot be made"), ("blobs", "ingest failed")],
)
async def test_a_folder_that_is_away_for_a_while_costs_no_page(
    tmp_path: Path, name: str, said: str
) -> None:
    folder = tmp_path / "store" / name
    async with running_daemon(tmp_path, config="imaging.workers = 1\n") as daemon:
        await daemon.result("AcquireImage", SCAN)
        folder.rename(folder.with_name("away"))
        folder.touch()
        status, code = await refused(daemon, "AcquireImage", {**SCAN, "pages": 1})
        assert (status, code) in ((507, "store-full"), (500, "internal-error"))
        assert await count(daemon) == 2
        log = await asyncio.to_thread(daemon.log)
        assert said in log or "the room for a page cannot be found out" in log
        folder.unlink()
        folder.with_name("away").rename(folder)
        await daemon.result("AcquireImage", {**SCAN, "pages": 1})
        async with await daemon.events() as stream, asyncio.timeout(LATE_WITHIN_S):
            wanted = 3 if name == "spool" else 4
            while await count(daemon) < wanted:
                await until(stream, "page", action="added")
        await assert_all_are_shown(daemon)


async def test_without_a_render_cache_pages_are_shown_and_exported(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    async with running_daemon(tmp_path, config="imaging.workers = 1\n") as daemon:
        await daemon.result("AcquireImage", SCAN)
        await assert_all_are_shown(daemon)
        async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/doc?id=test&type=pdf") as answer:
            assert answer.status == 200
            assert (await answer.read()).startswith(b"%PDF")
        assert "render cache cannot be used" in await asyncio.to_thread(daemon.log)


async def test_each_owners_limit_and_the_pages_limit_hold_and_are_read_again(
    tmp_path: Path,
) -> None:
    config = "imaging.workers = 1\nstore.max_bytes_per_owner = 1\n"
    async with running_daemon(tmp_path, config=config) as daemon:
        assert (await daemon.result("AcquireImage", {**SCAN, "pages": 1}))[0] is True
        status, body = await daemon.call_with_status("AcquireImage", SCAN)
        assert (status, body["error"]["code"]) == (507, "store-full")
        assert "your documents" in body["error"]["message"]
        path = tmp_path / "conf.d"
        path.mkdir()
        (path / "a.toml").write_text("[store]\nmax_bytes_per_owner = 0\nmax_pages = 3\n")
        await reloaded(daemon)
        status, body = await daemon.call_with_status("AcquireImage", {**SCAN, "pages": -1})
        assert (status, body["error"]["code"]) == (507, "store-full")
        assert "at most 3 pages" in body["error"]["message"]
        assert await count(daemon) == 3
        await assert_all_are_shown(daemon)


async def reloaded(daemon: Daemon) -> None:
    daemon.process.send_signal(signal.SIGHUP)
    while "configuration read again" not in await asyncio.to_thread(daemon.log):
        await daemon.result("VersionInfo")


def _complete_spools(folder: Path) -> int:
    return sum(path.read_bytes().endswith(b"complete") for path in folder.iterdir())
