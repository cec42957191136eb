"""Process: a scanner worker seen from the daemon: started, asked one thing at a time, ended."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from sheetfed.core.errors import (
    ERRORS,
    CanceledAtDevice,
    ErrorCode,
    InternalError,
    ScanError,
    ScannerLost,
    ScannerTimeout,
)
from sheetfed.devices import launch, wire
from sheetfed.devices.complaints import log_complaints
from sheetfed.devices.deadlines import Deadlines

_log = logging.getLogger(__name__)
_RECV_BYTES = 64 * 1024
_MARGIN_S = 5.0


def _ignore(_: int) -> None:
    """Progress that nobody asked for."""


class _Pending:
    """A request on its way: its answer, None when the worker is gone, and its progress."""

    def __init__(self, number: int, progress: Callable[[int], None]) -> None:
        self.number = number
        self.progress = progress
        self.is_canceled = False
        self.answer: asyncio.Future[wire.Message | None] = asyncio.Future()


class WorkerProcess:
    """One worker process. Whoever has it must `close` it."""

    def __init__(
        self, *, process: asyncio.subprocess.Process, channel: socket.socket, deadlines: Deadlines
    ) -> None:
        self._process = process
        self._channel = channel
        self._deadlines = deadlines
        self._pending: _Pending | None = None
        self._number = 0
        self._tasks = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(log_complaints(process)),
        ]

    @classmethod
    async def start(cls, *, config_dir: str | None, deadlines: Deadlines) -> Self:
        """Raises ScannerLost when no process can be started."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            process = await asyncio.create_subprocess_exec(
                *launch.command(theirs.fileno()),
                env=launch.environment(config_dir),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise ScannerLost("the scanner's process could not be started") from error
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return cls(process=process, channel=ours, deadlines=deadlines)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None and not self._tasks[0].done()

    async def request(
        self,
        command: str,
        body: Mapping[str, Any] | None = None,
        *,
        deadline_s: float,
        fds: Sequence[int] = (),
        progress: Callable[[int], None] = _ignore,
    ) -> wire.Message:
        """The worker's result. The deadline is renewed by progress, and kills when it passes.

        Raises what the driver reports, ScannerLost or ScannerTimeout.
        """
        if self._pending is not None:
            raise ScannerLost("the scanner's process is still busy")
        if not self.is_alive:
            raise await self._loss()
        self._number += 1
        pending = _Pending(self._number, progress)
        self._pending = pending
        limit_s = deadline_s + _MARGIN_S
        try:
            async with asyncio.timeout(deadline_s) as limit:
                pending.progress = _renewing(limit, deadline_s, progress)
                self._send(
                    {"number": pending.number, "command": command, "limit_s": limit_s}
                    | dict(body or {}),
                    fds,
                )
                answer = await asyncio.shield(pending.answer)
        except TimeoutError:
            await self.kill()
            if pending.is_canceled:
                raise await self._loss() from None
            raise ScannerTimeout(details={"step": command}) from None
        if answer is None:
            raise await self._loss()
        if pending.is_canceled:
            raise CanceledAtDevice("the scan was canceled")
        if "error" in answer:
            raise _translated(answer["error"])
        result: wire.Message = answer["result"]
        return result

    async def cancel(self) -> None:
        """End the pending request, by force when the driver does not; never raises."""
        pending = self._pending
        if pending is None:
            return
        pending.is_canceled = True
        with contextlib.suppress(ScanError):
            self._send({"command": "cancel", "target": pending.number}, ())
        done, _ = await asyncio.wait({pending.answer}, timeout=self._deadlines.cancel_s)
        if not done:
            await self.kill()

    async def close(self) -> None:
        """Let the worker give the device back and end; by force when it does not; never raises."""
        try:
            await self.cancel()
            with contextlib.suppress(ScanError):
                await self.request("close", deadline_s=self._deadlines.close_s)
            await self.dismiss()
        finally:
            self._channel.close()

    async def dismiss(self) -> None:
        """End a worker that holds no device; never raises."""
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)
        if not await self._ends_within(self._deadlines.close_s):
            await self.kill()
        await asyncio.wait(self._tasks, timeout=self._deadlines.terminate_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._channel.close()

    async def kill(self) -> None:
        """SIGTERM, then SIGKILL; never raises."""
        for number, patience_s in (
            (signal.SIGTERM, self._deadlines.terminate_s),
            (signal.SIGKILL, self._deadlines.close_s),
        ):
            with contextlib.suppress(ProcessLookupError):
                if self._process.returncode is None:
                    os.killpg(self._process.pid, number)
            if await self._ends_within(patience_s):
                return
        _log.error("scanner worker %d cannot be killed", self.pid)

    async def _ends_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._process.wait()
                return True
        return False

    def _send(self, message: Mapping[str, Any], fds: Sequence[int]) -> None:
        frame = wire.encode(message)
        try:
            sent = socket.send_fds(self._channel, [frame], fds)
        except OSError as error:
            self._drop_pending()
            raise ScannerLost from error
        if sent < len(frame):
            raise ScannerLost("the scanner's process takes no commands")

    async def _listen(self) -> None:
        decoder = wire.Decoder()
        loop = asyncio.get_running_loop()
        try:
            while data := await loop.sock_recv(self._channel, _RECV_BYTES):
                for message in decoder.feed(data):
                    self._hear(message)
        except ConnectionError:
            pass
        except (OSError, wire.WireError, KeyError, ValueError) as error:
            _log.warning("scanner worker %d: %s", self.pid, error)
        finally:
            self._drop_pending()

    def _hear(self, message: wire.Message) -> None:
        pending = self._pending
        if pending is None or message["number"] != pending.number:
            return
        if "progress" in message:
            pending.progress(int(message["progress"]))
            return
        self._pending = None
        pending.answer.set_result(message)

    def _drop_pending(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.answer.set_result(None)

    async def _loss(self) -> ScannerLost:
        """Why the worker is gone."""
        if not await self._ends_within(self._deadlines.terminate_s):
            await self.kill()
        code = self._process.returncode
        if code is None or code >= 0:
            return ScannerLost(details={"exit": code})
        name = signal.Signals(-code).name
        return ScannerLost(
            f"the scanner's driver was ended by {name}",
            details={"signal": name},
        )


def _renewing(
    limit: asyncio.Timeout, deadline_s: float, progress: Callable[[int], None]
) -> Callable[[int], None]:
    def renew(percent: int) -> None:
        if not limit.expired():
            limit.reschedule(asyncio.get_running_loop().time() + deadline_s)
        progress(percent)

    return renew


def _translated(error: Mapping[str, Any]) -> ScanError:
    try:
        kind = ERRORS[ErrorCode(error["code"])]
    except (ValueError, KeyError):
        return InternalError()
    return kind(details={"sane": str(error["text"])} if error["text"] else None)
