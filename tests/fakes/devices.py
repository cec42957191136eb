"""FakeDevices: scanners whose feeder holds what a test puts in: pages, faults, slow pages."""

import asyncio
import os
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from fakes.gate import Gate
from fakes.store import MemorySpool
from sheetfed.core import spoolfile
from sheetfed.core.capabilities import Capabilities, SourceCapabilities
from sheetfed.core.errors import CanceledAtDevice, FeederEmpty, InvalidParameter
from sheetfed.core.model import (
    Configured,
    Mode,
    OptionAsked,
    PaperSource,
    ScannerId,
    ScanSettings,
    Snapped,
    Special,
)
from sheetfed.core.options import Option, OptionType, Outcome, Range, Unit, snap
from sheetfed.core.ports import Spool
from sheetfed.core.scanner import Scanner
from sheetfed.core.survey import Backend, HiddenDevice, Survey

DESK: Final = Scanner(
    id=ScannerId("desk"),
    name="Desk scanner",
    vendor="Noname",
    model="frontend-tester",
    type="flatbed scanner",
    device="test:0",
)
HALL: Final = Scanner(
    id=ScannerId("hall"),
    name="Hall scanner",
    vendor="Noname",
    model="frontend-tester",
    type="sheetfed scanner",
    device="test:1",
)
CAPABILITIES: Final = Capabilities(
    tuple(
        SourceCapabilities(
            source=source,
            modes=(Mode.COLOR, Mode.GRAY, Mode.BW),
            depths=(8, 16),
            resolutions=(),
            resolution_range=(50, 1200, 1),
            area_mm=(215.9, 355.6),
        )
        for source in (PaperSource.FLATBED, PaperSource.FEEDER)
    )
)
OPTIONS: Final = (
    Option(1, "mode", OptionType.STRING, constraint=("Gray", "Color"), value="Gray", size_bytes=6),
    Option(2, "resolution", OptionType.INT, unit=Unit.DPI, constraint=Range(50, 1200), value=50),
    Option(3, "lamp-off", OptionType.BUTTON, size_bytes=0, is_advanced=True),
)
LAYOUT: Final = spoolfile.Layout(
    frames=(
        spoolfile.Frame(
            channel=spoolfile.Channel.GRAY,
            offset=spoolfile.HEADER_BYTES,
            width_px=8,
            lines=4,
            bytes_per_line=8,
            depth=8,
        ),
    ),
    x_dpi=300.0,
    y_dpi=300.0,
)


class Sheet:
    """A page that is read at once, telling this progress."""

    def __init__(self, *progress: int) -> None:
        self.progress = progress or (100,)


class SlowSheet(Sheet):
    """A page that is read when its gate opens. A cancel ends it, as a page if `finishes`."""

    def __init__(self, *progress: int, finishes: bool = False) -> None:
        super().__init__(*progress)
        self.gate = Gate(is_shut=True)
        self.finishes = finishes

    def cancel(self) -> None:
        if self.finishes:
            self.gate.open()
        else:
            self.gate.abort(CanceledAtDevice())


Step = Sheet | Exception


