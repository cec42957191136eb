"""Delivery: a file for a caller: itself when it is there soon, else a pipe it comes through."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from io import UnsupportedOperation
from typing import BinaryIO, Final

from sheetfed.core.errors import Gone

STALL_S: Final = 60.0
"""How long a reader may let us wait for room in the pipe."""

_CHUNK_BYTES: Final = 1 << 20


class Delivery:
    """Somebody puts the file, somebody takes it; in either order."""

    def __init__(self, *, admit: Callable[[int], Awaitable[None]]) -> None:
        """`admit` raises where whoever gets the file has too many already."""
        self._admit = admit
        self._ready: int | None = None
        self._pipe: int | None = None

    async def put(self, file: BinaryIO) -> None:
        """Return when it is where it is taken from.

        Raises Gone when nobody reads the pipe, and what `admit` raises.
        """
        descriptor = await asyncio.to_thread(descriptor_of, file)
        try:
            await self._admit(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        if self._pipe is None:
            self._ready = descriptor
            return
        pipe, self._pipe = self._pipe, None
        try:
            await _pour(descriptor, pipe)
        finally:
            os.close(pipe)
            os.close(descriptor)

    def take(self) -> int:
        """A descriptor of the file, or of the pipe through which it comes: the caller's to close.

        Whoever takes a pipe has to call `end` when nothing will be put any more.
        """
        if self._ready is not None:
            descriptor, self._ready = self._ready, None
            return descriptor
        reading, self._pipe = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._pipe, False)
        return reading

    def end(self) -> None:
        """What nobody took, or nobody will put, is closed: the pipe is at its end."""
        for descriptor in (self._ready, self._pipe):
            if descriptor is not None:
                os.close(descriptor)
        self._ready = self._pipe = None


def descriptor_of(file: BinaryIO) -> int:
    """Of the file, or of its content in memory, when it is sealed on the disk. Blocks."""
    try:
        return os.dup(file.fileno())
    except UnsupportedOperation:
        with os.fdopen(os.memfd_create("export", os.MFD_CLOEXEC), "wb") as clear:
            shutil.copyfileobj(file, clear)
            clear.flush()
            os.fchmod(clear.fileno(), 0o600)
            return os.open(f"/proc/self/fd/{clear.fileno()}", os.O_RDONLY | os.O_CLOEXEC)


async def _pour(source: int, pipe: int) -> None:
    """Raises Gone."""
    while data := await asyncio.to_thread(os.read, source, _CHUNK_BYTES):
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(pipe, left) :]
            except BlockingIOError:
                await _room_in(pipe)
            except OSError as error:
                raise Gone("nobody reads the file any more") from error


async def _room_in(pipe: int) -> None:
    """Raises Gone."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_writer(pipe, ready.set)
    try:
        async with asyncio.timeout(STALL_S):
            await ready.wait()
    except TimeoutError as error:
        raise Gone("the reader of the file does nothing any more") from error
    finally:
        loop.remove_writer(pipe)
