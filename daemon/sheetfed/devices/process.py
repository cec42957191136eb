"""Process: a scanner worker seen from the daemon: started, asked one thing at a time, ended."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from io import FileIO
from typing import Any, Self

from sheetfed.core.errors import (
    CanceledAtDevice,
    Detail,
    ScanError,
    ScannerLost,
    ScannerTimeout,
)
from sheetfed.devices import endings, launch, wire
from sheetfed.devices.channel import Channel
from sheetfed.devices.complaints import log_words
from sheetfed.devices.deadlines import Deadlines

_log = logging.getLogger(__name__)
_MARGIN_S = 5.0
_LAST_WORDS_S = 0.2


def _ignore(_: int) -> None:
    """Progress that nobody asked for."""


class _Pending:
    """A request on its way: its answer, None when the worker is gone, and its progress."""

    def __init__(self, number: int, progress: Callable[[int], None]) -> None:
        self.number = number
        self.progress = progress
        self.renew: Callable[[], None] = lambda: None
        self.is_canceled = False
        self.details: dict[str, Detail] = {}
        self.answer: asyncio.Future[wire.Message | None] = asyncio.Future()


class WorkerProcess:
    """One worker process. Whoever has it must `close` it.

    `fault` says how its driver crashed or hung; a driver that is only slow to cancel or close
    did not. After a `cancel` there is nothing to be done with it but to close it.
    """

    def __init__(
        self,
        *,
        process: asyncio.subprocess.Process,
        channel: socket.socket,
        words: FileIO,
        deadlines: Deadlines,
    ) -> None:
        """`words` is where the process' stderr comes out."""
        self._process = process
        self._channel = Channel(channel)
        self._words = words
        self._deadlines = deadlines
        self._pending: _Pending | None = None
        self._number = 0
        self._is_killed = False
        self._is_canceled = False
        self._over_by: float | None = None
        self.fault = ""
        self._listener = asyncio.create_task(self._listen())
        self._tasks = {
            self._listener,
            asyncio.create_task(self._watch()),
            asyncio.create_task(log_words(process.pid, self._read_words)),
        }

    @classmethod
    async def start(cls, *, config_dir: str | None, deadlines: Deadlines) -> Self:
        """Raises ScannerLost when no process can be started."""
        # Not asyncio's pipe: with one, the end of a process is told when the last of those that a
        # driver has forked closes it. Nor a socket: instead of to one, libsane writes to syslog.
        ours, theirs = os.pipe()
        os.set_blocking(ours, False)
        words = FileIO(ours)
        try:
            process, channel = await launch.start(config_dir=config_dir, stderr=theirs)
        except BaseException:
            words.close()
            raise
        finally:
            os.close(theirs)
        return cls(process=process, channel=channel, words=words, deadlines=deadlines)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None and not self._listener.done()

    async def request(
        self,
        command: str,
        body: Mapping[str, Any] | None = None,
        *,
        deadline_s: float,
        fds: Sequence[int] = (),
        progress: Callable[[int], None] = _ignore,
    ) -> wire.Message:
        """The worker's result. The deadline is renewed by progress, from percent to percent and
        from option to option, and kills when it passes.

        Raises what the driver reports, CanceledAtDevice, ScannerLost or ScannerTimeout.
        """
        if self._is_canceled and self.is_alive and command != "close":
            raise CanceledAtDevice("the scan was canceled")
        if self._pending is not None:
            raise ScannerLost("the scanner's process is still busy")
        if not self.is_alive:
            raise await self._loss(command)
        self._number += 1
        pending = self._pending = _Pending(self._number, progress)
        self._over_by = None
        head = {"number": pending.number, "command": command, "limit_s": deadline_s + _MARGIN_S}
        try:
            async with asyncio.timeout(deadline_s) as limit:
                pending.renew = _renewing(limit, deadline_s)
                await self._send(head | dict(body or {}), fds)
                answer = await asyncio.shield(pending.answer)
        except TimeoutError:
            await self.kill()
            if pending.is_canceled:
                raise await self._loss(command) from None
            if command != "close":
                self.fault = f"did not answer within {deadline_s:g} s ({command})"
            raise ScannerTimeout(details={"step": command, **pending.details}) from None
        except ScannerLost as error:
            raise await self._loss(command) from error
        if answer is None:
            raise await self._loss(command)
        if pending.is_canceled:
            raise CanceledAtDevice("the scan was canceled")
        if "error" in answer:
            raise endings.refused(answer["error"])
        result: wire.Message = answer["result"]
        return result

    async def cancel(self) -> None:
        """End the pending request, by force when the driver does not, and refuse every later one
        but `close`, which has what is left of the same time; never raises.
        """
        self._is_canceled = True
        self._over_by = asyncio.get_running_loop().time() + self._deadlines.cancel_s
        pending = self._pending
        if pending is None:
            return
        pending.is_canceled = True
        with contextlib.suppress(ScanError, TimeoutError):
            async with asyncio.timeout_at(self._over_by):
                await self._send({"command": "cancel", "target": pending.number}, ())
                await asyncio.shield(pending.answer)
                return
        await self.kill()

    async def close(self) -> None:
        """Let the worker give the device back and end; by force when it does not; never raises."""
        try:
            if self._pending is not None:
                await self.cancel()
            patience_s = self._deadlines.close_s
            if self._over_by is not None:
                left_s = self._over_by - asyncio.get_running_loop().time()
                patience_s = min(patience_s, max(left_s, 0))
            with contextlib.suppress(ScanError):
                await self.request("close", deadline_s=patience_s)
        finally:
            await self.dismiss()

    async def dismiss(self) -> None:
        """End a worker that holds no device; never raises."""
        self._channel.end()
        if not await self._ends_within(self._deadlines.terminate_s):
            await self.kill()
        await asyncio.wait(self._tasks, timeout=_LAST_WORDS_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._channel.close()
        self._words.close()

    async def kill(self) -> None:
        """SIGTERM, then SIGKILL; never raises."""
        self._is_killed = True
        for number, patience_s in (
            (signal.SIGTERM, self._deadlines.terminate_s),
            (signal.SIGKILL, self._deadlines.close_s),
        ):
            if self._process.returncode is None:
                self._signal(number)
            if await self._ends_within(patience_s):
                return
        _log.error("scanner worker %d cannot be killed", self.pid)

    async def _ends_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._process.wait()
                return True
        return False

    def _signal(self, number: int) -> None:
        """To the worker and all that its driver has started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    async def _send(self, message: Mapping[str, Any], fds: Sequence[int]) -> None:
        try:
            await self._channel.send(message, fds)
        except ScannerLost:
            self._drop_pending()
            raise

    async def _read_words(self, size: int) -> bytes:
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(self._words, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self._words)
        return os.read(self._words.fileno(), size)

    async def _watch(self) -> None:
        """A process that a driver has forked would hold the device, and our channel, open."""
        await self._process.wait()
        self._signal(signal.SIGKILL)
        await asyncio.wait({self._listener}, timeout=_LAST_WORDS_S)
        self._listener.cancel()

    async def _listen(self) -> None:
        try:
            async for message in self._channel.messages():
                self._hear(message)
        except wire.WireError as error:
            self.fault = f"disturbed its process: {error}"
            _log.warning("scanner worker %d: %s", self.pid, error)
        finally:
            self._drop_pending()

    def _hear(self, message: wire.Message) -> None:
        pending = self._pending
        if pending is None or message.get("number") != pending.number:
            return
        match message:
            case {"progress": int(percent)}:
                pending.renew()
                pending.progress(min(max(percent, 0), 100))
            case {"option": str(name)}:
                pending.renew()
                pending.details["option"] = name
            case {"result": dict()} | {"error": {"code": str(), "text": str()}}:
                self._pending = None
                pending.answer.set_result(message)
            case _:
                raise wire.WireError("the message is no answer")

    def _drop_pending(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.answer.set_result(None)

    async def _loss(self, command: str) -> ScannerLost:
        """Why the worker is gone; one that is only deaf or talks nonsense is ended."""
        if self.fault or not await self._ends_within(self._deadlines.terminate_s):
            await self.kill()
        lost = endings.ended(self._process.returncode)
        if self.fault:
            return ScannerLost(f"the scanner's driver {self.fault}", details=lost.details)
        is_ended_by_us = self._is_killed or self._is_canceled or command == "close"
        if self._process.returncode and not is_ended_by_us:
            self.fault = f"{lost.message} ({command})"
        return lost


def _renewing(limit: asyncio.Timeout, deadline_s: float) -> Callable[[], None]:
    def renew() -> None:
        if not limit.expired():
            limit.reschedule(asyncio.get_running_loop().time() + deadline_s)

    return renew
