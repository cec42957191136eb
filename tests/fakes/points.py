"""Points: where a daemon is killed in its work, by name, and what brings it there."""

from collections.abc import Awaitable, Callable, Mapping

from fakes.crashing import Point
from fakes.daemon import Daemon
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
