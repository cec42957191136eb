"""Driver: SANE's scanners, listed and opened in processes of their own."""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from sheetfed.core.errors import ScanError, ScannerLost, SettingsRefused
from sheetfed.core.scanner import Scanner
from sheetfed.core.surely import surely
from sheetfed.core.survey import Survey
from sheetfed.devices import backends, usb
from sheetfed.devices.configdir import ConfigDirs
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.listing import Selection
from sheetfed.devices.process import WorkerProcess
from sheetfed.devices.quarantine import Quarantine
from sheetfed.devices.quirks import Quirks
from sheetfed.devices.roster import Roster

VIRTUAL_CONFIG_DIR = Path(__file__).parent / "virtual"


class SaneDevices:
    """The port `Devices`. Keeps one spare worker started, so that opening is quick."""

    def __init__(
        self,
        *,
        config_dir: str | None = None,
        virtual: bool = False,
        deadlines: Deadlines | None = None,
        selection: Selection | None = None,
        usb_root: Path = usb.SYSFS,
        quirks_dir: Path | None = None,
    ) -> None:
        """`config_dir` stands for SANE's own configuration; `virtual` is its test scanner alone;
        `quirks_dir` is where an administrator's quirk files are."""
        if virtual:
            config_dir = str(VIRTUAL_CONFIG_DIR)
        path = backends.search_path(config_dir or os.environ.get("SANE_CONFIG_DIR"))
        selection = selection or Selection()
        self._deadlines = deadlines or Deadlines()
        self._config_dirs = ConfigDirs(search_path=path)
        self._quirks = Quirks(quirks_dir=quirks_dir)
        self._quarantine = Quarantine(after=selection.quarantine_after)
        self._roster = Roster(
            selection=selection,
            quarantine=self._quarantine,
            search_path=path,
            config_dirs=self._config_dirs,
            deadlines=self._deadlines,
            is_open=self._is_open,
            usb_root=usb_root,
        )
        self._spare: asyncio.Task[WorkerProcess] | None = None
        self._used: Counter[str] = Counter()
        self._handed_out: dict[WorkerProcess, str] = {}
        self._is_closed = True

    async def start(self) -> None:
        self._is_closed = False
        self._prepare()

    async def close(self) -> None:
        """End every worker, also those of devices that are still open; never raises."""
        self._is_closed = True
        spare, self._spare = self._spare, None
        if spare is not None:
            with contextlib.suppress(ScanError):
                await (await spare).dismiss()
        for worker in tuple(self._handed_out):
            await self._end(worker)
        await asyncio.to_thread(self._config_dirs.remove)

    def change(self, selection: Selection, *, quirks_dir: Path | None = None) -> None:
        """Take over a reloaded configuration; the next survey shows it."""
        self._quirks.change(quirks_dir)
        self._quarantine.change(selection.quarantine_after)
        self._roster.change(selection)

    async def survey(self, told: Callable[[Survey], None], *, network_only: bool = False) -> Survey:
        """As the port has it. Raises ScannerLost when nothing can be asked at all."""
        return await self._roster.survey(told, network_only=network_only)

    def forgive(self, backend: str) -> None:
        """End the backend's quarantine; the next survey asks it again."""
        self._quarantine.forgive(backend)

    async def open(self, scanner: Scanner) -> SaneDevice:
        """The scanner, or the alternative of it that is in the place of its device.

        Raises ScannerBusy, ScannerDenied, ScannerIo, ScannerLost or ScannerTimeout.
        """
        scanner = self._roster.as_listed(scanner)
        backend = scanner.backend
        if self._quarantine.holds(backend):
            raise self._quarantine.refusal(backend)
        with self._using(backend):
            dialect = await self._quirks.dialect(scanner)
            worker = await self._opened(backend, scanner.device)
        return SaneDevice(
            worker=worker, dialect=dialect, deadlines=self._deadlines, end=self._give_back
        )

    def _is_open(self, backend: str) -> bool:
        return self._used[backend] > 0 or backend in self._handed_out.values()

    @contextlib.contextmanager
    def _using(self, backend: str) -> Iterator[None]:
        """While a scanner of the backend's is being opened or closed."""
        self._used[backend] += 1
        try:
            yield
        finally:
            self._used[backend] -= 1

    async def _opened(self, backend: str, device: str) -> WorkerProcess:
        await self._roster.make_way(backend)
        config_dir = await asyncio.to_thread(self._config_dirs.of, backend)
        worker = await self._take(backend)
        try:
            await worker.request(
                "open",
                {"device": device, "config_dir": config_dir, "busy_s": self._deadlines.busy_s},
                deadline_s=self._deadlines.open_s,
            )
        except SettingsRefused as error:
            # "Invalid argument" at open means that there is no such device (SANE 1.0 §4.3.4).
            await self._end(worker)
            raise ScannerLost("the scanner is not there", details=error.details) from error
        except BaseException:
            await surely(self._end(worker))
            raise
        return worker

    async def _take(self, backend: str) -> WorkerProcess:
        spare, self._spare = self._spare, None
        launching = spare or asyncio.create_task(self._launch())
        try:
            worker = await launching
        except asyncio.CancelledError:
            # It may have become ready in this very turn of the loop.
            with contextlib.suppress(asyncio.CancelledError, ScanError):
                await surely((await launching).dismiss())
            raise
        if not worker.is_alive:
            await worker.dismiss()
            worker = await self._launch()
        self._handed_out[worker] = backend
        self._prepare()
        return worker

    def _prepare(self) -> None:
        if not self._is_closed and self._spare is None:
            self._spare = asyncio.create_task(self._launch())

    async def _launch(self) -> WorkerProcess:
        return await WorkerProcess.start(config_dir=None, deadlines=self._deadlines)

    async def _give_back(self, worker: WorkerProcess) -> None:
        """The end of a device that was open."""
        backend = self._handed_out.get(worker)
        if backend is not None and not worker.fault:
            self._quarantine.use_succeeded(backend)
        await self._end(worker)

    async def _end(self, worker: WorkerProcess) -> None:
        backend = self._handed_out.pop(worker, None)
        if backend is None:
            return
        if worker.fault:
            self._quarantine.use_failed(backend, worker.fault)
        with self._using(backend):
            await worker.close()
