"""The store over D-Bus: check, usage, purge, export and import, each for whom it is meant."""

import asyncio
import os
from pathlib import Path

import pytest
from dbus_next.signature import Variant

from fakes.archives import ARCHIVE, MemoryArrival
from fakes.bus import PrivateBus
from fakes.busclient import NOBODY, Client, client_on
from fakes.busdoor import FakeService, door_on
from fakes.core import FakeCore
from fakes.pages import A4_300
from sheetfed.bus.door import BusDoor
from sheetfed.bus.refusal import Refusal
from sheetfed.core.model import Document, DocumentId, Owner, Page, PageId
from sheetfed.core.upkeep import Contents, Finding, Flaw

MINE = Owner(os.getuid())
EVERYBODY = {"everybody": Variant("b", True)}
P1 = PageId(f"p{1:032x}")
D1 = DocumentId(f"d{1:032x}")


def page(name: str, document: str, size_bytes: int = 100) -> Page:
    return Page(PageId(name), DocumentId(document), None, 0, A4_300, size_bytes, 1.0)


async def fill(core: FakeCore) -> None:
    """A page of the test's own user, of one of its web pages, and of somebody else."""
    web = Owner(MINE.uid, "https://app.example.org")
    for number, owner in enumerate((MINE, web, Owner(NOBODY))):
        await core.documents.append(page(f"p{number}", f"d{number}"), owner, None)


async def test_flaws_are_told(bus: PrivateBus, core: FakeCore, door: BusDoor) -> None:
    core.store_folder.findings = [
        Finding(Flaw.ORPHAN, "blobs/00/x.master"),
        Finding(Flaw.WRONG_MODE, "blobs/01/y.master", PageId("p0")),
    ]
    await fill(core)
    async with client_on(bus.address) as client:
        task = await client.ended(await client.call("CheckStore"))
    assert task["Result"] == {
        "pages": 3,
        "flaws": [
            {"flaw": "orphan", "file": "blobs/00/x.master"},
            {"flaw": "wrong-mode", "file": "blobs/01/y.master", "page": "p0"},
        ],
    }
    assert len(core.pages.verified) == 3


async def test_usage_is_told_to_administrators_of_all(
    bus: PrivateBus, core: FakeCore, door: BusDoor
) -> None:
    await fill(core)
    async with client_on(bus.address) as client:
        used = await client.call("StoreUsage")
    assert {(owner["uid"], owner["origin"]) for owner in used} == {
        (MINE.uid, ""),
        (MINE.uid, "https://app.example.org"),
        (NOBODY, ""),
    }
    now = int(core.clock.now())
    assert used[0] == {
        "uid": MINE.uid,
        "origin": "",
        "documents": 1,
        "pages": 1,
        "bytes": 100,
        "last_used": now,
    }


async def test_old_documents_are_purged(bus: PrivateBus, core: FakeCore, door: BusDoor) -> None:
    await fill(core)
    core.clock.advance(100)
    await core.documents.append(page("new", "new"), MINE, None)
    async with client_on(bus.address) as client:
        task = await client.ended(await client.call("PurgeStore", "ta{sv}", 50, EVERYBODY))
    assert task["Result"] == {"documents": 3}
    assert core.documents.all_pages() == {"new"}


async def test_an_export_comes_through_a_pipe(
    bus: PrivateBus, core: FakeCore, door: BusDoor
) -> None:
    await fill(core)
    async with client_on(bus.address) as client:
        for options, pages in (({}, 2), (EVERYBODY, 3)):
            reply = await client.ask("ExportStore", "a{sv}", options)
            (descriptor,) = reply.unix_fds
            with os.fdopen(descriptor, "rb") as pipe:
                assert pipe.read(len(ARCHIVE)) == ARCHIVE
            assert (await client.ended(reply.body[1]))["State"] == "done"
            assert len(core.archives.written.pop().pages) == pages


