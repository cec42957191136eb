"""Scanner: a scanner, as everybody sees it."""

from dataclasses import dataclass

from dbus_next.signature import Variant

from sheetfed.bus import contract, paths, words
from sheetfed.bus.services import Services
from sheetfed.core import model as core
from sheetfed.core.model import Caller


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
    def available(self) -> bool:
        return self.services.scanners.is_available(self.scanner.id)

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
        if self.services.scanners.known_capabilities(self.scanner.id) is None:
            await self.services.access.require_scan(self.caller)
        return words.of_capabilities(await self.services.scanners.capabilities(self.scanner))
