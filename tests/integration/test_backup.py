"""Backup: what a store exports, another one imports, and it is the same; damaged, it is not."""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path

import pytest

from fakes.bus import PrivateBus, private_bus
from fakes.crashing import Point
from fakes.daemon import Daemon, running_daemon
from fakes.sheetctl import Sheetctl
from fakes.survivor import SCAN, Survivor

CONFIG = "imaging.workers = 1\n"
TRANSACTION = "sheetfed.storage.database:Database._commit"


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBus]:
    with private_bus(tmp_path_factory.mktemp("bus")) as bus:
        yield bus


@pytest.fixture
def sheetctl(bus: PrivateBus, tmp_path: Path) -> Sheetctl:
    return Sheetctl(bus.address, tmp_path)


@pytest.fixture
async def archive(bus: PrivateBus, tmp_path: Path, sheetctl: Sheetctl) -> Path:
    """Of a store with two documents, some of whose pages are edited, in its folder a."""
    async with _daemon(tmp_path / "a", bus) as daemon:
        await daemon.result("AcquireImage", SCAN)
        await daemon.result("RotateRight", 1)
        await daemon.result("Invert", 1)
        await daemon.result("Undo", 1)
        await daemon.result("CopyImages", [0], 3)
        await daemon.result("ReversePages")
        await daemon.result("AcquireImage", {**SCAN, "pages": 1}, instance="other")
        ran = await sheetctl("store", "export", "--everybody", "-o", "a.tar")
        assert ran.code == 0, ran.err
    return tmp_path / "a.tar"


def _daemon(folder: Path, bus: PrivateBus) -> AbstractAsyncContextManager[Daemon]:
    folder.mkdir(exist_ok=True)
    return running_daemon(folder, config=CONFIG, bus=bus.address)


async def test_what_is_imported_is_what_was_exported(
    archive: Path, bus: PrivateBus, tmp_path: Path, sheetctl: Sheetctl
) -> None:
    async with _daemon(tmp_path / "b", bus) as daemon:
        ran = await sheetctl("--json", "store", "import", "a.tar")
        assert ran.json == {"documents": 2, "pages": 6, "known_pages": 0, "damaged_pages": 0}
        theirs, ours = [await asyncio.to_thread(_content, tmp_path / name) for name in "ab"]
        assert ours == theirs
        assert await daemon.result("HowManyImagesInBuffer") == [5]
        ran = await sheetctl("--json", "store", "import", "a.tar")
        assert ran.json == {"documents": 0, "pages": 0, "known_pages": 6, "damaged_pages": 0}
        assert (await sheetctl("store", "check")).code == 0
    async with _daemon(tmp_path / "b", bus) as daemon:
        assert await daemon.result("HowManyImagesInBuffer", instance="other") == [1]
        assert await daemon.result("Undo", 3) == [True]


async def test_a_damaged_archive_imports_nothing_and_says_so(
    archive: Path, bus: PrivateBus, tmp_path: Path, sheetctl: Sheetctl
) -> None:
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    archive.write_bytes(data)
    async with _daemon(tmp_path / "b", bus) as daemon:
        ran = await sheetctl("store", "import", "a.tar")
        assert ran.code == 1
        assert "the archive is damaged" in ran.err
        assert await daemon.result("HowManyImagesInBuffer") == [0]
        assert list((tmp_path / "b/store/blobs").glob("*/*")) == []
        assert (await sheetctl("--json", "store", "usage")).json == []


async def test_a_damaged_page_is_named_and_the_others_are_shown_and_backed_up(
    archive: Path, bus: PrivateBus, tmp_path: Path, sheetctl: Sheetctl
) -> None:
    files = sorted((tmp_path / "a/store/blobs").glob("*/*.master"), key=lambda path: path.stat())
    victim = next(path for path in files if path.stat().st_nlink == 1)
    data = bytearray(victim.read_bytes())
    data[-100] ^= 1
    victim.write_bytes(data)
    async with _daemon(tmp_path / "a", bus) as daemon:
        ran = await sheetctl("--json", "store", "check")
        ((flaw),) = ran.json
        assert (flaw["flaw"], flaw["file"]) == (
            "damaged",
            str(victim.relative_to(tmp_path / "a/store")),
        )
        statuses = [await _shown(daemon, page) for page in await _pages(daemon)]
        assert sorted(set(statuses)) in ([200], [200, 422])
        assert statuses.count(422) <= 1
        assert (await sheetctl("store", "export", "-o", "again.tar")).code == 0
    async with _daemon(tmp_path / "b", bus):
        ran = await sheetctl("--json", "store", "import", "again.tar")
        assert ran.json["pages"] == 5
        assert ran.json["damaged_pages"] == 1
        assert ran.code == 0


