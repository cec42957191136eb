"""Manager: the service as a whole, as one caller sees it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dbus_next.signature import Variant

from sheetfed.bus import contract, paths, storewords, surveys, values
from sheetfed.bus.services import Services
from sheetfed.core import settings as core_settings
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import Caller
from sheetfed.core.permissions import Permission

LOG_LEVELS: Final = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Manager:
    services: Services
    caller: Caller
    path: str = contract.ROOT
    interface: str = contract.MANAGER

    @property
    def version(self) -> str:
        return self.services.service.version

    @property
    def endpoints(self) -> list[str]:
        return list(self.services.service.endpoints())

    @property
    def store_bytes(self) -> int:
        return self.services.service.store_bytes()

    @property
    def store_limit(self) -> int:
        return self.services.service.store_limit_bytes()

    @property
    def log_level(self) -> str:
        return self.services.service.log_level()

    @property
    def scanners(self) -> list[str]:
        return [paths.scanner(scanner.id) for scanner in self.services.scanners.known()]

    async def find_scanners(self) -> list[str]:
        """Waits for the first list after a start."""
        return [paths.scanner(scanner.id) for scanner in await self.services.scanners.listed()]

    @property
    def jobs(self) -> list[str]:
        return [paths.job(job.id) for job in self.services.shown_jobs(self.caller)]

    @property
    def backends(self) -> list[dict[str, Variant]]:
        return surveys.of_backends(self.services.scanners.survey.backends)

    @property
    def hidden(self) -> list[dict[str, Variant]]:
        return surveys.of_hidden(self.services.scanners.survey.hidden)

    @property
    def trouble(self) -> str:
        return self.services.scanners.trouble

    @property
    def looking(self) -> bool:
        return self.services.scanners.is_refreshing

    async def refresh_scanners(self) -> None:
        await self.services.access.require(self.caller, Permission.LIST)
        self.services.scanners.forget_capabilities()
        await self.services.looks.wait(self.services.scanners.refresh())

    async def start_scan(self, scanner: str, settings: Mapping[str, Any]) -> str:
        wanted = values.plain(settings)
        if scanner:
            wanted["scanner"] = scanner
        if "document" in wanted:
            wanted["document"] = paths.identity(wanted["document"])
        job = await self.services.jobs.start(self.caller, core_settings.parse(wanted))
        return paths.job(job.id)

    async def administer(self) -> None:
        """What it takes, and what it gives the connection, is the authority's affair."""

    async def retry_backend(self, name: str) -> None:
        await self.services.looks.wait(self.services.scanners.retry(name))

    async def check_store(self) -> list[dict[str, Variant]]:
        report = await self.services.storekeeping.check()
        return [storewords.of_finding(finding) for finding in report.findings]

    async def store_usage(self) -> list[dict[str, Variant]]:
        return [
            storewords.of_usage(usage)
            for usage in self.services.storekeeping.usage()
            if self.caller.is_admin or usage.owner.uid == self.caller.owner.uid
        ]

    async def purge_store(self, older_than_s: int) -> int:
        uid = None if self.caller.is_admin else self.caller.owner.uid
        return await self.services.storekeeping.purge(older_than_s, uid=uid)

    async def export_store(self, options: Mapping[str, Any]) -> int:
        everybody = storewords.flag(options, "everybody")
        return self.services.storekeeping.export(self.caller, everybody=everybody)

    async def import_store(self, archive: int, options: Mapping[str, Any]) -> dict[str, Variant]:
        try:
            as_own = storewords.flag(options, "as_own")
        except InvalidParameter:
            os.close(archive)
            raise
        keeping = self.services.storekeeping
        return storewords.of_imported(
            await keeping.import_from(self.caller, archive, as_own=as_own)
        )

    async def set_log_level(self, level: str) -> None:
        if level not in LOG_LEVELS:
            raise core_settings.invalid("level", ", ".join(LOG_LEVELS))
        self.services.service.set_log_level(level)

    async def reload(self) -> None:
        await self.services.service.reload()
