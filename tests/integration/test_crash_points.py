"""Crash points: the daemon is killed exactly there, and no announced page is lost.

Each test goes through its points one after the other on one store; what a kill has left is looked
at when the next daemon is up.
"""

import asyncio
import os
import random
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from fakes.crashing import Point
from fakes.daemon import Daemon, children_named
from fakes.sse import until
from fakes.survivor import SCAN, Survivor

BLOBS = "sheetfed.storage.blobs:Blobs"
POOL = "sheetfed.imaging.pool:ImagingPool"
SPOOLS = "sheetfed.storage.spools:Spools"
INCOMING = "sheetfed.storage.incoming:IncomingFile"
RENDERS = "sheetfed.storage.renders:Renders"
TRANSACTION = "sheetfed.storage.database:Database._commit"
PUBLISH = "sheetfed.core.events:Hub.publish"

Action = Callable[[Survivor, Daemon], Awaitable[object]]


def before_commit(number: int = 1, *, waits: bool = True) -> Point:
    """All of the transaction is there but its end."""
    return Point("before", "aiosqlite:Connection.execute", number, "'COMMIT'", waits)


async def scan(_: Survivor, daemon: Daemon) -> None:
    await daemon.call("AcquireImage", SCAN)


async def load(survivor: Survivor, daemon: Daemon) -> None:
    await survivor.load(daemon)


async def remove(survivor: Survivor, daemon: Daemon) -> None:
    survivor.may_be_gone |= set((await survivor.pages(daemon))[:1])
    await daemon.call("RemoveImage", 0)


async def remove_all(survivor: Survivor, daemon: Daemon) -> None:
    survivor.may_be_gone |= set(await survivor.pages(daemon))
    await daemon.call("RemoveAllImages")


async def copy(_: Survivor, daemon: Daemon) -> None:
    await daemon.call("CopyImages", [0, 1], 1)


async def reverse(_: Survivor, daemon: Daemon) -> None:
    await daemon.call("ReversePages")


async def turn(_: Survivor, daemon: Daemon) -> None:
    await daemon.call("RotateRight", 0)


async def turn_and_undo(_: Survivor, daemon: Daemon) -> None:
    await daemon.call("RotateRight", 0)
    await daemon.call("Undo", 0)


async def export(_: Survivor, daemon: Daemon) -> None:
    async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/doc?id=test&type=pdf") as answer:
        await answer.read()


async def look(_: Survivor, daemon: Daemon) -> None:
    async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/img?id=test&index=0&width=77") as answer:
        await answer.read()


