"""Faults: what is done to a running daemon, at random times, by chance."""

import asyncio
import os
import random
import shutil
import signal
import socket
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from chaos.pictures import STACK
from fakes.bus import PrivateBus
from fakes.daemon import Daemon, children_named
from fakes.full_disk import SmallDisk
from fakes.scripted import Scripted, Words, feeder

SCANNER, IMAGING = "sheetfed.devices", "sheetfed.imaging"
RULES: Final[tuple[tuple[Words, ...], ...]] = (
    (),
    ({"at": "read", "page": 3, "bytes": 600, "status": "JAMMED", "times": 2},),
    ({"at": "read", "page": 2, "bytes": 300, "signal": "SIGSEGV", "times": 1},),
    ({"at": "cancel", "hang": "sleep", "times": 1},),
    ({"at": "start", "page": 4, "status": "COVER_OPEN", "times": 1},),
    ({"at": "close", "signal": "SIGABRT", "times": 2},),
    ({"at": "open", "exit": 3, "times": 1},),
    ({"at": "read", "page": 5, "bytes": 100, "status": "IO_ERROR", "times": 1},),
)


class Faults:
    """`injected` counts them."""

    def __init__(
        self,
        chance: random.Random,
        *,
        scripted: Scripted,
        bus: PrivateBus,
        folder: Path,
        is_small: bool,
    ) -> None:
        self._chance = chance
        self._scripted = scripted
        self._bus = bus
        self._folder = folder
        self._is_small = is_small
        self._disk = SmallDisk(folder / "store")
        self.injected: Counter[str] = Counter()
        self._kinds: dict[str, Callable[[Daemon], Coroutine[Any, Any, None]]] = {
            "a scanner worker is killed": lambda daemon: self._signal(daemon, SCANNER),
            "an imaging worker is killed": lambda daemon: self._signal(daemon, IMAGING),
            "a scanner worker is frozen": lambda daemon: self._freeze(daemon, SCANNER),
            "an imaging worker is frozen": lambda daemon: self._freeze(daemon, IMAGING),
            "a connection breaks": self._broken,
            "a reader reads nothing": self._slow,
            "the cache is emptied": self._empty_cache,
            "the configuration is read again": self._reload,
            "the store reaches its limit": self._limit,
            "the driver changes its ways": self._rewrite,
            "the bus is frozen": self._freeze_bus,
        }
        if is_small:
            self._kinds["the disk is full"] = self._fill
            self._kinds["the disk is nearly full"] = self._fill

    async def run(self, daemon: Daemon) -> None:
        """Until cancelled; what would last is undone then."""
        try:
            while True:
                await asyncio.sleep(self._chance.uniform(0.05, 0.6))
                word = self._chance.choice(list(self._kinds))
                self.injected[word] += 1
                with suppress(FileNotFoundError, ProcessLookupError):  # The daemon has ended.
                    await self._kinds[word](daemon)
        finally:
            self.undo()

    def undo(self) -> None:
        self._bus.thaw()
        self._disk.clear()
        self.write_limit("0")

    def write_limit(self, free: str) -> None:
        folder = self._folder / "conf.d"
        folder.mkdir(exist_ok=True)
        (folder / "limit.toml").write_text(f'store.min_free_bytes = "{free}"\n')

    def rewrite(self) -> None:
        """What the scripted feeder does from now on."""
        pages = [{"read_bytes": 200, "read_delay_ms": 5} for _ in range(STACK)]
        self._scripted.write(feeder(*pages), faults=self._chance.choice(RULES))

    async def _signal(self, daemon: Daemon, word: str) -> None:
        for worker in children_named(daemon.process.pid, word)[:1]:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)

    async def _freeze(self, daemon: Daemon, word: str) -> None:
        workers = children_named(daemon.process.pid, word)
        if not workers:
            return
        worker = self._chance.choice(workers)
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGSTOP)
            try:
                await asyncio.sleep(self._chance.uniform(0.1, 1.5))
            finally:
                os.kill(worker, signal.SIGCONT)

    async def _freeze_bus(self, daemon: Daemon) -> None:
        self._bus.freeze()
        try:
            await asyncio.sleep(self._chance.uniform(0.1, 1.0))
        finally:
            self._bus.thaw()

    async def _broken(self, daemon: Daemon) -> None:
        """In the middle of what it sends or reads."""
        port = int(daemon.base.rpartition(":")[2])
        body = b'{"id": "half", "method": "AcquireImage", "parameter": [{}]}'
        head = b"POST /f/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: %d\r\n\r\n"
        request = head % (b"AcquireImage", port, len(body) + 20) + body
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            await writer.drain()
            writer.transport.abort()

    async def _slow(self, daemon: Daemon) -> None:
        port = int(daemon.base.rpartition(":")[2])
        with socket.socket() as client, suppress(OSError):
            client.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(client, ("127.0.0.1", port))
            request = b"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % port
            await loop.sock_sendall(client, request)
            await asyncio.sleep(self._chance.uniform(0.1, 1.0))

    async def _empty_cache(self, daemon: Daemon) -> None:
        for path in (self._folder / "cache").glob("[!.]*"):
            with suppress(OSError):
                path.unlink() if path.is_file() else shutil.rmtree(path)

    async def _reload(self, daemon: Daemon) -> None:
        daemon.process.send_signal(signal.SIGHUP)

    async def _limit(self, daemon: Daemon) -> None:
        self.write_limit("100T")
        daemon.process.send_signal(signal.SIGHUP)
        try:
            await asyncio.sleep(self._chance.uniform(0.1, 0.8))
        finally:
            self.write_limit("0")
        daemon.process.send_signal(signal.SIGHUP)

    async def _rewrite(self, daemon: Daemon) -> None:
        self.rewrite()

    async def _fill(self, daemon: Daemon) -> None:
        with suppress(OSError):  # Others write, too.
            self._disk.fill(but_bytes=self._chance.choice((0, 4096, 20_000, 200_000)))
        if self._chance.random() < 0.5:
            self._disk.fill_up()
        try:
            await asyncio.sleep(self._chance.uniform(0.1, 1.5))
        finally:
            self._disk.clear()
