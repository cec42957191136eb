"""Channel: whole frames to a worker, however large, and its messages back."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from sheetfed.core.errors import ScannerLost
from sheetfed.devices import wire
from sheetfed.devices.channel import Channel

LARGE = {"value": "x" * 3_000_000}


class Worker:
    """The other end, which reads when it is told to."""

    def __init__(self) -> None:
        ours, self.socket = socket.socketpair()
        self.socket.setblocking(False)
        self.channel = Channel(ours)
        self._decoder = wire.Decoder()
        self._heard: list[wire.Message] = []

    async def hear(self, count: int) -> list[wire.Message]:
        """This many messages."""
        loop = asyncio.get_running_loop()
        while len(self._heard) < count:
            data = await loop.sock_recv(self.socket, 65536)
            assert data, "the channel has ended"
            self._heard += self._decoder.feed(data)
        return self._heard

    async def say(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.socket, data)

    async def ended(self) -> bytes:
        """What comes until the end."""
        loop = asyncio.get_running_loop()
        rest = b""
        while data := await loop.sock_recv(self.socket, 65536):
            rest += data
        return rest


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker()
    yield made
    made.channel.close()
    made.socket.close()


async def test_a_message_that_no_buffer_holds_is_sent_whole(worker: Worker) -> None:
    sending = asyncio.create_task(worker.channel.send(LARGE))
    assert await worker.hear(1) == [LARGE]
    await sending


async def test_messages_that_are_sent_at_once_do_not_mix(worker: Worker) -> None:
    short = {"command": "cancel"}
    sending = asyncio.gather(*(worker.channel.send(message) for message in (LARGE, short, LARGE)))
    assert await worker.hear(3) == [LARGE, short, LARGE]
    await sending


async def test_a_message_that_was_called_off_halfway_is_the_last(worker: Worker) -> None:
    sending = asyncio.create_task(worker.channel.send(LARGE))
    await asyncio.sleep(0)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert len(await worker.ended()) < len(wire.encode(LARGE))
    with pytest.raises(ScannerLost):
        await worker.channel.send({})


async def test_a_worker_that_has_gone_is_lost(worker: Worker) -> None:
    worker.socket.close()
    with pytest.raises(ScannerLost):
        await worker.channel.send({})
    assert [message async for message in worker.channel.messages()] == []


async def test_messages_come_until_the_worker_ends(worker: Worker) -> None:
    await worker.say(wire.encode({"number": 1}) + wire.encode({"number": 2})[:-1])
    await worker.say(wire.encode({"number": 2})[-1:])
    worker.socket.shutdown(socket.SHUT_WR)
    numbers = [message["number"] async for message in worker.channel.messages()]
    assert numbers == [1, 2]


async def test_what_is_no_message_is_told_as_such(worker: Worker) -> None:
    await worker.say(b"\0\0\0\1x")
    with pytest.raises(wire.WireError):
        await anext(worker.channel.messages())


async def test_the_worker_hears_when_there_is_no_more(worker: Worker) -> None:
    worker.channel.end()
    assert await worker.ended() == b""
