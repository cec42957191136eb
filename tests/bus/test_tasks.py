"""Tasks: long calls answer at once, tell how far they are, and end where they can be asked."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from dbus_next.message import Message
from dbus_next.signature import Variant

from fakes.bus import PrivateBus
from fakes.bus_fixtures import needs_root
from fakes.busclient import NOBODY, Client, client_on
from fakes.busdoor import FakeService, door_on
from fakes.core import FakeCore
from fakes.devices import Sheet
from fakes.gate import idle
from sheetfed.bus.contract import DOCUMENT, JOB, TASK
from sheetfed.bus.refusal import Refusal
from sheetfed.bus.tasks import ENDED_AT_MOST, KEPT_S, RUNNING_AT_MOST, Kind, Result, Tasks
from sheetfed.core.errors import Gone, InternalError, TooMany
from sheetfed.core.model import Caller, Owner
from sheetfed.core.upkeep import Told

FEEDER = {"paper_source": Variant("s", "feeder")}


@pytest.fixture
def service() -> FakeService:
    """Of a daemon that waits for nothing: what is not done at once becomes a task."""
    return FakeService(answer_deadline_s=0)


async def scanned(client: Client, core: FakeCore) -> str:
    core.devices.load(Sheet(), Sheet())
    job = await client.call("StartScan", "sa{sv}", "desk", FEEDER)
    await client.heard("Finished", lambda signal: signal.path == job)
    return str(await client.get(job, JOB, "Document"))


def _came(signal: Message) -> bool:
    return "/task/" in signal.body[0]


async def _read(reply: Message) -> bytes:
    """All that comes through the reply's pipe, while the daemon in this process goes on."""
    with os.fdopen(reply.unix_fds[0], "rb") as pipe:
        return await asyncio.to_thread(pipe.read)


async def test_a_long_call_is_answered_with_an_object_that_tells_how_far_it_is(
    client: Client, core: FakeCore
) -> None:
    await scanned(client, core)
    (second,) = [page.id for page in core.collection.pages.values() if page.sequence == 1]
    core.pages.verifying[core.store.blobs.master(second)].shut()
    task = await client.call("CheckStore")
    await client.heard(
        "PropertiesChanged",
        lambda signal: signal.path == task and signal.body[1]["Progress"].value == 50,
    )
    assert (await client.get_all(task, TASK))["State"] == "running"
    core.pages.verifying[core.store.blobs.master(second)].open()
    ended = await client.ended(task)
    assert (ended["Kind"], ended["State"], ended["Progress"]) == ("check-store", "done", 100)
    assert ended["Result"] == {"pages": 2, "flaws": []}


async def test_a_task_that_fails_says_why(client: Client, core: FakeCore) -> None:
    core.archives.writing.fault = Gone("nobody reads")
    reply = await client.ask("ExportStore", "a{sv}", {})
    os.close(reply.unix_fds[0])
    ended = await client.ended(reply.body[1])
    assert (ended["State"], ended["Error"]) == ("failed", "org.sheetfed1.Error.Gone")
    assert ended["Message"] == "nobody reads"


async def test_what_nobody_expected_is_an_internal_error_without_detail(
    client: Client, core: FakeCore, caplog: pytest.LogCaptureFixture
) -> None:
    core.archives.writing.fault = ValueError("/a/path")
    reply = await client.ask("ExportStore", "a{sv}", {})
    os.close(reply.unix_fds[0])
    ended = await client.ended(reply.body[1])
    assert (ended["Error"], ended["Message"]) == (
        "org.sheetfed1.Error.Internal",
        "internal error",
    )
    assert "/a/path" in caplog.text


async def test_a_task_can_be_canceled(client: Client, core: FakeCore) -> None:
    core.archives.writing.shut()
    reply = await client.ask("ExportStore", "a{sv}", {})
    task = reply.body[1]
    await core.archives.writing.reached()
    await client.call("Cancel", path=task, interface=TASK)
    assert (await client.ended(task))["State"] == "canceled"
    await client.call("Cancel", path=task, interface=TASK)
    assert await _read(reply) == b""


async def test_its_object_stays_for_ten_minutes_after_the_end(
    client: Client, core: FakeCore
) -> None:
    task = await client.call("PurgeStore", "ta{sv}", 0, {})
    await client.ended(task)
    core.clock.advance(KEPT_S - 1)
    assert task in await client.managed()
    core.clock.advance(1)
    await client.heard("InterfacesRemoved", lambda signal: signal.body[0] == task)
    assert task not in await client.managed()


async def test_an_export_that_takes_long_comes_through_a_pipe(
    client: Client, core: FakeCore
) -> None:
    document = await scanned(client, core)
    core.pages.exporting.shut()
    reply = await client.ask("Export", "sa{sv}", "pdf", {}, path=document, interface=DOCUMENT)
    task = (await client.heard("InterfacesAdded", _came)).body[0]
    core.pages.exporting.open()
    assert (await _read(reply)).startswith(b"%PDF")
    ended = await client.ended(task)
    assert (ended["Kind"], ended["State"]) == ("export", "done")


