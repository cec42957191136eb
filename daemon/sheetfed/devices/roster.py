"""Roster: each SANE backend's last answer, and the list of scanners that all of them make."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from sheetfed.core.errors import ScannerLost
from sheetfed.core.scanner import Scanner
from sheetfed.core.survey import Backend, BackendState, Survey
from sheetfed.devices import backends, usb
from sheetfed.devices.answers import Answer
from sheetfed.devices.configdir import ConfigDirs
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.duplicates import Sighting
from sheetfed.devices.identity import identify
from sheetfed.devices.listing import Listing, Selection, Standing
from sheetfed.devices.quarantine import Quarantine
from sheetfed.devices.surveying import SurveyProcess

_log = logging.getLogger(__name__)

_ON_USB = "usb:"


@dataclass(frozen=True, slots=True)
class _Record:
    """How a backend's last question went, and what it listed when it last did."""

    state: BackendState
    message: str
    sightings: tuple[Sighting, ...]


class Roster:
    """Makes surveys, one at a time."""

    def __init__(
        self,
        *,
        selection: Selection,
        quarantine: Quarantine,
        search_path: str,
        config_dirs: ConfigDirs,
        deadlines: Deadlines,
        is_open: Callable[[str], bool],
        usb_root: Path,
    ) -> None:
        """`is_open` says whether a scanner of the backend's is open."""
        self._listing = Listing(selection)
        self._quarantine = quarantine
        self._search_path = search_path
        self._config_dirs = config_dirs
        self._deadlines = deadlines
        self._is_open = is_open
        self._usb_root = usb_root
        self._surveying = asyncio.Lock()
        self._process: SurveyProcess | None = None
        self._awaited: dict[str, asyncio.Event] = {}
        self._backends: tuple[str, ...] = ()
        self._in_use: frozenset[str] = frozenset()
        self._records: dict[str, _Record] = {}
        self._plugged: tuple[usb.UsbDevice, ...] = ()

    def change(self, selection: Selection) -> None:
        """Take over a reloaded configuration, for the next survey."""
        self._listing.selection = selection

    async def survey(self, told: Callable[[Survey], None], *, network_only: bool) -> Survey:
        """As the port Devices has it. Raises ScannerLost."""
        async with self._surveying:
            self._backends = await self._configured()
            self._in_use = frozenset(name for name in self._backends if self._is_open(name))
            self._plugged = await asyncio.to_thread(usb.plugged, self._usb_root)
            last = self._now()
            if to_ask := self._to_ask(network_only=network_only):
                async with aclosing(self._answers(to_ask)) as answers:
                    async for answer in answers:
                        now = await self._heard(answer)
                        if _news(now) != _news(last):
                            told(now)
                            last = now
            survey = self._now()
            told(survey)
            return survey

    async def make_way(self, backend: str) -> None:
        """Return when no survey is in the way of opening a scanner of the backend's.

        One on the network answers to several at once.
        """
        if self._process is None or backend not in self._awaited:
            return
        await self._process.skip(backend)
        if not backends.looks_on_network(backend):
            await self._awaited[backend].wait()

    def as_listed(self, scanner: Scanner) -> Scanner:
        """The scanner in the words of the backend that lists its device, which may be one of its
        alternatives; the backend of a device that is not listed is in its name."""
        for seen in self._sightings():
            if seen.device == scanner.device and not seen.is_manual:
                return replace(
                    scanner,
                    backend=seen.backend,
                    vendor=seen.vendor,
                    model=seen.model,
                    type=seen.type,
                )
        return replace(scanner, backend=scanner.device.partition(":")[0])

    async def _configured(self) -> tuple[str, ...]:
        try:
            return await asyncio.to_thread(backends.configured, self._search_path)
        except OSError as error:
            raise ScannerLost(
                "SANE's configuration cannot be read:"
                f" {error.filename or self._search_path}: {error.strerror}"
            ) from error

    def _to_ask(self, *, network_only: bool) -> list[str]:
        """Those on the network, which are slow, last."""
        manual = {device.partition(":")[0] for device in self._listing.selection.manual}
        local: list[str] = []
        network: list[str] = []
        for name in self._backends:
            if name in self._in_use or self._quarantine.holds(name):
                continue
            is_network = name in manual or backends.looks_on_network(name)
            (network if is_network else local).append(name)
        return network if network_only else local + network

    async def _answers(self, names: list[str]) -> AsyncGenerator[Answer, None]:
        config_dirs = await asyncio.to_thread(self._config_dirs.of_each, names)
        process = await SurveyProcess.start(self._deadlines)
        # From here to the questions nothing waits: one that is opened later makes way.
        opened = {name for name in names if self._is_open(name)}
        self._in_use |= opened
        questions = {name: path for name, path in config_dirs.items() if name not in opened}
        self._awaited = {name: asyncio.Event() for name in questions}
        self._process = process
        try:
            async with aclosing(process.ask(questions)) as answers:
                async for answer in answers:
                    self._awaited.pop(answer.backend).set()
                    yield answer
        finally:
            self._process = None
            for event in self._awaited.values():
                event.set()
            self._awaited = {}
            await process.close()

    async def _heard(self, answer: Answer) -> Survey:
        """What is known then; an answer that makes no sense costs its backend only."""
        before = self._records.get(answer.backend)
        try:
            await self._take(answer)
            return self._now()
        except Exception:  # noqa: BLE001
            _log.exception("SANE backend %s: its scanners cannot be listed", answer.backend)
            trouble = "what its driver lists cannot be understood; the log says why"
            sightings = before.sightings if before else ()
            self._records[answer.backend] = _Record(BackendState.FAILED, trouble, sightings)
            return self._now()

    async def _take(self, answer: Answer) -> None:
        name = answer.backend
        if answer.state is BackendState.IN_USE:
            self._in_use |= {name}
            return
        if answer.is_fault:
            self._quarantine.survey_failed(name, answer.message)
        elif answer.state is BackendState.OK:
            self._quarantine.survey_succeeded(name)
        before = self._records[name].sightings if name in self._records else ()
        state = answer.state
        if answer.is_refusal and before:
            state = BackendState.FAILED
        sightings = before
        if state is BackendState.OK:
            sightings = await self._seen(answer)
        self._records[name] = _Record(state, answer.message, sightings)

    async def _seen(self, answer: Answer) -> tuple[Sighting, ...]:
        if any(_ON_USB in device for device, *_ in answer.devices):
            # It may have been plugged in after the survey began.
            self._plugged = await asyncio.to_thread(usb.plugged, self._usb_root)
        return tuple(
            Sighting(
                answer.backend,
                device,
                vendor,
                model,
                kind,
                identify(answer.backend, device, kind, self._plugged),
            )
            for device, vendor, model, kind in answer.devices
        )

    def _sightings(self) -> Iterator[Sighting]:
        """What the backends list, in their order, then what configuration adds to it."""
        listed: set[str] = set()
        for name in self._backends:
            if name in self._records:
                for sighting in self._records[name].sightings:
                    listed.add(sighting.device)
                    yield sighting
        for device in self._listing.selection.manual:
            if device not in listed:
                backend = device.partition(":")[0]
                identity = identify(backend, device, "", self._plugged)
                yield Sighting(backend, device, "", "", "", identity, is_manual=True)

    def _now(self) -> Survey:
        told = [backend for name in self._backends for backend in self._backend(name)]
        unremarkable = (BackendState.OK, BackendState.IN_USE)
        standing = Standing(
            backends=self._backends,
            away={backend.name for backend in told if backend.state not in unremarkable},
            quarantined=self._quarantine.held,
        )
        found, hidden = self._listing.scanners(self._sightings(), standing)
        return Survey(found, hidden, tuple(told))

    def _backend(self, name: str) -> Iterator[Backend]:
        """None for one that was never asked."""
        record = self._records.get(name)
        count = len(record.sightings) if record else 0
        if self._quarantine.holds(name):
            yield Backend(name, BackendState.QUARANTINED, self._quarantine.sentence(name), count)
        elif name in self._in_use:
            yield Backend(name, BackendState.IN_USE, "not asked while its scanner is open", count)
        elif record is not None:
            yield Backend(name, record.state, record.message, count)


def _news(survey: Survey) -> tuple[object, ...]:
    """What is worth telling before the end: not that one more backend lists nothing."""
    remarkable = [
        backend
        for backend in survey.backends
        if backend.scanners or backend.state is not BackendState.OK
    ]
    return survey.scanners, survey.hidden, remarkable
