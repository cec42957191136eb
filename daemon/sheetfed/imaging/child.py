"""Child: one image worker process, from the daemon's side."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Any, Final, Self

import sheetfed
from sheetfed.core.surely import surely
from sheetfed.imaging import orders
from sheetfed.imaging.orders import Task, Words
from sheetfed.sealed.keyring import CLEAR, Keyring

_START_S = 20.0
_DRAIN_BYTES = 1 << 16
_PACKAGES = str(Path(sheetfed.__file__).parent.parent)
_ENVIRONMENT: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    # Else the C library gives a page's memory back after each, to ask for it again by the next:
    # up to 30 ms of the kernel's time. These are the sizes it comes to by itself at most.
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
}


class ChildDied(Exception):
    """The process ended, or could not be started."""


class Child:
    """Does one task at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, keyring: Keyring = CLEAR) -> Self:
        """A process that is ready for tasks, on files of these keys. Raises ChildDied."""
        spawning = asyncio.ensure_future(_spawn(keyring))
        try:
            child = cls(await asyncio.shield(spawning))
        except asyncio.CancelledError:
            # A process that is being made cannot be called off: it is waited for, then ended.
            await surely(cls._end(spawning))
            raise
        except OSError as error:
            raise ChildDied("an image worker could not be started") from error
        try:
            async with asyncio.timeout(_START_S):
                if await child._line() != orders.READY:
                    raise ChildDied("an image worker did not start properly")
        except TimeoutError as error:
            await child.kill()
            raise ChildDied("an image worker did not start in time") from error
        except BaseException:
            await child.kill()
            raise
        return child

    @classmethod
    async def _end(cls, spawning: asyncio.Future[asyncio.subprocess.Process]) -> None:
        with contextlib.suppress(OSError):
            await cls(await spawning).kill()

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    @property
    def was_out_of_time(self) -> bool:
        """Whether it has ended for having used more of the processor's time than it may."""
        return self._process.returncode == -signal.SIGXCPU

    async def do(self, task: Task, words: Words, *, deadline_s: float) -> dict[str, Any]:
        """Raises ChildDied, TimeoutError, or the ScanError that the worker answered."""
        assert self._process.stdin is not None
        async with asyncio.timeout(deadline_s):
            try:
                self._process.stdin.write(orders.order(task, words, deadline_s=deadline_s))
                await self._process.stdin.drain()
            except (BrokenPipeError, ConnectionResetError) as error:
                raise ChildDied("an image worker is gone") from error
            line = await self._line()
        return orders.read_answer(line)

    async def kill(self) -> None:
        """End it, and wait until nothing of it is left."""
        await surely(self._kill())

    async def _kill(self) -> None:
        if self.is_alive:
            # With the program that may be doing a piece of its work.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            await self._process.stdin.wait_closed()
        # Both pipes have to have ended before the loop does.
        while await self._process.stdout.read(_DRAIN_BYTES):
            pass

    async def _line(self) -> bytes:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise ChildDied("an image worker ended")
        return line


async def _spawn(keyring: Keyring) -> asyncio.subprocess.Process:
    paths = [_PACKAGES, *filter(None, [os.environ.get("PYTHONPATH")])]
    # Neither arguments nor the environment are secret: the keys are in a file without a name.
    keys = [] if keyring.is_empty else [await asyncio.to_thread(keyring.to_descriptor)]
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "sheetfed.imaging.worker", *map(str, keys)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=keys,
            process_group=0,
            env=os.environ | _ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(paths)},
        )
    finally:
        for descriptor in keys:
            os.close(descriptor)
