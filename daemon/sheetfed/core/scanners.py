"""Scanners: the list of them, and who has which one now."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from sheetfed.core.absence import explained
from sheetfed.core.capabilities import Capabilities
from sheetfed.core.cleaned import cleaned
from sheetfed.core.deviceports import Devices
from sheetfed.core.errors import NoScanner, ScanError, ScannerNotFound
from sheetfed.core.events import (
    BackendsChanged,
    Hub,
    ScannerAdded,
    ScannerChanged,
    ScannerRemoved,
)
from sheetfed.core.health import Health
from sheetfed.core.leases import Lease, Leases
from sheetfed.core.model import ScannerId
from sheetfed.core.scanner import Scanner
from sheetfed.core.survey import BackendState, Survey

FIRST_LIST_DEADLINE_S = 10.0

log = logging.getLogger(__name__)

_Asked = tuple[str, str, str]
"""The SANE name, vendor and model of what was asked: another device may come to the same name."""


class Scanners:
    """What SANE lists, kept until the next look; each scanner is asked once what it can do."""

    def __init__(self, *, devices: Devices, hub: Hub, default: str = "") -> None:
        self._devices = devices
        self._hub = hub
        self._default = default
        self._survey = Survey()
        self._scanners: dict[ScannerId, Scanner] = {}
        self._capabilities: dict[_Asked, Capabilities] = {}
        self._leases = Leases()
        self._health = Health()
        self._first_list = asyncio.Event()
        self._refreshing = asyncio.Lock()
        self._begun = self._ended = 0
        self._freed: set[str] = set()
        self._passed_over: set[ScannerId] = set()
        self._when_stale: Callable[[], None] = lambda: None
        self._trouble = ""

    @property
    def survey(self) -> Survey:
        """What the last look has found, hidden and could not ask."""
        return self._survey

    @property
    def trouble(self) -> str:
        """Why the last look failed as a whole; empty when it did not."""
        return self._trouble

    @property
    def is_refreshing(self) -> bool:
        return self._refreshing.locked()

    def when_stale(self, look: Callable[[], None]) -> None:
        """Call this when a scanner is free again that a survey could not, or may not, tell of."""
        self._when_stale = look

    def prefer(self, default: str) -> None:
        """Take over a reloaded configuration's default scanner."""
        self._default = default

    async def refresh(self, *, network_only: bool = False) -> None:
        """Look anew, for network scanners alone or for all; a failure keeps the last list.

        What is found is shown as it comes, differences are told as events. Whoever asks during a
        look shares the next one.
        """
        asked = self._begun
        async with self._refreshing:
            if self._ended > asked:
                return
            if network_only:
                await self._look(network_only=True)
            else:
                self._begun += 1
                await self._look()
                self._ended = self._begun

    async def retry(self, word: str) -> None:
        """End the quarantine of this backend, or of this scanner's, and look anew.

        Raises ScannerNotFound.
        """
        await self.listed()
        if word not in (backend.name for backend in self._survey.backends):
            word = self._named(word).backend
        self._devices.forgive(word)
        await self.refresh()

    async def listed(self) -> tuple[Scanner, ...]:
        """The scanners known now; after a start, once the first look is done or takes too long."""
        if not self._first_list.is_set():
            try:
                await asyncio.wait_for(self._first_list.wait(), FIRST_LIST_DEADLINE_S)
            except TimeoutError:
                log.warning("the first look for scanners is not done after its deadline")
                self._first_list.set()
        return self.known()

    def known(self) -> tuple[Scanner, ...]:
        """The scanners known now, without waiting."""
        return tuple(self._scanners.values())

    async def pick(self, word: str | None, *preferred: ScannerId | None) -> Scanner:
        """The scanner of this id, unique name or SANE device name.

        Without a word: the first of `preferred` that is available, else the configured default,
        else the first that is available. SANE's name of an alternative gives the scanner with that
        device. Raises ScannerNotFound or NoScanner.
        """
        await self.listed()
        if word is not None:
            return self._named(word)
        for wanted in preferred:
            if wanted is not None and (found := self._of_id(wanted)) and found.is_available:
                return found
        if self._default:
            return self._named(self._default)
        for scanner in self.known():
            if scanner.is_available:
                return scanner
        raise NoScanner(explained(self._survey, self._trouble))

    def is_busy(self, scanner: ScannerId) -> bool:
        return self._leases.is_held(scanner)

    def is_available(self, scanner: ScannerId) -> bool:
        return scanner in self._scanners and self._scanners[scanner].is_available

    def known_capabilities(self, scanner: ScannerId) -> Capabilities | None:
        """What the scanner can do, if it was asked already."""
        known = self._scanners.get(scanner)
        return None if known is None else self._capabilities.get(_asked(known))

    def learn(self, scanner: Scanner, capabilities: Capabilities) -> None:
        """Somebody who holds the scanner has asked it."""
        self._capabilities[_asked(scanner)] = capabilities

    def forget_capabilities(self) -> None:
        """Every scanner is asked anew what it can do: it, or what is known of its driver, may be
        another."""
        self._capabilities = {}

    async def capabilities(self, scanner: Scanner) -> Capabilities:
        """What the scanner can do; asked of the device once. Raises ScannerBusy and others."""
        asked = _asked(scanner)
        if asked not in self._capabilities:
            lease = self.claim(scanner, brief=True)
            try:
                await lease.held()
                if asked not in self._capabilities:
                    # What was asked for before it was all forgotten is not kept.
                    known = self._capabilities
                    known[asked] = found = await self._ask(scanner)
                    return found
            finally:
                lease.release()
        return self._capabilities[asked]

    def claim(
        self,
        scanner: Scanner,
        *,
        queue: bool = False,
        brief: bool = False,
        moved: Callable[[int], None] = lambda _: None,
    ) -> Lease:
        """A lease of the scanner, as Leases.claim has it; its holder releases it."""
        lease = self._leases.claim(
            scanner.id,
            queue=queue,
            brief=brief,
            moved=moved,
            released=lambda: self._released(scanner),
        )
        if lease.ahead == 0:
            self._tell_changed(scanner, busy=True)
        return lease

    async def _ask(self, scanner: Scanner) -> Capabilities:
        device = await self._devices.open(scanner)
        try:
            return await device.capabilities()
        finally:
            await device.close()

    async def _look(self, *, network_only: bool = False) -> None:
        self._freed.clear()
        before, trouble = self._trouble, ""
        try:
            self._take(await self._devices.survey(self._take, network_only=network_only))
        except ScanError as error:
            trouble = error.message
            log.warning("looking for scanners failed: %s", trouble)
        except Exception:
            trouble = "looking for scanners failed; the log says why"
            log.exception("looking for scanners failed")
        finally:
            self._first_list.set()
        self._trouble = trouble
        if trouble != before:
            self._hub.publish(BackendsChanged())
        # One that was freed while this look was under way may have been passed over before.
        if self._freed & self._in_use():
            self._when_stale()

    def _take(self, survey: Survey) -> None:
        """Show what is there now. A scanner that is held stays as it is until it is free."""
        before, found = self._scanners, {scanner.id: scanner for scanner in survey.scanners}
        held = {
            scanner.id: scanner
            for scanner in before.values()
            if self.is_busy(scanner.id) and _worsened(scanner, found.get(scanner.id))
        }
        found |= held
        self._passed_over = set(held)
        survey = replace(survey, scanners=tuple(found.values()))
        last, self._survey, self._scanners = self._survey, survey, found
        for asked in self._capabilities.keys() - set(_all_asked(found.values())):
            del self._capabilities[asked]
        self._health.observe(survey.backends)
        self._tell_differences(before)
        if (last.backends, last.hidden) != (survey.backends, survey.hidden):
            self._hub.publish(BackendsChanged())

    def _tell_differences(self, before: dict[ScannerId, Scanner]) -> None:
        for gone in before.keys() - self._scanners.keys():
            log.info("scanner gone: %s", before[gone].name)
            self._hub.publish(ScannerRemoved(before[gone]))
        for scanner in self.known():
            if scanner.id not in before:
                log.info("scanner found: %s (%s)", scanner.name, cleaned(scanner.device))
                self._hub.publish(ScannerAdded(scanner))
            elif scanner != before[scanner.id]:
                self._tell_changed(scanner, busy=self.is_busy(scanner.id))

    def _tell_changed(self, scanner: Scanner, *, busy: bool) -> None:
        self._hub.publish(ScannerChanged(self._scanners.get(scanner.id, scanner), busy=busy))

    def _released(self, scanner: Scanner) -> None:
        is_busy = self.is_busy(scanner.id)
        self._tell_changed(scanner, busy=is_busy)
        if is_busy:
            return
        if not any(self.is_busy(s.id) for s in self.known() if s.backend == scanner.backend):
            self._freed.add(scanner.backend)
        if scanner.id in self._passed_over or scanner.backend in self._freed & self._in_use():
            self._when_stale()

    def _in_use(self) -> set[str]:
        backends = self._survey.backends
        return {backend.name for backend in backends if backend.state is BackendState.IN_USE}

    def _of_id(self, word: str) -> Scanner | None:
        """The scanner of this id, else the one that may have had it in an earlier run."""
        aliased = (scanner for scanner in self.known() if word in scanner.aliases)
        return self._scanners.get(ScannerId(word)) or next(aliased, None)

    def _named(self, word: str) -> Scanner:
        for scanner in self.known():
            if word in (scanner.id, scanner.name, scanner.device):
                return scanner
        if known := self._of_id(word):
            return known
        for scanner in self.known():
            if word in scanner.alternatives:
                return replace(scanner, device=word, backend=word.partition(":")[0])
        raise ScannerNotFound(
            f"there is no scanner {word!r}", details={"scanners": [s.name for s in self.known()]}
        )


def _worsened(scanner: Scanner, now: Scanner | None) -> bool:
    return now is None or (scanner.is_available and not now.is_available)


def _asked(scanner: Scanner) -> _Asked:
    return scanner.device, scanner.vendor, scanner.model


def _all_asked(scanners: Iterable[Scanner]) -> Iterable[_Asked]:
    """Of each scanner also what its alternatives were asked."""
    for scanner in scanners:
        for device in (scanner.device, *scanner.alternatives):
            yield _asked(replace(scanner, device=device))
