"""Crew: a few image workers, which take the most urgent work first."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count
from pathlib import Path
from typing import Any

from sheetfed.core.asker import ASKER
from sheetfed.core.errors import InternalError, ScanError, ShuttingDown
from sheetfed.core.model import Owner
from sheetfed.imaging.files import part
from sheetfed.imaging.lane import Lane
from sheetfed.imaging.orders import Task, Words
from sheetfed.imaging.together import together
from sheetfed.sealed.keyring import CLEAR, Keyring

log = logging.getLogger(__name__)


class Urgency(IntEnum):
    """A scan waits for nobody, a person who looks at a page not for exports."""

    SCAN = 0
    LOOK = 1
    EXPORT = 2


@dataclass(order=True, slots=True)
class _Waiting:
    urgency: Urgency
    turn: int
    number: int
    task: Task = field(compare=False)
    words: Words = field(compare=False)
    deadline_s: float = field(compare=False)
    done: asyncio.Future[dict[str, Any]] = field(compare=False)
    is_begun: bool = field(default=False, compare=False)


class Crew:
    """Each worker does one task at a time. Of equally urgent ones those who ask take turns:
    however much one asks for, another waits for one task of theirs and not for all."""

    def __init__(self, *, workers: int, keyring: Keyring = CLEAR) -> None:
        self._lanes = [Lane(keyring) for _ in range(workers)]
        self._queue: asyncio.PriorityQueue[_Waiting] = asyncio.PriorityQueue()
        self._numbers = count()
        self._turn: dict[Urgency, int] = defaultdict(int)
        self._last_turn: dict[tuple[Urgency, Owner | None], int] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closed = False

    @property
    def waiting(self) -> int:
        """How many tasks have not begun."""
        return self._queue.qsize()

    async def start(self) -> None:
        """Returns when all workers are ready; work that comes earlier starts them too.

        Raises InternalError when they cannot be started.
        """
        try:
            await together(lane.ready() for lane in self._lanes)
        except BaseException:
            await self.close()
            raise
        self._begin()

    async def close(self) -> None:
        """End all workers, at once; what still waits for them fails with ShuttingDown."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while not self._queue.empty():
            _settle(self._queue.get_nowait(), ShuttingDown())
        await asyncio.gather(*(lane.close() for lane in self._lanes))

    async def do(
        self,
        task: Task,
        words: Words,
        *,
        urgency: Urgency,
        deadline_s: float,
        results: Sequence[Path] = (),
    ) -> dict[str, Any]:
        """The result's words; what is left of unfinished results is removed.

        Raises what the worker answered, DamagedImage, TooLarge, InternalError or ShuttingDown.
        """
        if self._is_closed:
            raise ShuttingDown
        done = asyncio.get_running_loop().create_future()
        waiting = _Waiting(
            urgency, self._next_turn(urgency), next(self._numbers), task, words, deadline_s, done
        )
        self._queue.put_nowait(waiting)
        self._begin()
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            await _withdraw(waiting)
            raise
        finally:
            if waiting.is_begun and (done.cancelled() or done.exception()):
                await asyncio.to_thread(_remove_unfinished, results)

    def _begin(self) -> None:
        if not self._tasks and not self._is_closed:
            self._tasks = [asyncio.create_task(self._serve(lane)) for lane in self._lanes]

    def _next_turn(self, urgency: Urgency) -> int:
        """That of whoever asks now: behind what they asked for before, and not behind the rest of
        what others did."""
        who = urgency, ASKER.get()
        turn = max(self._turn[urgency], self._last_turn.get(who, 0) + 1)
        self._last_turn[who] = turn
        return turn

    def _begin_turn(self, waiting: _Waiting) -> None:
        self._turn[waiting.urgency] = max(self._turn[waiting.urgency], waiting.turn)
        if self._queue.empty():
            self._last_turn.clear()

    async def _serve(self, lane: Lane) -> None:
        while True:
            with contextlib.suppress(InternalError):
                await lane.ready()
            waiting = await self._queue.get()
            self._begin_turn(waiting)
            if waiting.done.done():
                continue
            waiting.is_begun = True
            try:
                made = await lane.do(waiting.task, waiting.words, deadline_s=waiting.deadline_s)
            except ScanError as error:
                _settle(waiting, error)
            except asyncio.CancelledError:
                await lane.close()
                _settle(waiting, ShuttingDown())
                raise
            except Exception:
                log.exception("%s failed unexpectedly", waiting.task)
                await lane.close()
                _settle(waiting, InternalError())
            else:
                waiting.done.set_result(made)


async def _withdraw(waiting: _Waiting) -> None:
    """Work that has begun is waited for: until then its files are the worker's."""
    if not waiting.is_begun:
        waiting.done.cancel()
    while not waiting.done.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([waiting.done])


def _settle(waiting: _Waiting, error: ScanError) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)


def _remove_unfinished(results: Sequence[Path]) -> None:
    for path in results:
        part(path).unlink(missing_ok=True)
