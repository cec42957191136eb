"""Device ports: what the core asks of the room that knows scanners."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from sheetfed.core.capabilities import Capabilities
from sheetfed.core.model import Configured, OptionAsked, ScanSettings
from sheetfed.core.options import Option, Outcome
from sheetfed.core.ports import Spool
from sheetfed.core.scanner import Scanner
from sheetfed.core.survey import Survey


class Device(Protocol):
    """An open scanner. Every call ends within its deadline, with a ScanError if it must."""

    async def capabilities(self) -> Capabilities: ...

    async def options(self) -> Sequence[Option]:
        """Every option as the driver describes it, with its present value."""
        ...

    async def set_options(self, asked: Mapping[str, OptionAsked]) -> Sequence[Outcome]:
        """Set these, source, mode, resolution, depth and area first; in the order given, what
        became of each. Raises ScannerLost or ScannerTimeout."""
        ...

    async def configure(self, settings: ScanSettings) -> Configured:
        """Set up for a scan: the lease's options first, which only settings that were asked for
        override. Raises InvalidParameter or SettingsRefused."""
        ...

    async def read_page(self, spool: Spool, progress: Callable[[int], None]) -> None:
        """Feed and read one page into the spool; progress is told 0…100.

        Raises FeederEmpty, PaperJam, CoverOpen, ScannerIo, ScannerLost, ScannerTimeout,
        ScannerDenied, ScannerBusy, SettingsRefused, CanceledAtDevice or StoreFull.
        """
        ...

    async def cancel(self) -> None:
        """End whatever is going on, by force when the driver does not; never raises."""
        ...

    async def close(self) -> None:
        """Give the device back to other programs; never raises."""
        ...


class Devices(Protocol):
    """SANE's list of scanners, and the way to open one."""

    async def survey(self, told: Callable[[Survey], None], *, network_only: bool = False) -> Survey:
        """Ask every backend, or those that look for network scanners, what it has.

        `told` gets the whole list as it stands each time a backend has answered. A backend that
        fails, crashes or hangs costs its own scanners only; one whose scanner is open is not
        asked. Raises ScannerLost when nothing can be asked at all.
        """
        ...

    def forgive(self, backend: str) -> None:
        """End the backend's quarantine; the next survey asks it again."""
        ...

    async def open(self, scanner: Scanner) -> Device: ...
