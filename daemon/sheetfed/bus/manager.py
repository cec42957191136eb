"""Manager: the service as a whole, as one caller sees it."""

import os
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from dbus_next.signature import Variant

from sheetfed.bus import contract, grantwords, paths, storewords, surveys, values
from sheetfed.bus.context import Context
from sheetfed.bus.https import of_https
from sheetfed.bus.report import Report
from sheetfed.bus.tasks import Kind, Result, Work
from sheetfed.core import settings as core_settings
from sheetfed.core.errors import NotFound, ScanError
from sheetfed.core.grant import identity
from sheetfed.core.model import Caller
from sheetfed.core.permissions import Permission, Permissions, completed
from sheetfed.core.storekeeping import Exporting
from sheetfed.core.upkeep import Told

LOG_LEVELS: Final = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Manager:
    context: Context
    caller: Caller
    path: str = contract.ROOT
    interface: str = contract.MANAGER

    @property
    def version(self) -> str:
        return self.context.service.version

    @property
    def endpoints(self) -> list[str]:
        return list(self.context.service.endpoints())

    @property
    def https(self) -> dict[str, Variant]:
        return of_https(self.context.service.https())

    @property
    def store_bytes(self) -> int:
        return self.context.service.store_bytes()

    @property
    def store_limit(self) -> int:
        return self.context.service.store_limit_bytes()

    @property
    def store_owner_limit(self) -> int:
        return self.context.service.store_owner_limit_bytes()

    @property
    def store_min_free(self) -> int:
        return self.context.service.store_min_free_bytes()

    @property
    def log_level(self) -> str:
        return self.context.service.log_level()

    @property
    def scanners(self) -> list[str]:
        return [paths.scanner(scanner.id) for scanner in self.context.core.scanners.known()]

    async def find_scanners(self) -> list[str]:
        """Waits for the first list after a start."""
        return [paths.scanner(scanner.id) for scanner in await self.context.core.scanners.listed()]

    @property
    def jobs(self) -> list[str]:
        return [paths.job(job.id) for job in self.context.shown_jobs(self.caller)]

    @property
    def backends(self) -> list[dict[str, Variant]]:
        return surveys.of_backends(self.context.core.scanners.survey.backends)

    @property
    def hidden(self) -> list[dict[str, Variant]]:
        return surveys.of_hidden(self.context.core.scanners.survey.hidden)

    @property
    def trouble(self) -> str:
        return self.context.core.scanners.trouble

    @property
    def looking(self) -> bool:
        return self.context.core.scanners.is_refreshing

    async def refresh_scanners(self) -> None:
        await self.context.core.access.require(self.caller, Permission.LIST)
        self.context.core.scanners.forget_capabilities()
        await self.context.looks.wait(self.context.core.scanners.refresh())

    async def start_scan(self, scanner: str, settings: Mapping[str, Any]) -> str:
        wanted = values.plain(settings)
        if scanner:
            wanted["scanner"] = scanner
        if "document" in wanted:
            wanted["document"] = paths.identity(wanted["document"])
        job = await self.context.core.jobs.start(self.caller, core_settings.parse(wanted))
        return paths.job(job.id)

    async def administer(self) -> None:
        """What it takes, and what it gives the connection, is the authority's affair."""

    async def retry_backend(self, name: str) -> None:
        await self.context.looks.wait(self.context.core.scanners.retry(name))

    async def check_store(self) -> str:
        keeping = self.context.core.storekeeping

        async def check(told: Told) -> Result:
            return storewords.of_report(await keeping.check(told))

        return self._started(Kind.CHECK_STORE, check)

    async def store_usage(self) -> list[dict[str, Variant]]:
        return [
            storewords.of_usage(usage)
            for usage in self.context.core.storekeeping.usage()
            if self.caller.is_admin or usage.owner.uid == self.caller.owner.uid
        ]

    async def purge_store(self, older_than_s: int, options: Mapping[str, Any]) -> str:
        (everybody,) = storewords.flags(options, "everybody")
        uid = None if everybody else self.caller.owner.uid
        keeping = self.context.core.storekeeping

        async def purge(_: Told) -> Result:
            return {"documents": Variant("u", await keeping.purge(older_than_s, uid=uid))}

        return self._started(Kind.PURGE_STORE, purge)

    async def export_store(self, options: Mapping[str, Any]) -> tuple[int, str]:
        (everybody,) = storewords.flags(options, "everybody")
        keeping = self.context.core.storekeeping
        pipes: list[int] = []

        def export(told: Told) -> Awaitable[Result]:
            exporting = keeping.export(self.caller, everybody=everybody, told=told)
            pipes.append(exporting.descriptor)
            return _until_ended(exporting)

        task = self._started(Kind.EXPORT_STORE, export)
        return pipes[0], task

    async def import_store(self, archive: int, options: Mapping[str, Any]) -> str:
        keeping = self.context.core.storekeeping

        async def take_in(told: Told) -> Result:
            imported = await keeping.import_from(self.caller, archive, as_own=as_own, told=told)
            return storewords.of_imported(imported)

        try:
            as_own, _ = storewords.flags(options, "as_own", "everybody")
            return self._started(Kind.IMPORT_STORE, take_in)
        except ScanError:
            os.close(archive)
            raise

    async def report(self) -> int:
        return await Report(self.context).bundle()

    async def allow_origin(self, origin: str, options: Mapping[str, Any]) -> str:
        known = ("permissions", "until", "uid", "all_users")
        decided = grantwords.read(options, *known, caller=self.caller)
        named = grantwords.origin(origin)
        grant = await self.context.core.grants.allow(
            self.caller,
            named,
            decided.permissions or self._asked_for(decided.uid, named),
            uid=decided.uid,
            until=decided.until,
        )
        return paths.origin(grant.id)

    def _asked_for(self, uid: int | None, origin: str) -> Permissions:
        """What it has and asks for; to scan when it asks for nothing."""
        with suppress(NotFound):
            known = self.context.core.grants.get(self.caller, identity(uid, origin))
            if known.wants:
                return known.permissions | known.wants
        return completed([Permission.SCAN])

    async def deny_origin(self, origin: str, options: Mapping[str, Any]) -> str:
        decided = grantwords.read(options, "uid", "all_users", caller=self.caller)
        grant = await self.context.core.grants.deny(
            self.caller, grantwords.origin(origin), uid=decided.uid
        )
        return paths.origin(grant.id)

    async def revoke_origin(self, origin: str, options: Mapping[str, Any]) -> None:
        decided = grantwords.read(options, "uid", "all_users", caller=self.caller)
        named = grantwords.origin(origin)
        try:
            await self.context.core.grants.revoke(self.caller, identity(decided.uid, named))
        except NotFound:
            self.context.core.grants.require_decidable(named)
            raise

    async def set_log_level(self, level: str) -> None:
        if level not in LOG_LEVELS:
            raise core_settings.invalid("level", ", ".join(LOG_LEVELS))
        self.context.service.set_log_level(level)

    async def reload(self) -> None:
        await self.context.service.reload()

    def _started(self, kind: Kind, work: Work) -> str:
        return paths.task(self.context.tasks.start(self.caller, kind, work).id)


async def _until_ended(exporting: Exporting) -> Result:
    error = await exporting.ended
    if error is not None:
        raise error
    return {}
