"""Incoming: the files that callers send, until their pages are in the store."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from sheetfed.core.errors import StoreFull, TooLarge
from sheetfed.sealed.keyring import CLEAR, Keyring
from sheetfed.storage import faults, streams
from sheetfed.storage.usage import disk_free_bytes


class IncomingFile:
    """Implements the port of the same name."""

    def __init__(self, path: Path, file: BinaryIO, *, min_free_bytes: int) -> None:
        self.path = path
        self._file = file
        self._min_free_bytes = min_free_bytes

    async def write(self, data: bytes) -> None:
        try:
            await asyncio.to_thread(self._write, data)
        except OSError as error:
            raise faults.told(error, "a file that is sent cannot be written") from error

    async def close(self) -> None:
        try:
            await asyncio.to_thread(self._file.close)
        except OSError as error:
            raise faults.told(error, "a file that is sent cannot be written") from error

    def _write(self, data: bytes) -> None:
        free_bytes = disk_free_bytes(self.path.parent)
        if free_bytes - len(data) < self._min_free_bytes:
            raise StoreFull(
                f"the store's disk has {free_bytes} bytes left, too few for this file",
                details={"free_bytes": free_bytes, "min_free_bytes": self._min_free_bytes},
            )
        self._file.write(data)


class Incoming:
    """Implements the port of the same name in a folder of its own: what others send must never
    lie where it could be taken for a spool of ours."""

    def __init__(self, *, folder: Path, min_free_bytes: int, keyring: Keyring = CLEAR) -> None:
        self._folder = folder
        self._min_free_bytes = min_free_bytes
        self._keyring = keyring

    def prepare(self) -> None:
        """Blocking. Remove what an earlier run left. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        for path in self._folder.iterdir():
            path.unlink()

    def change(self, *, min_free_bytes: int) -> None:
        """For the files that come from now on."""
        self._min_free_bytes = min_free_bytes

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[IncomingFile]:
        path = self._folder / secrets.token_hex(16)
        making = asyncio.ensure_future(asyncio.to_thread(self._keyring.created, path))
        try:
            file = await asyncio.shield(making)
        except asyncio.CancelledError:
            await self._remove(path, await making)
            raise
        except OSError as error:
            raise faults.told(error, "a file that is sent cannot be made") from error
        try:
            yield IncomingFile(path, file, min_free_bytes=self._min_free_bytes)
        finally:
            await asyncio.shield(asyncio.ensure_future(self._remove(path, file)))

    @asynccontextmanager
    async def copied(self, descriptor: int, *, at_most_bytes: int) -> AsyncIterator[Path]:
        async with streams.source(descriptor) as source, self.receive() as file:
            left_bytes = at_most_bytes
            while data := await source.read(left_bytes + 1):
                left_bytes -= len(data)
                if left_bytes < 0:
                    raise TooLarge(
                        f"a file may have {at_most_bytes} bytes",
                        details={"max_bytes": at_most_bytes},
                    )
                await file.write(data)
            await file.close()
            yield file.path

    async def _remove(self, path: Path, file: BinaryIO) -> None:
        def remove() -> None:
            try:
                file.close()
            finally:
                path.unlink(missing_ok=True)

        try:
            await asyncio.to_thread(remove)
        except OSError as error:
            faults.told(error, "a file that was sent cannot be removed; the next start does")