async def test_an_import_takes_a_file(
    bus: PrivateBus, core: FakeCore, door: BusDoor, tmp_path: Path
) -> None:
    (tmp_path / "archive").write_bytes(b"what was exported")
    document = Document(D1, MINE, None, 1.0, 2.0, (P1,))
    core.archives.arrival = MemoryArrival(Contents(((document, (page(P1, D1),)),)))
    async with client_on(bus.address) as client:
        imported = await brought(client, tmp_path / "archive", {})
        assert imported == {"documents": 1, "pages": 1, "known_pages": 0, "damaged_pages": 0}
        imported = await brought(client, tmp_path / "archive", {"as_own": Variant("b", True)})
        assert imported["pages"] == 1
    assert core.archives.received == [b"what was exported"] * 2
    assert P1 in core.documents.all_pages()


async def brought(client: Client, path: Path, options: dict[str, object]) -> dict[str, int]:
    with path.open("rb") as file:
        reply = await client.ask("ImportStore", "ha{sv}", 0, options, files=[file.fileno()])
    return dict((await client.ended(reply.body[0]))["Result"])


async def test_an_import_without_its_file_is_refused(
    bus: PrivateBus, core: FakeCore, door: BusDoor
) -> None:
    async with client_on(bus.address) as client:
        with pytest.raises(Refusal, match="no such file"):
            await client.call("ImportStore", "ha{sv}", 3, {})


async def test_options_that_are_not_known_are_refused(
    bus: PrivateBus, core: FakeCore, door: BusDoor, tmp_path: Path
) -> None:
    (tmp_path / "archive").touch()
    async with client_on(bus.address) as client:
        with pytest.raises(Refusal, match="everybody"):
            await client.call("ExportStore", "a{sv}", {"nobody": Variant("b", True)})
        with pytest.raises(Refusal, match="true or false"):
            await client.call("ExportStore", "a{sv}", {"everybody": Variant("u", 7)})
        with pytest.raises(Refusal, match="as_own"):
            await brought(client, tmp_path / "archive", {"own": Variant("b", True)})
    assert core.archives.received == []


@pytest.mark.skipif(os.getuid() != 0, reason="another user needs root")
async def test_others_see_use_purge_and_export_only_what_is_theirs(
    bus: PrivateBus, core: FakeCore, service: FakeService
) -> None:
    await fill(core)
    core.clock.advance(100)
    async with door_on(bus.address, core, service), client_on(bus.address, NOBODY) as client:
        assert [owner["uid"] for owner in await client.call("StoreUsage")] == [NOBODY]
        for member, signature, body in (
            ("CheckStore", "", ()),
            ("ExportStore", "a{sv}", (EVERYBODY,)),
            ("PurgeStore", "ta{sv}", (50, EVERYBODY)),
        ):
            with pytest.raises(Refusal, match="only root"):
                await client.call(member, signature, *body)
        reply = await client.ask("ExportStore", "a{sv}", {})
        with os.fdopen(reply.unix_fds[0], "rb") as archive:
            assert await asyncio.to_thread(archive.read) == ARCHIVE
        assert [each.id for each in core.archives.written.pop().pages] == ["p2"]
        task = await client.ended(await client.call("PurgeStore", "ta{sv}", 50, {}))
        assert task["Result"] == {"documents": 1}
    assert core.documents.all_pages() == {"p0", "p1"}


@pytest.mark.skipif(os.getuid() != 0, reason="another user needs root")
async def test_what_is_other_users_comes_back_only_by_an_administrator(
    bus: PrivateBus, core: FakeCore, door: BusDoor, tmp_path: Path
) -> None:
    (tmp_path / "archive").touch()
    (tmp_path / "archive").chmod(0o644)
    async with client_on(bus.address, NOBODY) as client:
        with pytest.raises(Refusal, match="only root"):
            await brought(client, tmp_path / "archive", EVERYBODY)
    async with client_on(bus.address) as client:
        assert (await brought(client, tmp_path / "archive", EVERYBODY))["pages"] == 0
