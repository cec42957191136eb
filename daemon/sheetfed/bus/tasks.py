"""Tasks: work that takes longer than a call may, each with an object that tells how it goes."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeVar

from dbus_next.signature import Variant

from sheetfed.bus import errors
from sheetfed.core.access import Access
from sheetfed.core.errors import InternalError, ScanError, TooMany
from sheetfed.core.model import Caller, Owner
from sheetfed.core.ports import Clock
from sheetfed.core.upkeep import Told

KEPT_S: Final = 600.0
"""How long the object of a task or job stays after its end."""

RUNNING_AT_MOST: Final = 16
ENDED_AT_MOST: Final = 100
"""Of one user."""

ANSWER_DEADLINE_S: Final = 10.0
"""After this a call is answered, well before the 25 s for which D-Bus clients wait."""

_Found = TypeVar("_Found")
Result = Mapping[str, Variant]
Work = Callable[[Told], Awaitable[Result]]

log = logging.getLogger(__name__)


class Kind(StrEnum):
    CHECK_STORE = "check-store"
    PURGE_STORE = "purge-store"
    EXPORT_STORE = "export-store"
    IMPORT_STORE = "import-store"
    EXPORT = "export"
    ADD_PAGE = "add-page"
    EDIT = "edit"


class State(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Task:
    """As it stands now. `progress` in percent; `error` is a D-Bus error's name."""

    id: str
    kind: Kind
    owner: Owner
    created: float
    state: State = State.RUNNING
    progress: int = 0
    result: Result = field(default_factory=dict)
    error: str = ""
    message: str = ""
    ended: float | None = None


class Tasks:
    """They are owned here, belong to whoever started them, and end with the door."""

    def __init__(self, *, clock: Clock, answer_deadline_s: float = ANSWER_DEADLINE_S) -> None:
        self._clock = clock
        self._answer_deadline_s = answer_deadline_s
        self._tasks: dict[str, Task] = {}
        self._working: dict[str, asyncio.Task[None]] = {}
        self._changed: Callable[[Task], None] = lambda _: None

    def listen(self, changed: Callable[[Task], None]) -> None:
        """Let this be told of every change."""
        self._changed = changed

    def start(self, caller: Caller, kind: Kind, work: Work) -> Task:
        """Raises TooMany."""
        task = self._made(caller, kind)
        self._work_on(task, work(lambda done, of: self._tell(task.id, done, of)))
        return task

    async def within(self, caller: Caller, kind: Kind, work: Awaitable[_Found]) -> _Found | None:
        """What it returns when it is done in time for an answer; else None: it goes on as a task.

        Raises what the work raises until then.
        """
        working = asyncio.ensure_future(work)
        try:
            await asyncio.wait({working}, timeout=self._answer_deadline_s)
            if working.done():
                return working.result()
            task = self._made(caller, kind)
        except BaseException:
            working.cancel()
            await asyncio.wait({working})
            raise
        self._work_on(task, _without_result(working))
        return None

    def cancel(self, task: str) -> None:
        """One that has ended stays as it is."""
        if task in self._working:
            self._working[task].cancel()

    def visible_to(self, caller: Caller) -> list[Task]:
        return [
            task
            for task in self._tasks.values()
            if Access.may_see(caller, task.owner) and self.is_shown(task)
        ]

    def is_shown(self, task: Task) -> bool:
        return task.id in self._tasks and (
            task.ended is None or self._clock.now() - task.ended < KEPT_S
        )

    async def close(self) -> None:
        """Give up those under way; a second time is no error."""
        for working in self._working.values():
            working.cancel()
        if self._working:
            await asyncio.wait(self._working.values())

    def _made(self, caller: Caller, kind: Kind) -> Task:
        self._tasks = {name: task for name, task in self._tasks.items() if self.is_shown(task)}
        own = [task for task in self._tasks.values() if task.owner.uid == caller.owner.uid]
        ended = [task for task in own if task.ended is not None]
        if len(own) - len(ended) >= RUNNING_AT_MOST:
            raise TooMany("too many long calls at once")
        for old in ended[: max(0, len(ended) - ENDED_AT_MOST)]:
            del self._tasks[old.id]
        return Task(f"t{secrets.token_hex(8)}", kind, caller.owner, self._clock.now())

    def _work_on(self, task: Task, work: Awaitable[Result]) -> None:
        self._put(task)
        working = asyncio.create_task(self._work(task.id, work))
        self._working[task.id] = working
        working.add_done_callback(lambda _: self._working.pop(task.id, None))

    async def _work(self, name: str, work: Awaitable[Result]) -> None:
        try:
            result = await work
        except asyncio.CancelledError:
            self._end(name, State.CANCELED)
            raise
        except ScanError as error:
            if isinstance(error, InternalError):
                log.error("a long call on D-Bus failed", exc_info=error)
            self._fail(name, error)
        except Exception:
            log.exception("a long call on D-Bus failed unexpectedly")
            self._fail(name, InternalError())
        else:
            self._end(name, State.DONE, result)

    def _fail(self, name: str, error: ScanError) -> None:
        refusal = errors.translated(error)
        failed = replace(self._tasks[name], error=refusal.name, message=refusal.text)
        self._tasks[name] = failed
        self._end(name, State.FAILED)

    def _end(self, name: str, state: State, result: Result | None = None) -> None:
        task = self._tasks[name]
        progress = 100 if state is State.DONE else task.progress
        self._put(
            replace(
                task, state=state, progress=progress, result=result or {}, ended=self._clock.now()
            )
        )

    def _tell(self, name: str, done: int, of: int) -> None:
        task = self._tasks.get(name)
        percent = 100 * done // max(of, 1)
        if task is not None and task.ended is None and percent != task.progress:
            self._put(replace(task, progress=percent))

    def _put(self, task: Task) -> None:
        self._tasks[task.id] = task
        self._changed(task)


async def _without_result(working: "asyncio.Future[_Found]") -> Result:
    try:
        await working
    except asyncio.CancelledError:
        working.cancel()
        await asyncio.wait({working})
        raise
    return {}
