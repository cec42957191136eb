"""Renders: a cache of rendered files on the disk, and of the small ones in memory."""

import asyncio
import logging
import os
import secrets
import shutil
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from sheetfed.core.errors import DamagedImage
from sheetfed.sealed.keyring import CLEAR, Keyring
from sheetfed.storage import scratch
from sheetfed.storage.usage import disk_free_bytes

_SMALL_BYTES = 256 * 1024
_MEMORY_BYTES = 8 * 1024 * 1024
_ROOM_BYTES = 32 * 1024 * 1024
_log = logging.getLogger(__name__)


class Renders:
    """Implements the port RenderCache in one folder, of at most `max_bytes`.

    It gives way to others: files are dropped, too, while the disk has less than
    `min_free_bytes`. Names that begin with a dot are being written.
    """

    def __init__(
        self, *, folder: Path, max_bytes: int, min_free_bytes: int, keyring: Keyring = CLEAR
    ) -> None:
        self._folder = folder
        self._keyring = keyring
        self._max_bytes = max_bytes
        self._min_free_bytes = min_free_bytes
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._stored_bytes = 0
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._memory_bytes = 0

    async def prepare(self) -> None:
        """Find what an earlier run left, the least recently used first."""
        try:
            found = await asyncio.to_thread(self._scan)
        except OSError as error:
            _log.warning("the render cache cannot be used for now: %s", error.strerror)
            return
        for digest, size_bytes in found:
            self._count(digest, size_bytes)
        await self._evict(self._max_bytes)

    def change(self, *, max_bytes: int, min_free_bytes: int) -> None:
        """From now on; what is too much goes when the next render comes."""
        self._max_bytes = max_bytes
        self._min_free_bytes = min_free_bytes

    async def keep_only(self, prefixes: AbstractSet[str]) -> None:
        """Remove every file whose digest does not begin with one of these; all are as long."""
        size = max(map(len, prefixes), default=0)
        gone = [digest for digest in self._sizes if digest[:size] not in prefixes]
        for digest in gone:
            self._forget(digest)
        await asyncio.to_thread(_remove, [self._folder / digest for digest in gone])

    async def read(self, digest: str) -> bytes | None:
        data = self._memory.get(digest)
        if data is not None:
            self._memory.move_to_end(digest)
            return data
        if digest not in self._sizes:
            return None
        data = await asyncio.to_thread(self._read, self._folder / digest)
        if data is None:
            self._forget(digest)
            return None
        # It may have been dropped while it was read.
        if digest in self._sizes:
            self._sizes.move_to_end(digest)
            self._remember(digest, data)
        return data

    @asynccontextmanager
    async def target(self) -> AsyncIterator[Path]:
        """Where there is no room in the cache, it is a file that will not be kept."""
        if not await asyncio.to_thread(self._has_room):
            await self._evict(0)
            if not await asyncio.to_thread(self._has_room):
                async with scratch.target() as path:
                    yield path
                return
        path = self._folder / f".{secrets.token_hex(8)}"
        try:
            yield path
        finally:
            await asyncio.shield(asyncio.to_thread(_remove, [path]))

    async def keep(self, digest: str, path: Path) -> bytes:
        data, kept_bytes = await asyncio.to_thread(self._move, path, self._folder / digest)
        if kept_bytes:
            self._count(digest, kept_bytes)
            await self._evict(self._max_bytes)
        self._remember(digest, data)
        return data

    def opened(self, path: Path) -> BinaryIO:
        return self._keyring.opened(path)

    async def drop(self, prefix: str) -> None:
        digests = [known for known in (*self._sizes, *self._memory) if known.startswith(prefix)]
        for digest in digests:
            self._forget(digest)
        await asyncio.to_thread(_remove, [self._folder / digest for digest in digests])

    def _count(self, digest: str, size_bytes: int) -> None:
        self._stored_bytes += size_bytes - self._sizes.pop(digest, 0)
        self._sizes[digest] = size_bytes

    def _forget(self, digest: str) -> None:
        self._stored_bytes -= self._sizes.pop(digest, 0)
        self._memory_bytes -= len(self._memory.pop(digest, b""))

    def _remember(self, digest: str, data: bytes) -> None:
        if len(data) > _SMALL_BYTES:
            return
        self._memory_bytes += len(data) - len(self._memory.pop(digest, b""))
        self._memory[digest] = data
        while self._memory_bytes > _MEMORY_BYTES:
            _, oldest = self._memory.popitem(last=False)
            self._memory_bytes -= len(oldest)

    async def _evict(self, max_bytes: int) -> None:
        victims = []
        while self._stored_bytes > max_bytes:
            digest, size_bytes = self._sizes.popitem(last=False)
            self._stored_bytes -= size_bytes
            victims.append(self._folder / digest)
        if victims:
            await asyncio.to_thread(_remove, victims)

    def _has_room(self) -> bool:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            free_bytes = disk_free_bytes(self._folder)
        except OSError:
            return False
        is_writable = os.access(self._folder, os.W_OK | os.X_OK)
        return is_writable and free_bytes >= max(self._min_free_bytes, _ROOM_BYTES)

    def _scan(self) -> list[tuple[str, int]]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        found = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path)
                elif entry.name.startswith(".") or not self._is_readable(Path(entry.path)):
                    Path(entry.path).unlink()
                else:
                    status = entry.stat(follow_symlinks=False)
                    found.append((status.st_mtime_ns, entry.name, status.st_size))
        return [(digest, size_bytes) for _, digest, size_bytes in sorted(found)]

    def _is_readable(self, path: Path) -> bool:
        """Whether its key is there, and it is not clear while others are sealed."""
        try:
            return self._keyring.is_as_new(path)
        except DamagedImage:
            return False

    def _read(self, path: Path) -> bytes | None:
        """The file's time of change is that of its last use."""
        try:
            with self._keyring.opened(path) as file:
                data = file.read()
            os.utime(path)
        except FileNotFoundError:
            return None
        except DamagedImage:
            _remove([path])
            return None
        except OSError as error:
            _log.warning("a file of the render cache cannot be read: %s", error.strerror)
            return None
        return data

    def _move(self, path: Path, place: Path) -> tuple[bytes, int]:
        """The content, and the size of the file that was kept, 0 when it was not."""
        with self._keyring.opened(path) as file:
            data = file.read()
        if path.parent != self._folder:
            return data, 0
        try:
            size_bytes = path.stat().st_size
            path.replace(place)
        except OSError as error:
            _log.warning("the render cache cannot keep a file: %s", error.strerror)
            return data, 0
        return data, size_bytes


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except NotADirectoryError:
            continue
        except OSError as error:
            _log.error("a file of the render cache cannot be removed: %s", error.strerror)
