"""Crash points: the daemon is killed exactly there, and no announced page is lost.

Each test goes through its points one after the other on one store; what a kill has left is looked
at when the next daemon is up.
"""

import asyncio
import os
import random
import signal
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from fakes.crashing import Point
from fakes.daemon import children_named
from fakes.points import (
    BLOBS,
    POINTS,
    POOL,
    SPOOLS,
    TRANSACTION,
    Action,
    before_commit,
    copy,
    load,
    remove,
    remove_all,
    scan,
    turn,
)
from fakes.sse import until
from fakes.survivor import SCAN, Survivor


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
        rows.execute("DROP TABLE grants")
        rows.execute("PRAGMA user_version = 1")
        rows.commit()
