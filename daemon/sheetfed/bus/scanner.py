"""Scanner: a scanner, as everybody sees it, and the lease a caller has of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dbus_next.signature import Variant

from sheetfed.bus import contract, options, paths, values, words
from sheetfed.bus.services import Services
from sheetfed.core import model as core
from sheetfed.core import settings as core_settings
from sheetfed.core.model import Caller, Holder


@dataclass(frozen=True, slots=True)
class Scanner:
    services: Services
    caller: Caller
    scanner: core.Scanner
    interface: str = contract.SCANNER

    @property
    def path(self) -> str:
        return paths.scanner(self.scanner.id)

    @property
    def id(self) -> str:
        return self.scanner.id

    @property
    def name(self) -> str:
        return self.scanner.name

    @property
    def vendor(self) -> str:
        return self.scanner.vendor

    @property
    def model(self) -> str:
        return self.scanner.model

    @property
    def type(self) -> str:
        return self.scanner.type

    @property
    def device(self) -> str:
        return self.scanner.device

    @property
    def backend(self) -> str:
        return self.scanner.backend

    @property
    def connection(self) -> str:
        return self.scanner.connection

    @property
    def alternatives(self) -> list[str]:
        return list(self.scanner.alternatives)

    @property
    def available(self) -> bool:
        return self.services.scanners.is_available(self.scanner.id)

    @property
    def quarantined(self) -> bool:
        return self.scanner.is_quarantined

    @property
    def busy(self) -> bool:
        return self.services.scanners.is_busy(self.scanner.id)

    @property
    def last_error(self) -> str:
        return self.services.last_error(self.scanner.id)

    @property
    def capabilities(self) -> dict[str, Variant]:
        return words.of_capabilities(self.services.scanners.known_capabilities(self.scanner.id))

    async def find_capabilities(self) -> dict[str, Variant]:
        """Opens the device when it was not asked yet, which only who may scan may cause."""
        found = self.services.scanners.known_capabilities(self.scanner.id)
        if found is None:
            found = await self.services.sessions.capabilities(
                self.caller, self._holder, self.scanner
            )
        return words.of_capabilities(found)

    async def get_options(self) -> list[dict[str, Variant]]:
        found = await self.services.sessions.options(self.caller, self._holder, self.scanner)
        return [options.told(option) for option in found]

    async def set_options(self, asked: Mapping[str, Any]) -> dict[str, Variant]:
        """Leases the scanner to the caller's connection."""
        wanted = core_settings.options_asked("options", values.plain(asked))
        outcomes, now = await self.services.sessions.set_options(
            self.caller, self._holder, self.scanner, wanted
        )
        return options.answered(outcomes, now)

    async def release(self) -> None:
        """Ends the caller's lease, if it is of this scanner."""
        if self.services.sessions.leased(self._holder) == self.scanner.id:
            await self.services.sessions.close(self._holder)

    async def retry(self) -> None:
        await self.services.looks.wait(self.services.scanners.retry(self.scanner.id))

    @property
    def _holder(self) -> Holder:
        return Holder(self.caller.owner, self.caller.connection)
