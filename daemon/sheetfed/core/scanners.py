"""Scanners: the list of them, and who has which one now."""

import asyncio
import logging
from collections.abc import Callable

from sheetfed.core.errors import NoScanner, ScanError, ScannerNotFound
from sheetfed.core.events import Hub, ScannerAdded, ScannerChanged, ScannerRemoved
from sheetfed.core.leases import Lease, Leases
from sheetfed.core.model import Capabilities, Scanner, ScannerId
from sheetfed.core.ports import Devices

FIRST_LIST_DEADLINE_S = 10.0

log = logging.getLogger(__name__)


class Scanners:
    """What SANE lists, kept until the next list; each scanner is asked once what it can do."""

    def __init__(self, *, devices: Devices, hub: Hub, default: str = "") -> None:
        self._devices = devices
        self._hub = hub
        self._default = default
        self._scanners: dict[ScannerId, Scanner] = {}
        self._capabilities: dict[ScannerId, Capabilities] = {}
        self._leases = Leases()
        self._first_list = asyncio.Event()
        self._refreshing = asyncio.Lock()
        self._trouble = ""

    def prefer(self, default: str) -> None:
        """Take over a reloaded configuration's default scanner."""
        self._default = default

    async def refresh(self) -> None:
        """Ask SANE anew; a failure keeps the last list. Differences are told as events."""
        async with self._refreshing:
            try:
                found = await self._devices.enumerate()
            except ScanError as error:
                self._trouble = error.message
                log.warning("listing scanners failed: %s", error.message)
            else:
                self._trouble = ""
                self._take({scanner.id: scanner for scanner in found})
            finally:
                self._first_list.set()

    async def listed(self) -> tuple[Scanner, ...]:
        """The scanners of the last list; waits for the first one after a start."""
        try:
            await asyncio.wait_for(self._first_list.wait(), FIRST_LIST_DEADLINE_S)
        except TimeoutError:
            log.warning("the first list of scanners is not there after its deadline")
        return self.known()

    def known(self) -> tuple[Scanner, ...]:
        """The scanners of the last list, without waiting."""
        return tuple(self._scanners.values())

    async def pick(self, word: str | None, *preferred: ScannerId | None) -> Scanner:
        """The scanner of this id, unique name or SANE device name.

        Without a word: the first of `preferred` that is there, else the configured default, else
        the first listed. Raises ScannerNotFound or NoScanner.
        """
        scanners = await self.listed()
        if word is not None:
            return self._named(word, scanners)
        for wanted in preferred:
            if wanted in self._scanners:
                return self._scanners[wanted]
        if self._default:
            return self._named(self._default, scanners)
        if not scanners:
            raise NoScanner(f"{NoScanner.sentence} ({self._trouble})" if self._trouble else None)
        return scanners[0]

    def is_busy(self, scanner: ScannerId) -> bool:
        return self._leases.is_held(scanner)

    def is_available(self, scanner: ScannerId) -> bool:
        return scanner in self._scanners

    def known_capabilities(self, scanner: ScannerId) -> Capabilities | None:
        """What the scanner can do, if it was asked already."""
        return self._capabilities.get(scanner)

    async def capabilities(self, scanner: Scanner) -> Capabilities:
        """What the scanner can do; asked of the device once. Raises ScannerBusy and others."""
        if scanner.id not in self._capabilities:
            lease = self.claim(scanner, brief=True)
            try:
                await lease.held()
                if scanner.id not in self._capabilities:
                    self._capabilities[scanner.id] = await self._ask(scanner)
            finally:
                lease.release()
        return self._capabilities[scanner.id]

    def claim(
        self,
        scanner: Scanner,
        *,
        queue: bool = False,
        brief: bool = False,
        moved: Callable[[int], None] = lambda _: None,
    ) -> Lease:
        """A lease of the scanner, as Leases.claim has it; its holder releases it."""

        def released() -> None:
            self._hub.publish(ScannerChanged(scanner, busy=self.is_busy(scanner.id)))

        lease = self._leases.claim(
            scanner.id, queue=queue, brief=brief, moved=moved, released=released
        )
        if lease.ahead == 0:
            self._hub.publish(ScannerChanged(scanner, busy=True))
        return lease

    async def _ask(self, scanner: Scanner) -> Capabilities:
        device = await self._devices.open(scanner)
        try:
            return await device.capabilities()
        finally:
            await device.close()

    def _take(self, found: dict[ScannerId, Scanner]) -> None:
        before, self._scanners = self._scanners, found
        for gone in before.keys() - found.keys():
            self._capabilities.pop(gone, None)
            log.info("scanner gone: %s", before[gone].name)
            self._hub.publish(ScannerRemoved(before[gone]))
        for new in found:
            if new not in before:
                log.info("scanner found: %s (%s)", found[new].name, found[new].device)
                self._hub.publish(ScannerAdded(found[new]))

    @staticmethod
    def _named(word: str, scanners: tuple[Scanner, ...]) -> Scanner:
        for scanner in scanners:
            if word in (scanner.id, scanner.name, scanner.device):
                return scanner
        raise ScannerNotFound(
            f"there is no scanner {word!r}", details={"scanners": [s.name for s in scanners]}
        )
