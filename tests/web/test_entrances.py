"""Sockets that the service manager hands over: taken, missed, or kept shut."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.core import FakeCore
from fakes.door import assembled, raw_request
from fakes.incoming import FolderIncoming
from sheetfed.web.entrances import Address, Entrances, bind, entrances

ASKED = b"GET /fa/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"


@pytest.fixture
def handed() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def port(listening: socket.socket) -> int:
    number: int = listening.getsockname()[1]
    return number


def close(found: Entrances) -> None:
    for entrance in found.all:
        entrance.listening.close()


def test_a_socket_that_is_handed_over_is_taken_for_its_address(handed: socket.socket) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        addresses = [Address("::1", port(other)), Address("127.0.0.1", port(handed))]
        found = entrances(addresses, [handed, other])
        assert [entrance.listening for entrance in found.all] == [other, handed]
        assert found.differences == ()
        assert not handed.getblocking()


def test_an_address_that_no_socket_has_is_bound_and_told(handed: socket.socket) -> None:
    free = bind("127.0.0.1", 0)
    number = port(free)
    free.close()
    found = entrances([Address("127.0.0.1", port(handed)), Address("127.0.0.1", number)], [handed])
    assert found.differences == (f"sheetfed.socket does not hold 127.0.0.1:{number}",)
    assert port(found.all[1].listening) == number
    close(found)


def test_without_sockets_nothing_differs() -> None:
    found = entrances([Address("127.0.0.1", 0)], [])
    assert found.differences == ()
    close(found)


def test_an_address_that_is_taken_is_named_and_nothing_stays_open(handed: socket.socket) -> None:
    with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1 port {port(handed)}"):
        entrances([Address("127.0.0.1", 0), Address("127.0.0.1", port(handed))], [])


def test_no_address_at_all_is_an_error() -> None:
    with pytest.raises(OSError, match="none of the addresses"):
        entrances([], [])


async def test_who_comes_to_a_socket_that_nothing_listens_on_is_turned_away_at_once(
    tmp_path: Path, handed: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeCore.assemble(tmp_path).running() as core:
        door = assembled(core, FolderIncoming(tmp_path), handed=[handed])
        with caplog.at_level(logging.WARNING):
            await door.start()
        number = port(handed)
        assert door.differences == (
            "sheetfed.socket does not hold 127.0.0.1:0",
            f"sheetfed.socket holds 127.0.0.1:{number}, which nothing is to listen on",
        )
        assert len(door.endpoints) == 1
        reader, writer = await asyncio.open_connection("127.0.0.1", number)
        assert await reader.read() == b""
        writer.close()
        core.hub.close()
        await door.close()


async def test_who_came_before_the_door_closed_and_asks_then_is_answered(tmp_path: Path) -> None:
    async with FakeCore.assemble(tmp_path).running() as core:
        door = assembled(core, FolderIncoming(tmp_path))
        await door.start()
        number = int(door.endpoints[0].rpartition(":")[2])
        assert (await asyncio.to_thread(raw_request, number, ASKED % number)).status == 200
        reader, writer = await asyncio.open_connection("127.0.0.1", number)
        core.hub.close()
        closing = asyncio.create_task(door.close())
        await asyncio.sleep(0)
        writer.write((ASKED % number).replace(b"Connection: close\r\n", b""))
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 200 ")
        writer.close()
        await closing
