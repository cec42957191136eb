"""Renders: a cache that forgets the least used, and that nothing depends on."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from sheetfed.core.errors import InternalError
from sheetfed.storage import scratch
from sheetfed.storage.renders import Renders


async def opened(folder: Path, *, max_bytes: int = 10**6, min_free_bytes: int = 0) -> Renders:
    renders = Renders(folder=folder, max_bytes=max_bytes, min_free_bytes=min_free_bytes)
    await renders.prepare()
    return renders


async def keep(renders: Renders, digest: str, data: bytes) -> bytes:
    async with renders.target() as path:
        path.write_bytes(data)
        return await renders.keep(digest, path)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_what_is_kept_is_read_again_also_after_a_restart(tmp_path: Path) -> None:
    assert await keep(await opened(tmp_path), "a", b"picture") == b"picture"
    renders = await opened(tmp_path)
    assert await renders.read("a") == b"picture"
    assert await renders.read("b") is None


async def test_a_target_that_is_not_kept_is_removed(tmp_path: Path) -> None:
    renders = await opened(tmp_path)
    async with renders.target() as path:
        path.write_bytes(b"half")
    assert names(tmp_path) == []


async def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    renders = await opened(tmp_path, max_bytes=1_200_000)
    for digest in "abc":
        await keep(renders, digest, digest.encode() * 400_000)
    await renders.read("a")
    await keep(renders, "d", b"d" * 400_000)
    assert names(tmp_path) == ["a", "c", "d"]
    assert await renders.read("b") is None


async def test_a_smaller_limit_holds_from_the_next_render_on(tmp_path: Path) -> None:
    renders = await opened(tmp_path)
    for digest in "abc":
        await keep(renders, digest, b"x" * 1000)
    renders.change(max_bytes=2500, min_free_bytes=0)
    await keep(renders, "d", b"x" * 1000)
    assert names(tmp_path) == ["c", "d"]


async def test_a_smaller_limit_after_a_restart_is_kept(tmp_path: Path) -> None:
    renders = await opened(tmp_path)
    for digest in "abc":
        await keep(renders, digest, b"x" * 1000)
    await opened(tmp_path, max_bytes=2500)
    assert names(tmp_path) == ["b", "c"]


async def test_small_renders_are_read_from_memory(tmp_path: Path) -> None:
    renders = await opened(tmp_path)
    await keep(renders, "a", b"small")
    (tmp_path / "a").write_bytes(b"other")
    assert await renders.read("a") == b"small"


async def test_memory_holds_no_more_than_its_limit(tmp_path: Path) -> None:
    renders = await opened(tmp_path, max_bytes=10**8)
    for number in range(50):
        await keep(renders, f"{number}", b"x" * 256 * 1024)
    assert renders._memory_bytes <= 8 * 1024 * 1024
    assert renders._memory_bytes == sum(len(data) for data in renders._memory.values())


async def test_files_that_somebody_deleted_are_misses(tmp_path: Path) -> None:
    renders = await opened(tmp_path / "cache")
    await keep(renders, "a", b"x" * 300_000)
    (tmp_path / "cache" / "a").unlink()
    assert await renders.read("a") is None
    (tmp_path / "cache").rmdir()
    assert await keep(renders, "a", b"x" * 300_000) == b"x" * 300_000
    assert await renders.read("a") == b"x" * 300_000


async def test_a_file_that_cannot_be_kept_is_returned_all_the_same(tmp_path: Path) -> None:
    renders = await opened(tmp_path)
    (tmp_path / "a").mkdir()
    assert await keep(renders, "a", b"picture") == b"picture"
    assert names(tmp_path) == ["a"]


async def test_dropped_renders_are_gone_from_memory_and_disk(tmp_path: Path) -> None:
    renders = await opened(tmp_path)
    for digest in ("a1", "a2", "b1"):
        await keep(renders, digest, b"x" * 1000)
    await renders.drop("a")
    await renders.drop("never there")
    assert [await renders.read(digest) for digest in ("a1", "a2")] == [None, None]
    assert names(tmp_path) == ["b1"]


async def test_what_is_dropped_while_it_is_read_is_not_remembered(tmp_path: Path) -> None:
    await keep(await opened(tmp_path), "a", b"picture")
    renders = await opened(tmp_path)
    reading = asyncio.create_task(renders.read("a"))
    await asyncio.sleep(0)
    await renders.drop("a")
    await reading
    assert await renders.read("a") is None


async def test_the_cache_gives_way_when_the_disk_is_low(tmp_path: Path) -> None:
    await keep(await opened(tmp_path), "a", b"picture")
    renders = await opened(tmp_path, min_free_bytes=1 << 60)
    async with renders.target() as path:
        path.write_bytes(b"other")
        assert names(tmp_path) == []


async def test_what_was_being_written_when_the_daemon_died_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".1234").write_bytes(b"half")
    (tmp_path / ".1234.parts").mkdir()
    (tmp_path / ".1234.parts" / "0.pdf").write_bytes(b"half")
    await opened(tmp_path)
    assert names(tmp_path) == []


async def test_without_room_in_the_cache_a_render_is_made_elsewhere_and_remembered(
    tmp_path: Path,
) -> None:
    renders = await opened(tmp_path, min_free_bytes=1 << 60)
    async with renders.target() as path:
        assert path.parent != tmp_path
        assert path.parent.stat().st_mode & 0o777 == 0o700
        path.write_bytes(b"picture")
        assert await renders.keep("a", path) == b"picture"
    assert not path.parent.exists()
    assert names(tmp_path) == []
    assert await renders.read("a") == b"picture"


async def test_a_cache_that_cannot_be_used_is_said_and_used_again_when_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "cache"
    folder.touch()
    renders = await opened(folder)
    assert "cannot be used for now" in caplog.text
    assert await keep(renders, "a", b"x" * 300_000) == b"x" * 300_000
    assert await renders.read("a") is None
    await renders.drop("a")
    folder.unlink()
    assert await keep(renders, "b", b"x" * 300_000) == b"x" * 300_000
    assert await renders.read("b") == b"x" * 300_000
    assert names(folder) == ["b"]


async def test_a_render_that_cannot_be_read_is_made_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    renders = await opened(tmp_path)
    await keep(renders, "a", b"x" * 300_000)
    (tmp_path / "a").unlink()
    (tmp_path / "a").mkdir()
    assert await renders.read("a") is None
    assert "cannot be read" in caplog.text
    await keep(renders, "a", b"x" * 300_000)
    await renders.drop("a")


async def test_without_any_room_at_all_the_store_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renders = await opened(tmp_path, min_free_bytes=1 << 60)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(InternalError, match="No such file"):
        async with renders.target():
            pass


async def test_a_scratch_file_that_is_called_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def make() -> None:
        async with scratch.target():
            pass

    making = asyncio.create_task(make())
    await asyncio.sleep(0)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert names(tmp_path) == []


async def test_renders_of_pages_that_are_gone_go_at_the_start(tmp_path: Path) -> None:
    renders = await opened(tmp_path)
    for digest in ("aa1", "aa2", "bb1", "cc1"):
        await keep(renders, digest, b"picture")
    renders = await opened(tmp_path)
    await renders.keep_only({"aa", "cc"})
    assert names(tmp_path) == ["aa1", "aa2", "cc1"]
    assert await renders.read("bb1") is None
    await renders.keep_only(frozenset())
    assert names(tmp_path) == []
