"""Task: work that goes on after its call was answered, as whoever called sees it."""

from dataclasses import dataclass

from dbus_next.signature import Variant

from sheetfed.bus import contract, paths, tasks
from sheetfed.bus.context import Context
from sheetfed.core.model import Caller


@dataclass(frozen=True, slots=True)
class Task:
    context: Context
    caller: Caller
    task: tasks.Task
    interface: str = contract.TASK

    @property
    def path(self) -> str:
        return paths.task(self.task.id)

    @property
    def kind(self) -> str:
        return self.task.kind

    @property
    def state(self) -> str:
        return self.task.state

    @property
    def progress(self) -> int:
        return self.task.progress

    @property
    def result(self) -> dict[str, Variant]:
        return dict(self.task.result)

    @property
    def error(self) -> str:
        return self.task.error

    @property
    def message(self) -> str:
        return self.task.message

    @property
    def owner(self) -> tuple[int, str]:
        return self.task.owner.uid, self.task.owner.origin or ""

    @property
    def created(self) -> int:
        return int(self.task.created)

    async def cancel(self) -> None:
        self.context.tasks.cancel(self.task.id)
