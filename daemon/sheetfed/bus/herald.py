"""Herald: what happens in the core becomes signals, each to those whom it concerns."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final

from dbus_next.signature import Variant

from sheetfed.bus import facade as facades
from sheetfed.bus import paths
from sheetfed.bus.context import Context
from sheetfed.bus.contract import JOB, MANAGER, ROOT, SCANNER, Emits, Interface
from sheetfed.bus.facade import Facade
from sheetfed.bus.post import Post
from sheetfed.bus.tasks import KEPT_S, Task
from sheetfed.bus.tree import Tree
from sheetfed.core.access import THE_SERVICE
from sheetfed.core.events import (
    AccessChanged,
    BackendsChanged,
    DocumentChanged,
    DocumentRemoved,
    Event,
    JobChanged,
    PageAdded,
    PageChanged,
    PageRemoved,
    ScannerAdded,
    ScannerChanged,
    ScannerRemoved,
    Subscription,
)
from sheetfed.core.job import Job
from sheetfed.core.model import DocumentId, Owner, ScannerId

log = logging.getLogger(__name__)

_SURVEYED: Final = ("Backends", "Hidden", "Trouble")
"""What the Manager says of the last look for scanners."""

_Told = dict[str, Variant]


class Herald:
    """Remembers what it told of every object, and tells what is different now."""

    def __init__(
        self, *, context: Context, contract: Mapping[str, Interface], tree: Tree, post: Post
    ) -> None:
        self._context = context
        self._contract = contract
        self._tree = tree
        self._post = post
        self._told: dict[str, tuple[str, Owner | None, _Told]] = {}
        self._surveyed: _Told = {}
        self._expiring: dict[str, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._subscription: Subscription | None = None
        self._is_closing = False

    def start(self) -> None:
        self._context.tasks.listen(self._tell_task)
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Tell what has happened until now, and no more."""
        self._context.tasks.listen(lambda _: None)
        self._is_closing = True
        if self._subscription is not None:
            self._subscription.close()
        if self._task is not None:
            await asyncio.wait({self._task})
        expiring = list(self._expiring.values())
        for task in expiring:
            task.cancel()
        if expiring:
            await asyncio.wait(expiring)

    async def _run(self) -> None:
        """A herald that fell behind is dropped by the hub: it takes stock and goes on."""
        while not (self._is_closing or self._context.core.hub.is_closed):
            with self._context.core.hub.subscribe() as self._subscription:
                self._take_stock()
                while (numbered := await self._subscription.next()) is not None:
                    self._tell(numbered.event)

    def _tell(self, event: Event) -> None:
        match event:
            case JobChanged(job):
                self._tell_job(job)
            case (
                PageAdded() | PageChanged() | PageRemoved() | DocumentChanged() | DocumentRemoved()
            ):
                self._tell_document(event.document)
            case ScannerAdded() | ScannerRemoved() | ScannerChanged():
                self._tell_scanner(event.scanner.id)
            case AccessChanged():
                self._tell_origin(event)
            case BackendsChanged():
                self._tell_survey()

    def _take_stock(self) -> None:
        """Bring what was told up to what is."""
        present = {facade.path: facade for facade in self._tree.managed(THE_SERVICE)}
        for path in self._told.keys() - present.keys():
            self._tell_gone(path)
        self._tell_survey()
        for scanner in self._context.core.scanners.known():
            self._tell_scanner(scanner.id)
        for job in self._context.shown_jobs(THE_SERVICE):
            self._tell_job(job)
        for document in self._context.core.documents.visible_to(THE_SERVICE):
            self._tell_now(self._tree.document(document, THE_SERVICE), document.owner)
        for task in self._context.tasks.visible_to(THE_SERVICE):
            self._tell_task(task)
        for grant in self._context.core.grants.known():
            self._tell_now(self._tree.origin(grant, THE_SERVICE), AccessChanged(grant).owner)

    def _tell_survey(self) -> None:
        manager, known = self._tree.manager(THE_SERVICE), self._contract[MANAGER].properties
        now = {name: facades.value(manager, known[name]) for name in _SURVEYED}
        changed = {name: value for name, value in now.items() if value != self._surveyed.get(name)}
        self._surveyed = now
        if changed:
            self._post.changed(None, ROOT, MANAGER, changed, [])

    def _tell_scanner(self, scanner: ScannerId) -> None:
        for known in self._context.core.scanners.known():
            if known.id == scanner:
                self._tell_now(self._tree.scanner(known, THE_SERVICE), None)
                return
        for path, (interface, _, told) in tuple(self._told.items()):
            if interface == SCANNER and told["Id"].value == scanner:
                self._tell_gone(path)

    def _tell_document(self, document: DocumentId) -> None:
        for known in self._context.core.documents.visible_to(THE_SERVICE):
            if known.id == document:
                self._tell_now(self._tree.document(known, THE_SERVICE), known.owner)
                return
        self._tell_gone(paths.document(document))

    def _tell_origin(self, event: AccessChanged) -> None:
        path = paths.origin(event.grant.id)
        for known in self._context.core.grants.known():
            if known.id == event.grant.id:
                self._tell_now(self._tree.origin(known, THE_SERVICE), event.owner)
                break
        else:
            self._tell_gone(path)
        if event.is_request:
            self._post.signal(event.owner, ROOT, MANAGER, "AccessRequested", "o", [path])

    def _tell_job(self, job: Job) -> None:
        if not self._context.is_shown(job):
            return
        facade = self._tree.job(job, THE_SERVICE)
        self._tell_now(facade, job.owner)
        if job.state.is_final:
            self._tell_end(facade, job.owner, job.state, job.ended)
        if job.reason is not None or job.state.is_final:
            self._tell_scanner(job.scanner)

    def _tell_task(self, task: Task) -> None:
        facade = self._tree.task(task, THE_SERVICE)
        self._tell_now(facade, task.owner)
        if task.ended is not None:
            self._tell_end(facade, task.owner, task.state, task.ended)

    def _tell_end(self, facade: Facade, owner: Owner, outcome: str, ended: float | None) -> None:
        """Once, and that it is gone when that long has passed."""
        path = facade.path
        if path in self._expiring:
            return
        self._post.signal(owner, path, facade.interface, "Finished", "s", [str(outcome)])
        task = asyncio.create_task(self._expire(path, ended))
        self._expiring[path] = task
        task.add_done_callback(lambda _: self._expiring.pop(path, None))

    async def _expire(self, path: str, ended: float | None) -> None:
        clock = self._context.core.clock
        end = (clock.now() if ended is None else ended) + KEPT_S
        while clock.now() < end:
            await clock.sleep(end - clock.now())
        self._tell_gone(path)

    def _tell_now(self, facade: Facade, owner: Owner | None) -> None:
        interface = self._contract[facade.interface]
        try:
            now = facades.all_values(facade, interface)
        except ValueError:
            log.exception("%s could not be told on D-Bus", facade.path)
            return
        _, _, before = self._told.get(facade.path, ("", None, None))
        self._told[facade.path] = (facade.interface, owner, now)
        if before is None:
            body: list[Any] = [facade.path, {facade.interface: now}]
            self._post.managed(owner, "InterfacesAdded", "oa{sa{sv}}", body)
            self._tell_list(facade.interface, owner)
            return
        changed = [name for name, value in now.items() if value != before[name]]
        values, invalidated = self._told_of(interface, changed, now)
        if values or invalidated:
            self._post.changed(owner, facade.path, facade.interface, values, invalidated)

    def _tell_gone(self, path: str) -> None:
        if path not in self._told:
            return
        interface, owner, _ = self._told.pop(path)
        self._post.managed(owner, "InterfacesRemoved", "oas", [path, [interface]])
        self._tell_list(interface, owner)

    def _tell_list(self, interface: str, owner: Owner | None) -> None:
        """The Manager's lists of what came or went."""
        if interface == SCANNER:
            manager = self._tree.manager(THE_SERVICE)
            scanners = facades.value(manager, self._contract[MANAGER].properties["Scanners"])
            self._post.changed(owner, ROOT, MANAGER, {"Scanners": scanners}, [])
        elif interface == JOB:
            self._post.changed(owner, ROOT, MANAGER, {}, ["Jobs"])

    @staticmethod
    def _told_of(interface: Interface, changed: list[str], now: _Told) -> tuple[_Told, list[str]]:
        emits = {name: interface.properties[name].emits for name in changed}
        values = {name: now[name] for name in changed if emits[name] is Emits.TRUE}
        return values, [name for name in changed if emits[name] is Emits.INVALIDATES]