POINTS: Mapping[str, Mapping[str, tuple[Action, Point]]] = {
    "reading": {
        "its spool file is made": (scan, Point("after", f"{SPOOLS}._create", 1)),
        "its spool file is handed to the driver": (scan, Point("after", f"{SPOOLS}.create", 3)),
        "it is fully read": (scan, Point("before", "sheetfed.core.intake:Intake.prepare", 2)),
        "it is given to an image worker": (scan, Point("before", f"{POOL}.ingest", 4)),
    },
    "taking in": {
        "its master and preview are made": (scan, Point("after", f"{POOL}.ingest", 2)),
        "one of its files is to be synced": (scan, Point("before", "os:fsync", 2)),
        "one of its files is synced": (scan, Point("after", "os:fsync", 3)),
        "both of its files are synced": (scan, Point("after", f"{BLOBS}.sync", 2)),
    },
    "committing": {
        "its row is to be committed": (scan, before_commit(3)),
        "its row is committed": (scan, Point("after", TRANSACTION, 3)),
        "it is to be told": (scan, Point("before", PUBLISH, 2, "PageAdded")),
    },
    "telling": {
        "it is told": (scan, Point("after", PUBLISH, 2, "PageAdded")),
        "its spool file is to be removed": (scan, Point("before", f"{SPOOLS}.drop", 2)),
        "its spool file is removed": (scan, Point("after", f"{SPOOLS}.drop", 4)),
    },
    "removing": {
        "the change is to be committed": (remove, before_commit()),
        "the change is committed": (remove, Point("after", TRANSACTION)),
        "the files are to be removed": (remove, Point("before", f"{BLOBS}.drop")),
        "one of the files is removed": (remove, Point("after", "os:unlink", 1, ".master")),
    },
    "removing all": {
        "the change is to be committed": (remove_all, before_commit()),
        "the first page's files are removed": (remove_all, Point("after", f"{BLOBS}.drop", 1)),
    },
    "copying": {
        "one file is linked": (copy, Point("after", "os:link", 1)),
        "both files are linked": (copy, Point("after", "os:link", 2)),
        "a page is copied": (copy, Point("after", f"{BLOBS}.copy", 1)),
        "the copies are to be committed": (copy, before_commit()),
    },
    "arranging": {
        "the copies are committed": (copy, Point("after", TRANSACTION)),
        "the order is to be committed": (reverse, before_commit()),
        "the order is committed": (reverse, Point("after", TRANSACTION)),
    },
    "editing": {
        "the edit is to be committed": (turn, before_commit()),
        "the edit is committed": (turn, Point("after", TRANSACTION)),
        "its undoing is to be committed": (turn_and_undo, before_commit(2)),
        "its undoing is committed": (turn_and_undo, Point("after", TRANSACTION, 2)),
    },
    "loading a file": {
        "it is written down": (load, Point("after", f"{INCOMING}.write")),
        "its pages are counted": (load, Point("after", f"{POOL}.count")),
        "its page is made": (load, Point("after", f"{POOL}.load")),
    },
    "keeping a file": {
        "its pages are to be committed": (load, before_commit()),
        "its pages are committed": (load, Point("after", TRANSACTION)),
    },
    "rendering and exporting": {
        "a render is made": (look, Point("after", f"{POOL}.render")),
        "a render is kept": (look, Point("after", f"{RENDERS}.keep")),
        "an export is begun": (export, Point("before", f"{POOL}.export")),
        "an export is made": (export, Point("after", f"{POOL}.export")),
    },
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Survivor:
    """With the pages of one scan; made once, and copied for each test."""
    survivor = Survivor(tmp_path_factory.mktemp("filled"))
    asyncio.run(survivor.fill())
    return survivor


@pytest.fixture
def survivor(filled: Survivor, tmp_path: Path) -> Survivor:
    return filled.copied(tmp_path)


async def go_through(survivor: Survivor, points: Iterable[tuple[Action, Point]]) -> None:
    for action, point in points:
        await survivor.killed_at(point, action)
    async with survivor.running():
        pass


@pytest.mark.parametrize("work", POINTS)
async def test_killed_in_its_work_the_daemon_loses_nothing(survivor: Survivor, work: str) -> None:
    await go_through(survivor, list(POINTS[work].values())[:2])


@pytest.mark.parametrize("work", [work for work in POINTS if len(POINTS[work]) > 2])
async def test_killed_later_in_its_work_the_daemon_loses_nothing(
    survivor: Survivor, work: str
) -> None:
    await go_through(survivor, list(POINTS[work].values())[2:])


async def test_what_was_done_before_a_kill_is_done(survivor: Survivor) -> None:
    await survivor.killed_at(Point("after", TRANSACTION), turn)
    await survivor.killed_at(Point("after", TRANSACTION), remove)
    async with survivor.running() as daemon:
        assert len(await survivor.pages(daemon)) == 3
    assert len(survivor.may_be_gone - survivor.is_gone) == 1


STARTS: Mapping[str, tuple[Point, ...]] = {
    "pages that were read": (
        Point("after", f"{SPOOLS}.complete", waits=False),
        Point("after", f"{POOL}.ingest", waits=False),
    ),
    "pages that were read and made": (
        before_commit(waits=False),
        Point("before", f"{BLOBS}.sweep", waits=False),
    ),
    "files of no page": (
        Point("after", "os:unlink", 1, "/blobs/", waits=False),
        Point("after", f"{BLOBS}.sweep", waits=False),
    ),
}


@pytest.mark.parametrize("found", STARTS)
async def test_killed_while_it_starts_the_daemon_loses_nothing(
    survivor: Survivor, found: str
) -> None:
    if found == "files of no page":
        await survivor.killed_at(Point("after", f"{POOL}.load"), load)
    else:
        await survivor.killed_at(Point("before", f"{POOL}.ingest", 2), scan)
    for point in STARTS[found]:
        await survivor.killed_at_start(point)
    async with survivor.running():
        pass


async def test_killed_while_it_replaces_a_damaged_catalogue_the_daemon_loses_nothing(
    survivor: Survivor,
) -> None:
    path = survivor.store / "catalogue.sqlite"
    spoiled = await asyncio.to_thread(_without_an_index_entry, path)
    for point in (
        Point("before", "os:replace", 1, ".salvaged", waits=False),
        Point("after", "os:link", 1, "damaged", waits=False),
        Point("before", "os:replace", 1, ".salvaged", waits=False),
    ):
        await survivor.killed_at_start(point)
    async with survivor.running() as daemon:
        assert len(await survivor.pages(daemon)) == 4
        assert "is now" in daemon.log() or "damaged" in daemon.log()
    (damaged,) = survivor.store.glob("catalogue.damaged-*.sqlite")
    assert await asyncio.to_thread(damaged.read_bytes) == spoiled


async def test_killed_while_it_migrates_the_daemon_loses_nothing(survivor: Survivor) -> None:
    await asyncio.to_thread(_of_the_first_version, survivor.store / "catalogue.sqlite")
    for point in (
        Point("before", "aiosqlite:Connection.execute", 2, "ALTER", waits=False),
        before_commit(waits=False),
        Point("after", TRANSACTION, waits=False),
    ):
        await survivor.killed_at_start(point)
    async with survivor.running() as daemon:
        assert len(await survivor.pages(daemon)) == 4


@pytest.mark.parametrize("seed", range(6))
async def test_killed_at_any_moment_the_daemon_loses_nothing(survivor: Survivor, seed: int) -> None:
    chance = random.Random(seed)
    calls = (
        (scan, "asyncio:Event.set"),
        (scan, "os:fsync"),
        (scan, TRANSACTION),
        (copy, "os:fsync"),
        (load, "asyncio:to_thread"),
        (remove_all, "os:unlink"),
    )
    action, call = calls[seed]
    when = chance.choice(("before", "after"))
    await survivor.killed_at(Point(when, call, chance.randint(1, 4)), action)
    async with survivor.running():
        pass


WORKER_STEPS: Mapping[str, Point] = {
    "its preview is to be put in place": Point("before", "os:replace", 1, ".preview"),
    "its preview is in place": Point("after", "os:replace", 1, ".preview"),
    "its master is in place": Point("after", "os:replace", 1, ".master"),
}


@pytest.mark.parametrize("step", WORKER_STEPS)
async def test_an_image_worker_that_is_killed_costs_no_page(
    survivor: Survivor, tmp_path: Path, step: str
) -> None:
    async with survivor.running(in_workers=WORKER_STEPS[step]) as daemon:
        done, indices, _ = await daemon.result("AcquireImage", SCAN)
        assert (done, indices) == (True, [4, 5, 6, 7])
        assert "an image worker died" in daemon.log()
        await survivor.assert_sound(daemon)


async def test_a_scanner_worker_that_is_killed_costs_no_page_that_was_read(
    survivor: Survivor,
) -> None:
    slow = {"read-delay": True, "read-delay-duration": 20000}
    settings = {**SCAN, "pages": -1, "options": {**SCAN["options"], **slow}}  # type: ignore[dict-item]
    async with survivor.running() as daemon, await daemon.events() as stream:
        _, job = (await daemon.call("AcquireImage", settings, door="fa"))["result"]
        await until(stream, "page", action="added", index=5)
        for worker in children_named(daemon.process.pid, "sheetfed.devices.worker"):
            os.kill(worker, signal.SIGKILL)
        ended = await until(stream, "job", job=job, state="failed")
        assert ended["reason"] == "scanner-lost"
        assert len(await survivor.pages(daemon)) == 4 + ended["pages"]
        await survivor.assert_sound(daemon)


def _without_an_index_entry(path: Path) -> bytes:
    """An index that contradicts its table: the file is damaged, and all rows can be read."""
    with closing(sqlite3.connect(path)) as rows:
        ((root,),) = rows.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'pages_in_order'"
        ).fetchall()
        ((block_bytes,),) = rows.execute("PRAGMA page_size").fetchall()
    start = (root - 1) * block_bytes
    spoiled = bytearray(path.read_bytes())
    count = int.from_bytes(spoiled[start + 3 : start + 5], "big")
    spoiled[start + 3 : start + 5] = (count - 1).to_bytes(2, "big")
    path.write_bytes(bytes(spoiled))
    return bytes(spoiled)


def _of_the_first_version(path: Path) -> None:
    """Take off what later versions have added."""
    with closing(sqlite3.connect(path)) as rows:
        for table, columns in (
            ("pages", ("edits", "undone")),
            ("documents", ("name", "metadata", "current", "password_hash")),
            ("jobs", ("discarded",)),
        ):
            for column in columns:
                rows.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        rows.execute("PRAGMA user_version = 1")
        rows.commit()
