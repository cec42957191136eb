"""Scanner: a scanner, as everybody sees it, and the lease a caller has of it."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from dbus_next.signature import Variant

from sheetfed.bus import contract, options, paths, values, words
from sheetfed.bus.context import Context
from sheetfed.core import scanner as core
from sheetfed.core import settings as core_settings
from sheetfed.core.errors import ScannerTimeout
from sheetfed.core.model import Caller, Holder

DEVICE_DEADLINE_S: Final = 20.0
"""Before the 25 s for which D-Bus clients wait."""

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Scanner:
    context: Context
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
        return self.context.core.scanners.is_available(self.scanner.id)

    @property
    def quarantined(self) -> bool:
        return self.scanner.is_quarantined

    @property
    def busy(self) -> bool:
        return self.context.core.scanners.is_busy(self.scanner.id)

    @property
    def last_error(self) -> str:
        return self.context.last_error(self.scanner.id)

    @property
    def capabilities(self) -> dict[str, Variant]:
        return words.of_capabilities(self.context.core.scanners.known_capabilities(self.scanner.id))

    async def find_capabilities(self) -> dict[str, Variant]:
        """Opens the device when it was not asked yet, which only who may scan may cause."""
        found = self.context.core.scanners.known_capabilities(self.scanner.id)
        if found is None:
            found = await _soon(
                self.context.core.operating.capabilities(self.caller, self._holder, self.scanner)
            )
        return words.of_capabilities(found)

    async def get_options(self) -> list[dict[str, Variant]]:
        found = await _soon(
            self.context.core.operating.options(self.caller, self._holder, self.scanner)
        )
        return [options.told(option) for option in found]

    async def set_options(self, asked: Mapping[str, Any]) -> dict[str, Variant]:
        """Leases the scanner to the caller's connection."""
        wanted = core_settings.options_asked("options", values.plain(asked))
        outcomes, now = await _soon(
            self.context.core.operating.set_options(self.caller, self._holder, self.scanner, wanted)
        )
        return options.answered(outcomes, now)

    async def release(self) -> None:
        """Ends the caller's lease, if it is of this scanner."""
        if self.context.core.sessions.leased(self._holder) == self.scanner.id:
            await self.context.core.sessions.close(self._holder)

    async def retry(self) -> None:
        await self.context.looks.wait(self.context.core.scanners.retry(self.scanner.id))

    @property
    def _holder(self) -> Holder:
        return Holder(self.caller.owner, self.caller.connection)


async def _soon(answer: Coroutine[Any, Any, _Found]) -> _Found:
    """What the device answers. Raises ScannerTimeout when the caller would not wait any more."""
    try:
        return await asyncio.wait_for(answer, DEVICE_DEADLINE_S)
    except TimeoutError as error:
        raise ScannerTimeout(
            f"the scanner has not answered within {DEVICE_DEADLINE_S:g} s"
        ) from error
