"""Manager: the service as a whole, as one caller sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dbus_next.signature import Variant

from sheetfed.bus import contract, paths, surveys, values
from sheetfed.bus.authority import require_admin
from sheetfed.bus.services import Services
from sheetfed.core import settings as core_settings
from sheetfed.core.model import Caller

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

    async def refresh_scanners(self) -> None:
        await self.services.access.require_scan(self.caller)
        await self.services.scanners.refresh()

    async def start_scan(self, scanner: str, settings: Mapping[str, Any]) -> str:
        wanted = values.plain(settings)
        if scanner:
            wanted["scanner"] = scanner
        if "document" in wanted:
            wanted["document"] = paths.identity(wanted["document"])
        job = await self.services.jobs.start(self.caller, core_settings.parse(wanted))
        return paths.job(job.id)

    async def retry_backend(self, name: str) -> None:
        require_admin(self.caller)
        await self.services.scanners.retry(name)

    async def set_log_level(self, level: str) -> None:
        require_admin(self.caller)
        if level not in LOG_LEVELS:
            raise core_settings.invalid("level", ", ".join(LOG_LEVELS))
        self.services.service.set_log_level(level)

    async def reload(self) -> None:
        require_admin(self.caller)
        await self.services.service.reload()
