"""Job: one run of a scanner, as its owner or an administrator sees it."""

from dataclasses import dataclass

from dbus_next.signature import Variant

from sheetfed.bus import contract, paths, words
from sheetfed.bus.context import Context
from sheetfed.core import job as core
from sheetfed.core.model import Caller


@dataclass(frozen=True, slots=True)
class Job:
    context: Context
    caller: Caller
    job: core.Job
    interface: str = contract.JOB

    @property
    def path(self) -> str:
        return paths.job(self.job.id)

    @property
    def state(self) -> str:
        return self.job.state

    @property
    def reason(self) -> str:
        return self.job.reason or ""

    @property
    def message(self) -> str:
        return self.job.message

    @property
    def pages(self) -> int:
        return self.job.pages

    @property
    def discarded(self) -> int:
        return self.job.discarded

    @property
    def progress(self) -> int:
        return self.job.progress

    @property
    def position(self) -> int:
        return self.job.position

    @property
    def snapped(self) -> list[tuple[str, Variant, Variant]]:
        return [
            (snap.setting, words.of_option(snap.asked), words.of_option(snap.actual))
            for snap in self.job.snapped
        ]

    @property
    def ignored(self) -> list[str]:
        return list(self.job.ignored)

    @property
    def scanner(self) -> str:
        return paths.scanner(self.job.scanner)

    @property
    def document(self) -> str:
        return paths.document(self.job.document)

    @property
    def owner(self) -> tuple[int, str]:
        return self.job.owner.uid, self.job.owner.origin or ""

    @property
    def created(self) -> int:
        return int(self.job.created)

    async def cancel(self) -> None:
        await self.context.core.jobs.cancel(self.caller, self.job.id)

    async def resume(self) -> None:
        self.context.core.jobs.resume(self.caller, self.job.id)

    async def finish(self) -> None:
        self.context.core.jobs.finish(self.caller, self.job.id)