class FakeDevice:
    """The port Device."""

    def __init__(self, devices: "FakeDevices", scanner: Scanner) -> None:
        self._devices = devices
        self._scanner = scanner
        self._stack = devices.stacks[scanner.id]
        self._source = PaperSource.FLATBED
        self._reading: Sheet | None = None
        self._options = {option.name: option for option in OPTIONS}

    async def capabilities(self) -> Capabilities:
        self._devices.calls.append("capabilities")
        await self._devices.exploring.passed()
        return CAPABILITIES

    async def options(self) -> Sequence[Option]:
        self._devices.calls.append("options")
        await self._devices.exploring.passed()
        return tuple(self._options.values())

    async def set_options(self, asked: Mapping[str, OptionAsked]) -> Sequence[Outcome]:
        self._devices.calls.append("set_options")
        return [self._set(name, value) for name, value in asked.items()]

    def _set(self, name: str, asked: OptionAsked) -> Outcome:
        try:
            if name not in self._options:
                raise InvalidParameter(f"the scanner has no option {name}", details={"name": name})
            if isinstance(asked, Special):
                return Outcome(name, asked, self._options[name].value)
            actual = snap(self._options[name], asked)
        except InvalidParameter as error:
            return Outcome(name, asked, error=error)
        self._options[name] = replace(self._options[name], value=actual)
        return Outcome(name, asked, actual)

    async def configure(self, settings: ScanSettings) -> Configured:
        self._devices.calls.append("configure")
        self._devices.settings.append(settings)
        await self._devices.configuring.passed()
        self._source = settings.paper_source or PaperSource.FLATBED
        return Configured(self._source, self._devices.snapped, self._devices.ignored)

    async def read_page(self, spool: Spool, progress: Callable[[int], None]) -> None:
        self._devices.calls.append("read")
        step: Step = FeederEmpty()
        if self._stack:
            step = self._stack.popleft()
        elif self._source is PaperSource.FLATBED:
            step = Sheet()
        if isinstance(step, Exception):
            raise step
        for percent in step.progress:
            progress(percent)
        self._reading = step
        try:
            if isinstance(step, SlowSheet):
                await step.gate.passed()
        finally:
            self._reading = None
        await _fill(spool)

    async def cancel(self) -> None:
        self._devices.calls.append("cancel")
        if isinstance(self._reading, SlowSheet):
            self._reading.cancel()
        self._devices.configuring.abort(CanceledAtDevice())
        self._devices.closing.open()

    async def close(self) -> None:
        self._devices.calls.append("close")
        await self._devices.closing.passed()
        self._devices.in_use.discard(self._scanner.id)


class FakeDevices:
    """The port Devices. `stacks` holds what is in each scanner's feeder, or on its glass."""

    def __init__(self, *scanners: Scanner) -> None:
        self.scanners = list(scanners)
        self.stacks: defaultdict[ScannerId, deque[Step]] = defaultdict(deque)
        self.hidden: list[HiddenDevice] = []
        self.backends: list[Backend] = []
        self.partly: list[Survey] = []
        self.surveying = Gate()
        self.opening = Gate()
        self.exploring = Gate()
        self.configuring = Gate()
        self.closing = Gate()
        self.snapped: tuple[Snapped, ...] = ()
        self.ignored: tuple[str, ...] = ()
        self.settings: list[ScanSettings] = []
        self.calls: list[str] = []
        self.in_use: set[ScannerId] = set()

    def load(self, *steps: Step, scanner: Scanner = DESK) -> None:
        """Put sheets in; a feeder that has given all it holds is empty."""
        self.stacks[scanner.id].extend(steps)

    async def survey(self, told: Callable[[Survey], None], *, network_only: bool = False) -> Survey:
        self.calls.append("survey of the network" if network_only else "survey")
        for part in self.partly:
            told(part)
        await self.surveying.passed()
        found = Survey(tuple(self.scanners), tuple(self.hidden), tuple(self.backends))
        told(found)
        return found

    def forgive(self, backend: str) -> None:
        self.calls.append(f"forgive {backend}")

    async def open(self, scanner: Scanner) -> FakeDevice:
        self.calls.append("open")
        await self.opening.passed()
        assert scanner.id not in self.in_use, "a scanner was opened twice at once"
        self.in_use.add(scanner.id)
        return FakeDevice(self, scanner)


async def _fill(spool: Spool) -> None:
    blocks = bytes(LAYOUT.frames[0].bytes_per_line * LAYOUT.frames[0].lines)
    blocks += spoolfile.trailer(LAYOUT)
    if isinstance(spool, MemorySpool):
        spool.content += blocks
    else:
        await asyncio.to_thread(os.pwrite, spool.fileno(), blocks, spoolfile.HEADER_BYTES)
