"""Connection: what dbus-next gets wrong when a bus is slow, silent or gone."""

import asyncio
import itertools
import os
from pathlib import Path

import pytest
from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import SignatureTree, Variant

from fakes.bus import PrivateBus
from fakes.busclient import Client, client_on
from fakes.core import FakeCore
from sheetfed.bus import connection as connections
from sheetfed.bus.connection import BusUnreachable, Connection, address_of
from sheetfed.bus.contract import MANAGER, NAME, ROOT
from sheetfed.bus.intake import TREES_AT_MOST
from sheetfed.bus.refusal import DISCONNECTED, LIMITS_EXCEEDED, NO_REPLY, Refusal


def _signal(connection: Connection, number: int, text: str) -> Message:
    return Message(
        message_type=MessageType.SIGNAL,
        destination=connection.unique_name,
        path="/",
        interface="org.example.Test",
        member="Counted",
        signature="us",
        body=[number, text],
    )


FULL = [Variant("y", 1)] * 200_000
STRUCTS = [
    Variant(f"a({''.join(word)})", []) for word in itertools.product("ybnqiuxtdsogv", repeat=3)
]


@pytest.mark.parametrize("body", [FULL, STRUCTS], ids=["large", "of-many-types"])
async def test_a_call_that_would_hold_everybody_up_is_refused_unread(
    bus: PrivateBus, body: list[Variant]
) -> None:
    async with client_on(bus.address) as caller, client_on(bus.address) as called:
        heard: list[Message] = []
        called.connection.add_message_handler(heard.append)
        await called.connection.ask("RequestName", "su", [NAME, 0])
        heard.clear()
        with pytest.raises(Refusal, match="too large") as refused:
            await caller.ask("StartScan", "av", body)
        assert refused.value.name == LIMITS_EXCEEDED
        await caller.ask("Ping", interface="org.freedesktop.DBus.Peer")
        assert [message.member for message in heard] == ["Ping"]
        assert len(SignatureTree._cache) <= TREES_AT_MOST


async def test_the_descriptors_of_a_call_that_is_refused_unread_are_closed(
    bus: PrivateBus, tmp_path: Path
) -> None:
    path = tmp_path / "sent"
    path.touch()
    async with client_on(bus.address) as caller, client_on(bus.address) as called:
        await called.connection.ask("RequestName", "su", [NAME, 0])
        with path.open() as file, pytest.raises(Refusal, match="too large"):
            await caller.ask("ImportStore", "hav", 0, FULL, files=[file.fileno()])
        links = [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.exists()]
        assert str(path) not in links


async def test_who_floods_keeps_nothing_else_from_being_done(
    bus: PrivateBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "READING_S", 0.0)
    async with client_on(bus.address) as sender, client_on(bus.address) as reader:
        loop, connection = asyncio.get_running_loop(), reader.connection
        loop.remove_reader(connection._fd)
        for number in range(10):
            signal = _signal(connection, number, "flood")
            await sender.connection.send_and_wait(signal)
        await sender.connection.ask("GetId")
        connection._message_reader()
        assert [signal.body[0] for signal in reader.signals] == [0]
        loop.add_reader(connection._fd, connection._message_reader)
        await reader.heard("Counted", lambda signal: signal.body[0] == 9)


async def test_a_bus_that_reads_nothing_for_a_while_gets_everything_later(
    bus: PrivateBus,
) -> None:
    async with client_on(bus.address) as client:
        bus.freeze()
        for number in range(300):
            client.connection.send(_signal(client.connection, number, "x" * 10_000))
        await asyncio.sleep(0)
        bus.thaw()
        await client.heard("Counted", lambda signal: signal.body[0] == 299)
        assert [signal.body[0] for signal in client.signals] == list(range(300))


async def test_a_descriptor_that_had_to_wait_arrives(bus: PrivateBus, tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(b"the page")
    async with client_on(bus.address) as client:
        bus.freeze()
        for number in range(100):
            client.connection.send(_signal(client.connection, number, "x" * 10_000))
        descriptor = os.open(tmp_path / "sent", os.O_RDONLY)
        message = Message(
            message_type=MessageType.SIGNAL,
            destination=client.connection.unique_name,
            path="/",
            interface="org.example.Test",
            member="Sent",
            signature="h",
            body=[0],
            unix_fds=[descriptor],
        )
        sending = asyncio.create_task(client.connection.send_and_wait(message))
        await asyncio.sleep(0)
        bus.thaw()
        await sending
        os.close(descriptor)
        sent = await client.heard("Sent")
        with os.fdopen(sent.unix_fds[0], "rb") as file:
            assert file.read() == b"the page"


async def test_a_call_that_nobody_answers_ends_at_its_deadline(
    client: Client, core: FakeCore
) -> None:
    core.devices.surveying.shut()
    with pytest.raises(Refusal) as refused:
        await client.connection.ask(
            "RefreshScanners", destination=NAME, path=ROOT, interface=MANAGER, timeout_s=0.05
        )
    assert refused.value.name == NO_REPLY
    core.devices.surveying.open()


async def test_a_call_ends_when_the_bus_goes_away_and_so_does_every_later_one(
    bus: PrivateBus,
) -> None:
    async with client_on(bus.address) as client:
        bus.freeze()
        call = asyncio.create_task(client.connection.ask("GetId"))
        await asyncio.sleep(0)
        bus.stop()
        await client.connection.gone()
        for waiting in (call, client.connection.ask("GetId")):
            with pytest.raises(Refusal) as refused:
                await waiting
            assert refused.value.name == DISCONNECTED


async def test_what_hangs_up_at_once_is_no_bus(tmp_path: Path) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_unix_server(hang_up, tmp_path / "bus"):
        with pytest.raises(BusUnreachable, match=r"hung up|Broken pipe|reset"):
            await Connection.open(f"unix:path={tmp_path}/bus")


async def test_what_says_nothing_is_no_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "CONNECT_DEADLINE_S", 0.05)
    ended = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        ended.set()

    async with await asyncio.start_unix_server(say_nothing, tmp_path / "bus"):
        with pytest.raises(BusUnreachable, match="Timeout"):
            await Connection.open(f"unix:path={tmp_path}/bus")
        await ended.wait()


@pytest.mark.parametrize("address", ["tcp:host=127.0.0.1,port=1", "nonsense", "unix:path=a b"])
async def test_an_address_that_is_none_is_said(address: str) -> None:
    with pytest.raises(BusUnreachable):
        await Connection.open(address)


def test_the_well_known_buses_are_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/a")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/b")
    assert [address_of("system"), address_of("session")] == ["unix:path=/a", "unix:path=/b"]
    monkeypatch.delenv("DBUS_SYSTEM_BUS_ADDRESS")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    assert address_of("system") == "unix:path=/var/run/dbus/system_bus_socket"
    assert address_of("session") == "unix:path=/run/user/7/bus"
    assert address_of("unix:path=/c") == "unix:path=/c"
