"""Tree: which objects there are for a caller."""

from sheetfed.bus import tasks
from sheetfed.bus.context import Context
from sheetfed.bus.contract import ROOT
from sheetfed.bus.document import Document
from sheetfed.bus.facade import Facade
from sheetfed.bus.job import Job
from sheetfed.bus.manager import Manager
from sheetfed.bus.origin import Origin
from sheetfed.bus.paths import Kind, split
from sheetfed.bus.scanner import Scanner
from sheetfed.bus.task import Task
from sheetfed.core import job as core_job
from sheetfed.core import model
from sheetfed.core import scanner as core_scanner
from sheetfed.core.grant import Grant
from sheetfed.core.model import Caller


class Tree:
    """Somebody else's object is the same to a caller as one that is not there."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self, caller: Caller, path: str) -> Facade | None:
        if path == ROOT:
            return self.manager(caller)
        parts = split(path)
        if parts is None:
            return None
        members = self._of_kind(caller, parts[0])
        return next((facade for facade in members if facade.path == path), None)

    def managed(self, caller: Caller) -> list[Facade]:
        """All objects below the root."""
        return [facade for kind in Kind for facade in self._of_kind(caller, kind)]

    async def grown(self) -> None:
        """After a start: once the first look for scanners is done, or takes too long."""
        await self._context.core.scanners.listed()

    def manager(self, caller: Caller) -> Facade:
        return Manager(self._context, caller)

    def scanner(self, scanner: core_scanner.Scanner, caller: Caller) -> Facade:
        return Scanner(self._context, caller, scanner)

    def job(self, job: core_job.Job, caller: Caller) -> Facade:
        return Job(self._context, caller, job)

    def document(self, document: model.Document, caller: Caller) -> Facade:
        return Document(self._context, caller, document)

    def task(self, task: tasks.Task, caller: Caller) -> Facade:
        return Task(self._context, caller, task)

    def origin(self, grant: Grant, caller: Caller) -> Facade:
        return Origin(self._context, caller, grant)

    def _of_kind(self, caller: Caller, kind: Kind) -> list[Facade]:
        context = self._context
        match kind:
            case Kind.SCANNER:
                return [self.scanner(found, caller) for found in context.core.scanners.known()]
            case Kind.JOB:
                return [self.job(found, caller) for found in context.shown_jobs(caller)]
            case Kind.DOCUMENT:
                visible = context.core.documents.visible_to(caller)
                return [self.document(found, caller) for found in visible]
            case Kind.TASK:
                return [self.task(found, caller) for found in context.tasks.visible_to(caller)]
            case Kind.ORIGIN:
                return [
                    self.origin(found, caller) for found in context.core.grants.visible_to(caller)
                ]