async def test_a_page_and_an_edit_that_take_long_go_on_too(client: Client, core: FakeCore) -> None:
    document = await scanned(client, core)
    at = {"path": document, "interface": DOCUMENT}
    core.pages.rendering.shut()
    reply = await client.ask("GetPage", "usa{sv}", 0, "png", {}, **at)
    core.pages.rendering.open()
    assert (await _read(reply)).startswith(b"\x89PNG")
    core.pages.skewed = 1.0
    core.pages.measuring.shut()
    await client.call("Edit", "usa{sv}", 0, "deskew", {}, **at)
    task = (await client.heard("InterfacesAdded", _edits)).body[0]
    core.pages.measuring.open()
    assert (await client.ended(task))["State"] == "done"
    assert (await client.call("GetPageInfo", "u", 0, **at))["edits"] == ["rotate"]


def _edits(signal: Message) -> bool:
    return _came(signal) and signal.body[1][TASK]["Kind"].value == "edit"


async def test_an_export_that_fails_after_the_answer_brings_nothing(
    client: Client, core: FakeCore
) -> None:
    document = await scanned(client, core)
    core.pages.exporting.shut()
    reply = await client.ask("Export", "sa{sv}", "pdf", {}, path=document, interface=DOCUMENT)
    task = (await client.heard("InterfacesAdded", _came)).body[0]
    core.pages.exporting.fault = InternalError("the image work died")
    core.pages.exporting.open()
    assert await _read(reply) == b""
    assert (await client.ended(task))["State"] == "failed"


async def test_an_export_that_nobody_reads_ends(client: Client, core: FakeCore) -> None:
    document = await scanned(client, core)
    core.pages.exporting.shut()
    reply = await client.ask("Export", "sa{sv}", "pdf", {}, path=document, interface=DOCUMENT)
    os.close(reply.unix_fds[0])
    task = (await client.heard("InterfacesAdded", _came)).body[0]
    core.pages.exporting.open()
    assert (await client.ended(task))["Error"] == "org.sheetfed1.Error.Gone"


async def test_pages_that_take_long_to_come_in_come_in_all_the_same(
    client: Client, core: FakeCore, tmp_path: Path
) -> None:
    document = await scanned(client, core)
    core.pages.sources[b"one page"] = 1
    core.pages.loading[0].shut()
    (tmp_path / "one.png").write_bytes(b"one page")
    with (tmp_path / "one.png").open("rb") as file:
        await client.ask(
            *("AddPage", "h", 0), path=document, interface=DOCUMENT, files=[file.fileno()]
        )
    task = (await client.heard("InterfacesAdded", _came)).body[0]
    core.pages.loading[0].open()
    assert (await client.ended(task))["Kind"] == "add-page"
    assert await client.get(document, DOCUMENT, "Pages") == 3


@needs_root
async def test_a_second_user_neither_sees_nor_hears_a_task(
    client: Client, bus: PrivateBus, core: FakeCore
) -> None:
    async with client_on(bus.address, uid=NOBODY) as nobody:
        await nobody.managed()
        task = await client.call("CheckStore")
        await client.ended(task)
        assert task not in await nobody.managed()
        with pytest.raises(Refusal) as refused:
            await nobody.call("Cancel", path=task, interface=TASK)
        assert refused.value.name == "org.freedesktop.DBus.Error.UnknownObject"
        assert not [signal for signal in nobody.signals if "/task/" in str(signal.body)]


async def test_tasks_end_with_the_door(
    bus: PrivateBus, core: FakeCore, service: FakeService
) -> None:
    core.archives.writing.shut()
    async with door_on(bus.address, core, service), client_on(bus.address) as client:
        reply = await client.ask("ExportStore", "a{sv}", {})
    assert await _read(reply) == b""


@pytest.fixture
async def tasks(core: FakeCore) -> AsyncIterator[Tasks]:
    tasks = Tasks(clock=core.clock)
    yield tasks
    await tasks.close()


async def _for_ever(_: Told) -> Result:
    await asyncio.Event().wait()
    return {}


async def test_one_users_tasks_are_limited_and_no_others(tasks: Tasks) -> None:
    alice, bob = Caller(Owner(1000)), Caller(Owner(1001))
    for _ in range(RUNNING_AT_MOST):
        tasks.start(alice, Kind.CHECK_STORE, _for_ever)
    with pytest.raises(TooMany):
        tasks.start(alice, Kind.CHECK_STORE, _for_ever)
    tasks.start(bob, Kind.CHECK_STORE, _for_ever)


async def test_of_those_that_ended_the_oldest_go_first(tasks: Tasks) -> None:
    alice = Caller(Owner(1000))

    async def nothing(_: Told) -> Result:
        return {}

    started = []
    for _ in range(ENDED_AT_MOST + 2):
        started.append(tasks.start(alice, Kind.CHECK_STORE, nothing).id)
        await idle(3)
    shown = [task.id for task in tasks.visible_to(alice)]
    assert shown == started[-ENDED_AT_MOST - 1 :]
