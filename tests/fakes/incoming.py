"""FolderIncoming: files that callers send, in a folder; a disk that can be full."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sheetfed.core.errors import StoreFull, TooLarge


class FolderIncomingFile:
    """The port IncomingFile."""

    def __init__(self, path: Path, room_bytes: int) -> None:
        self.path = path
        self._room_bytes = room_bytes
        self.written: list[int] = []
        self.is_closed = False

    async def write(self, data: bytes) -> None:
        self.written.append(len(data))
        if sum(self.written) > self._room_bytes:
            raise StoreFull

        def append() -> None:
            with self.path.open("ab") as file:
                file.write(data)

        await asyncio.to_thread(append)

    async def close(self) -> None:
        self.is_closed = True


class FolderIncoming:
    """The port Incoming. `received` are all files there ever were."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.received: list[FolderIncomingFile] = []
        self.room_bytes = 1 << 40

    @property
    def left(self) -> list[Path]:
        return [file.path for file in self.received if file.path.exists()]

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[FolderIncomingFile]:
        path = self.folder / f"incoming-{len(self.received)}"
        await asyncio.to_thread(path.touch)
        file = FolderIncomingFile(path, self.room_bytes)
        self.received.append(file)
        try:
            yield file
        finally:
            await asyncio.to_thread(path.unlink)

    @asynccontextmanager
    async def copied(self, descriptor: int, *, at_most_bytes: int) -> AsyncIterator[Path]:
        with os.fdopen(descriptor, "rb") as source:
            async with self.receive() as file:
                data = await asyncio.to_thread(source.read, at_most_bytes + 1)
                if len(data) > at_most_bytes:
                    raise TooLarge
                await file.write(data)
                yield file.path
