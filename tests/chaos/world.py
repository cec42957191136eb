"""World: one store, the lives of its daemons, and all who use them."""

import asyncio
import copy
import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Final

import aiohttp

from chaos import skewed
from chaos.buffers import PATTERN, TEST, BufferWriter
from chaos.checks import (
    assert_left_alone,
    assert_nothing_left,
    assert_same_everywhere,
    descriptors,
)
from chaos.command import Command
from chaos.desktop import DesktopWriter
from chaos.faults import Faults
from chaos.folders import FolderWriter
from chaos.pictures import Gallery
from chaos.powercut import Disk
from chaos.told import Refused, Violation
from chaos.writer import Writer
from fakes.bus import PrivateBus
from fakes.daemon import Daemon, children_named, running_daemon
from fakes.encrypted import key_file
from fakes.manager import DescriptorStore
from fakes.receiver import Receiver
from fakes.scripted import Scripted
from fakes.sheetctl import Sheetctl
from sheetfed.devices.driver import VIRTUAL_CONFIG_DIR

SKEWS_S: Final = (0, 0, 0, -7200, 7200)
SCRIPTED: Final = "scripted:desk"


class World:
    def __init__(
        self,
        folder: Path,
        seed: int,
        bus: PrivateBus,
        receiver: Receiver,
        *,
        encrypt: str,
        is_small: bool,
    ) -> None:
        """`is_small`: its store lies on a disk of a few mebibytes."""
        self.folder = folder
        self.chance = random.Random(seed)
        self.lives: Counter[str] = Counter()
        self._bus = bus
        self._config = (
            f'store.encrypt = "{encrypt}"\njobs.pause_timeout_s = 5\njobs.drain_timeout_s = 8\n'
        )
        self._config += f'upload.allow = ["{receiver.origin}"]\nupload.attempts = 1\n'
        self._receiver = receiver
        if encrypt == "key-file":
            self._config += f'store.key_file = "{key_file(folder)}"\n'
        self._keeper = DescriptorStore()
        scripted = Scripted(folder / "scripted")
        (scripted.folder / "dll.conf").write_text("test\n")
        shutil.copy(VIRTUAL_CONFIG_DIR / "test.conf", scripted.folder / "test.conf")
        self._scripted = scripted
        self.faults = Faults(
            random.Random(seed + 1), scripted=scripted, bus=bus, folder=folder, is_small=is_small
        )
        self.faults.rewrite()
        self.faults.undo()
        self.gallery = Gallery()
        self.writers = self._writers(seed)

    def _writers(self, seed: int) -> list[Writer]:
        def by(name: str) -> tuple[str, random.Random, Gallery]:
            return name, random.Random(f"{seed} {name}"), self.gallery

        receiver = self._receiver
        return [
            BufferWriter(*by("tests"), receiver=receiver, scanners=TEST),
            BufferWriter(*by("stack"), receiver=receiver, scanners=(SCRIPTED,)),
            BufferWriter(*by("both"), receiver=receiver, scanners=(*TEST, SCRIPTED)),
            FolderWriter(*by("folder"), scanner=TEST[0]),
            DesktopWriter(*by("desktop"), address=self._bus.address, scanner=TEST[1]),
        ]

    def _commands(self) -> list[Command]:
        return [
            Command(random.Random(self.chance.random()), self._sheetctl, self.folder),
        ]

    async def begin(self) -> None:
        """See what a scan looks like when nothing goes wrong."""
        async with self._daemon() as daemon:
            settings = {**PATTERN, "scanner": TEST[0], "pages": 1}
            await daemon.result("AcquireImage", settings, instance="first")
            url = f"{daemon.base}/dwt/dwt_1/img?id=first&index=0&type=png"
            async with daemon.http.get(url) as answer:
                self.gallery.expect(await answer.read())

    async def live(self) -> None:
        """From a start to an end of any kind."""
        end = self.chance.choice(
            ("killed", "killed", "stopped", "left alone", "cut off", "no power")
        )
        disk = Disk(self.folder, self.chance) if end == "no power" else None
        async with self._daemon(self.chance.choice(SKEWS_S), disk) as daemon:
            await self.check(daemon)
            at_first = len(descriptors(daemon.process.pid))
            await self._work(daemon, end, self.chance.uniform(1.5, 6.0), disk)
            if end == "left alone":
                await self._rest(daemon)
                await assert_left_alone(daemon, self._sheetctl, at_first)
            elif end == "stopped":
                await daemon.stop()
            elif daemon.process.returncode is None:
                await daemon.kill()
        self.lives[end] += 1

    async def check(self, daemon: Daemon) -> None:
        """That all which was told is so."""
        await assert_nothing_left(self.folder)
        for writer in self.writers:
            try:
                await writer.check(daemon)
            except Violation as violation:
                raise Violation(f"{violation}; its last steps: {list(writer.last)}") from violation
            except Refused as refusal:
                raise Violation(f"{writer.book.name}: {refusal}: {refusal.what}") from refusal
        orders = {
            writer.book.document: writer.book.order
            for writer in self.writers
            if writer.book.document is not None and writer.book.order
        }
        await assert_same_everywhere(daemon, self._bus.address, orders)

    async def end(self) -> None:
        async with self._daemon() as daemon:
            await self.check(daemon)
        self._keeper.close()

    async def _work(self, daemon: Daemon, end: str, seconds: float, disk: Disk | None) -> None:
        """All at once, for so long; then what the end says comes over them."""
        tasks = [asyncio.create_task(writer.work(daemon)) for writer in self.writers]
        tasks += [asyncio.create_task(each.work()) for each in self._commands()]
        tasks.append(asyncio.create_task(self.faults.run(daemon)))
        twin: World | None = None
        try:
            done, _ = await asyncio.wait(
                tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                task.result()
            if daemon.process.returncode is not None:
                raise Violation(f"the daemon ended with {daemon.process.returncode}")
            if end in ("cut off", "no power"):
                twin = self._copied(daemon, disk)
                await daemon.kill()
            elif end == "stopped":
                daemon.process.send_signal(signal.SIGTERM)
                await asyncio.wait(tasks, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
            elif end == "killed":
                await daemon.kill()
        finally:
            await _ended(tasks)
        for task in tasks:
            if not task.cancelled() and task.exception() is not None:
                task.result()
        if twin is not None:
            async with twin._daemon() as other:
                await twin.check(other)
            shutil.rmtree(twin.folder)

    def _copied(self, daemon: Daemon, disk: Disk | None) -> "World":
        """The store as it is at this moment, or as it is on the disk, in another machine."""
        twin = World.__new__(World)
        twin.__dict__ |= self.__dict__
        twin.folder = self.folder.with_name(f"{self.folder.name}-twin")
        stopped = [daemon.process.pid, *children_named(daemon.process.pid, "sheetfed")]
        for pid in stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        try:
            twin.folder.mkdir()
            if disk is None:
                shutil.copytree(self.folder / "store", twin.folder / "store")
            else:
                disk.left(twin.folder / "store")
            twin.writers = [self._twin_of(writer) for writer in self.writers]
        finally:
            for pid in stopped:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
        (twin.folder / "store" / "ballast").unlink(missing_ok=True)
        return twin

    @staticmethod
    def _twin_of(writer: Writer) -> Writer:
        twin = copy.copy(writer)
        twin.book = copy.deepcopy(writer.book)
        return twin

    async def _rest(self, daemon: Daemon) -> None:
        """Until no scan is under way."""
        ends = monotonic() + 30
        for writer in self.writers:
            writer.daemon = daemon
            while isinstance(writer, BufferWriter) and not await writer.jobs_ended():
                if monotonic() > ends:
                    raise Violation(f"{writer.book.name}: its scan does not end")
                await asyncio.sleep(0.1)
        while any(each["busy"] for each in (await daemon.result("GetDevices"))[0]):
            if monotonic() > ends:
                raise Violation("a scanner stays busy")
            await asyncio.sleep(0.1)

    @asynccontextmanager
    async def _daemon(self, skew_s: float = 0, disk: Disk | None = None) -> AsyncIterator[Daemon]:
        config = f"{self._config}imaging.workers = {self.chance.choice((1, 2))}\n"
        with suppress(aiohttp.ClientError):
            async with running_daemon(
                self.folder,
                config=config,
                bus=self._bus.address,
                scripted=self._scripted,
                store=self._keeper,
                program=(skewed.__file__,),
                environment={
                    skewed.VARIABLE: str(skew_s),
                    **({} if disk is None else disk.environment),
                },
            ) as daemon:
                yield daemon

    @property
    def _sheetctl(self) -> Sheetctl:
        return Sheetctl(self._bus.address, self.folder)


async def _ended(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Python 3.11's wait_for may keep a cancel for itself: it is repeated."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=2)