async def test_nothing_that_the_daemon_writes_can_be_read_by_others(
    bus: PrivateBus, tmp_path: Path
) -> None:
    folder = tmp_path / "a"
    async with _daemon(folder, bus) as daemon:
        await daemon.result("AcquireImage", SCAN)
        await daemon.result("CopyImages", [0], 0)
        for page in await _pages(daemon):
            assert await _shown(daemon, page) == 200
        written = [*(folder / "store").rglob("*"), *(folder / "cache").rglob("*")]
        modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in written}
        names = " ".join(path.name for path in written)
        assert not any(page in names for page in await _pages(daemon))
    assert modes == {(True, 0o700), (False, 0o600)}
    assert any(path.parent.name == "cache" for path in written)


async def test_a_page_whose_file_is_gone_is_listed_and_damaged(
    archive: Path, bus: PrivateBus, tmp_path: Path, sheetctl: Sheetctl
) -> None:
    async with _daemon(tmp_path / "a", bus) as daemon:
        pages = await _pages(daemon)
        for path in (tmp_path / "a/store/blobs").glob("*/*"):
            path.unlink()
        for page in pages:
            assert await _shown(daemon, page) == 422
        assert await _pages(daemon) == pages
        ran = await sheetctl("--json", "store", "check")
        assert {flaw["flaw"] for flaw in ran.json} == {"missing"}
        assert await daemon.result("RemoveAllImages") == [True]
    async with _daemon(tmp_path / "a", bus) as daemon:
        assert "the master files of 1 pages are missing" in await asyncio.to_thread(daemon.log)


async def test_killed_in_the_middle_of_an_import_the_daemon_keeps_all_of_it_or_nothing(
    bus: PrivateBus, tmp_path: Path, sheetctl: Sheetctl
) -> None:
    async with _daemon(tmp_path / "other", bus) as daemon:
        await daemon.result("AcquireImage", SCAN)
        assert (await sheetctl("store", "export", "-o", "other.tar")).code == 0
    survivor = Survivor(tmp_path / "survivor", bus=bus.address)
    survivor.folder.mkdir()
    await survivor.fill()
    came: list[int] = []

    async def bring(_: Survivor, daemon: Daemon) -> None:
        came.append(len(await survivor.pages(daemon)))
        assert (await sheetctl("store", "import", "other.tar")).code == 3

    for point in (
        Point("after", "sheetfed.storage.unpacking:Unpacking.take", 2),
        Point("before", "aiosqlite:Connection.execute", 1, "'COMMIT'"),
        Point("after", TRANSACTION),
    ):
        await survivor.killed_at(point, bring)
    async with survivor.running() as daemon:
        came.append(len(await survivor.pages(daemon)))
    assert came == [4, 4, 4, 8]


async def test_killed_in_the_middle_of_an_export_the_daemon_leaves_no_file_that_looks_whole(
    bus: PrivateBus, tmp_path: Path, sheetctl: Sheetctl
) -> None:
    survivor = Survivor(tmp_path / "survivor", bus=bus.address)
    survivor.folder.mkdir()
    await survivor.fill()

    async def export(_: Survivor, __: Daemon) -> None:
        ran = await sheetctl("store", "export", "-o", "broken.tar")
        assert ran.code == 1
        assert "broke off" in ran.err

    await survivor.killed_at(Point("before", "sheetfed.storage.archive:_Packing.end"), export)
    assert list(tmp_path.glob("*.tar")) == []
    async with survivor.running():
        pass


async def _pages(daemon: Daemon) -> list[str]:
    (count,) = await daemon.result("HowManyImagesInBuffer")
    return [(await daemon.result("IndexToImageID", index))[0] for index in range(count)]


async def _shown(daemon: Daemon, page: str) -> int:
    url = f"{daemon.base}/dwt/dwt_1/img?pageid={page}&type=png"
    async with daemon.http.get(url) as answer:
        await answer.read()
        return answer.status


def _content(folder: Path) -> tuple[list[object], list[object], dict[str, str]]:
    """Rows without the time of the last use, and the files' digests."""
    with closing(sqlite3.connect(folder / "store/catalogue.sqlite")) as rows:
        documents = rows.execute(
            "SELECT id, uid, origin, instance, created, name, metadata, current, password_hash"
            " FROM documents ORDER BY id"
        ).fetchall()
        rows.row_factory = sqlite3.Row
        pages: list[object] = [
            {**dict(row), "edits": json.loads(row["edits"])}
            for row in rows.execute("SELECT * FROM pages ORDER BY id")
        ]
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (folder / "store/blobs").glob("*/*")
    }
    return documents, pages, files
