"""Surveying: a short-lived process asks SANE's backends; each answer is told as it comes."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Self

from sheetfed.core.errors import ScannerLost
from sheetfed.core.survey import BackendState
from sheetfed.devices import launch, wire
from sheetfed.devices.answers import Answer, read_answer
from sheetfed.devices.channel import Channel
from sheetfed.devices.complaints import log_complaints
from sheetfed.devices.deadlines import Deadlines

_log = logging.getLogger(__name__)


class SurveyProcess:
    """One surveyor. Whoever has started it must `close` it."""

    def __init__(
        self, *, process: asyncio.subprocess.Process, channel: socket.socket, deadlines: Deadlines
    ) -> None:
        self._process = process
        self._channel = Channel(channel)
        self._deadlines = deadlines
        self._complaints = asyncio.create_task(log_complaints(process))

    @classmethod
    async def start(cls, deadlines: Deadlines) -> Self:
        """Raises ScannerLost when no process can be started."""
        process, channel = await launch.start(config_dir=None, survey=True)
        return cls(process=process, channel=channel, deadlines=deadlines)

    async def ask(self, config_dirs: Mapping[str, str]) -> AsyncGenerator[Answer, None]:
        """The backends' answers as they come, each asked with its own SANE_CONFIG_DIR.

        One that has not answered when the whole time is up is FAILED. Raises ScannerLost when
        there is no answer at all.
        """
        questions = [{"backend": name, "config_dir": path} for name, path in config_dirs.items()]
        waiting = list(config_dirs)
        trouble = "the look for scanners ended early"
        try:
            until = asyncio.get_running_loop().time() + self._deadlines.survey_s
            async with asyncio.timeout_at(until):
                await self._channel.send(
                    {"questions": questions, "limit_s": self._deadlines.backend_s}
                )
            async with aclosing(self._messages(until)) as messages:
                async for message in messages:
                    answer = _read(message)
                    waiting.remove(answer.backend)
                    yield answer
        except TimeoutError:
            trouble = f"did not get its turn within {self._deadlines.survey_s:g} s"
        except (OSError, wire.WireError, KeyError, TypeError, ValueError) as error:
            _log.warning("surveyor %d: %s", self._process.pid, error)
        if waiting and len(waiting) == len(config_dirs):
            raise ScannerLost(f"the scanners could not be listed: {trouble}")
        for backend in waiting:
            yield Answer(backend, BackendState.FAILED, trouble)

    async def skip(self, backend: str) -> None:
        """Leave the backend out if it was not asked yet; it is answered in either case."""
        with contextlib.suppress(ScannerLost):
            await self._channel.send({"skip": backend})

    async def close(self) -> None:
        """It ends when its channel does, and its children with it; by force if not."""
        self._channel.close()
        await self._end()
        self._complaints.cancel()
        await asyncio.gather(self._complaints, return_exceptions=True)

    async def _messages(self, until: float) -> AsyncGenerator[wire.Message, None]:
        """Until the surveyor is done, or goes. Raises TimeoutError and others."""
        async with aclosing(self._channel.messages()) as messages:
            while True:
                try:
                    async with asyncio.timeout_at(until):
                        message = await anext(messages)
                except StopAsyncIteration:
                    return
                yield message

    async def _end(self) -> None:
        for patience_s in (self._deadlines.terminate_s, self._deadlines.close_s):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience_s):
                    await self._process.wait()
                    return
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        _log.error("surveyor %d cannot be killed", self._process.pid)


def _read(message: wire.Message) -> Answer:
    """What is no answer is one of its backend's driver, which writes where it should not."""
    try:
        return read_answer(message)
    except (KeyError, TypeError, ValueError) as error:
        backend = str(message["backend"])
        _log.warning("SANE backend %s: its answer makes no sense: %r", backend, error)
        return Answer(backend, BackendState.FAILED, "its driver disturbed its answer")
