"""Streams: files, pipes and sockets of others' as bytes in and out, none waited for for ever."""

import asyncio
import os
import socket
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from typing import Any, Final, Protocol, TypeVar

from sheetfed.core.errors import DamagedImage, Gone, InvalidParameter

STALL_S: Final = 60.0
"""How long the other side may let us wait for the next bytes, or for room for them."""

_CHUNK_BYTES: Final = 1024 * 1024

_Taken = TypeVar("_Taken")


class Source(Protocol):
    async def read(self, most_bytes: int) -> bytes:
        """The next bytes, at least one; none at the end. Raises Gone or DamagedImage."""
        ...


class _File:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    async def read(self, most_bytes: int) -> bytes:
        try:
            return await asyncio.to_thread(os.read, self._descriptor, min(most_bytes, _CHUNK_BYTES))
        except OSError as error:
            raise DamagedImage("what is sent cannot be read") from error


class _PipeSource:
    """Of a pipe that others have, too: whether reading it waits is theirs to change at any time.

    So nothing is read from it: what it has is moved, without waiting, to a pipe of our own.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._reading, self._writing = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    async def read(self, most_bytes: int) -> bytes:
        moved = await _when_ready(self._descriptor, lambda: self._move(most_bytes))
        return os.read(self._reading, moved) if moved else b""

    def close(self) -> None:
        os.close(self._reading)
        os.close(self._writing)

    def _move(self, most_bytes: int) -> int:
        at_once = min(most_bytes, _CHUNK_BYTES)
        return os.splice(self._descriptor, self._writing, at_once, flags=os.SPLICE_F_NONBLOCK)


class _SocketSource:
    """Of a socket that others have, too, and can make one that waits: each call says otherwise."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.setblocking(False)

    async def read(self, most_bytes: int) -> bytes:
        at_once = min(most_bytes, _CHUNK_BYTES)
        return await _when_ready(
            self._socket.fileno(), lambda: self._socket.recv(at_once, socket.MSG_DONTWAIT)
        )

    def close(self) -> None:
        self._socket.detach()


class Sink:
    """A pipe or socket that is written to."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    async def write(self, data: bytes) -> None:
        """Returns when all of it is on its way. Raises Gone."""
        loop = asyncio.get_running_loop()
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:
                await _ready(self._descriptor, loop.add_writer, loop.remove_writer)
            except OSError as error:
                raise Gone("nobody reads the archive any more") from error


@asynccontextmanager
async def source(descriptor: int) -> AsyncIterator[Source]:
    """The descriptor for reading, closed at the end. Raises InvalidParameter."""
    try:
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISREG(kind):
            yield _File(descriptor)
        elif stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind):
            make = _PipeSource if stat.S_ISFIFO(kind) else _SocketSource
            with closing(make(descriptor)) as found:
                yield found
        else:
            raise InvalidParameter("only a file, a pipe or a socket can be read from")
    finally:
        os.close(descriptor)


@asynccontextmanager
async def sink(descriptor: int) -> AsyncIterator[Sink]:
    """The descriptor of a pipe or socket for writing, closed at the end."""
    try:
        os.set_blocking(descriptor, False)
        yield Sink(descriptor)
    finally:
        os.close(descriptor)


async def _when_ready(descriptor: int, take: Callable[[], _Taken]) -> _Taken:
    """What is taken, once there is something. Raises Gone or DamagedImage."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            return take()
        except BlockingIOError:
            await _ready(descriptor, loop.add_reader, loop.remove_reader)
        except OSError as error:
            raise DamagedImage("what is sent cannot be read") from error


async def _ready(descriptor: int, add: Callable[..., Any], remove: Callable[[int], object]) -> None:
    """Wait for the other side. Raises Gone."""
    ready = asyncio.Event()
    add(descriptor, ready.set)
    try:
        async with asyncio.timeout(STALL_S):
            await ready.wait()
    except TimeoutError as error:
        raise Gone("the other side of the pipe does nothing any more") from error
    finally:
        remove(descriptor)
