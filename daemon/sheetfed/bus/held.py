"""Held: the files that were handed out and that somebody still has open, for each user.

They have no name any more, and take room until they are closed: nobody may hoard them.
"""

import asyncio
import fcntl
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sheetfed.bus import descriptors
from sheetfed.core.errors import TooMany
from sheetfed.core.surely import surely

FILES_AT_MOST: Final = 256
BYTES_AT_MOST: Final = 512 << 20
"""Of one user; the last may go beyond it."""

SWEEP_EVERY_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class _File:
    watch: int
    """A descriptor of our own, opened for itself."""
    size_bytes: int

    def is_held(self) -> bool:
        """Whether others have it open: then the kernel gives no lease of it (fcntl(2))."""
        try:
            fcntl.fcntl(self.watch, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except BlockingIOError:
            return True
        except OSError:
            # A file system without leases: nobody can tell.
            return False
        fcntl.fcntl(self.watch, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False


class Held:
    def __init__(
        self,
        *,
        files_at_most: int = FILES_AT_MOST,
        bytes_at_most: int = BYTES_AT_MOST,
        sweep_every_s: float = SWEEP_EVERY_S,
    ) -> None:
        self._files_at_most = files_at_most
        self._bytes_at_most = bytes_at_most
        self._sweep_every_s = sweep_every_s
        self._files: dict[int, list[_File]] = {}
        self._sweeping: asyncio.Task[None] | None = None

    async def add(self, uid: int, descriptor: int) -> None:
        """The file is about to be this user's, or on its way there. Raises TooMany."""
        watched: list[_File] = []
        try:
            await surely(asyncio.to_thread(lambda: watched.append(_watched(descriptor))))
            await self.sweep()
            own = self._files.setdefault(uid, [])
            held_bytes = sum(each.size_bytes for each in own)
            if len(own) >= self._files_at_most or held_bytes >= self._bytes_at_most:
                raise TooMany("too many files that were handed out are still open: close some")
            own.append(watched.pop())
        finally:
            if watched:
                await asyncio.shield(asyncio.to_thread(_close, watched))
        if self._sweeping is None or self._sweeping.done():
            self._sweeping = asyncio.create_task(self._keep_sweeping())

    async def sweep(self) -> None:
        """Forget those that nobody has open any more; their room is free then."""
        left: list[_File] = []
        for uid, files in list(self._files.items()):
            held: list[_File] = []
            for file in files:
                (held if file.is_held() else left).append(file)
            if held:
                self._files[uid] = held
            else:
                del self._files[uid]
        await asyncio.to_thread(_close, left)

    async def close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.wait({self._sweeping})
        files = [file for files in self._files.values() for file in files]
        self._files.clear()
        await asyncio.to_thread(_close, files)

    async def _keep_sweeping(self) -> None:
        while self._files:
            await asyncio.sleep(self._sweep_every_s)
            await self.sweep()


def _watched(descriptor: int) -> _File:
    watch = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
    return _File(watch, os.fstat(watch).st_blocks * 512)


def _close(files: Iterable[_File]) -> None:
    descriptors.close(file.watch for file in files)
