"""Driver: SANE's scanners, listed and opened in processes of their own."""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

from sheetfed.core.errors import ScanError, ScannerLost, SettingsRefused
from sheetfed.core.model import Scanner
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.listing import scanners
from sheetfed.devices.process import WorkerProcess

VIRTUAL_CONFIG_DIR = Path(__file__).parent / "virtual"


class SaneDevices:
    """The port `Devices`. Keeps one spare worker started, so that opening is quick."""

    def __init__(
        self,
        *,
        config_dir: str | None = None,
        virtual: bool = False,
        deadlines: Deadlines | None = None,
    ) -> None:
        """`config_dir` stands for SANE's own configuration; `virtual` is its test scanner alone."""
        self._config_dir = str(VIRTUAL_CONFIG_DIR) if virtual else config_dir or None
        self._deadlines = deadlines or Deadlines()
        self._spare: asyncio.Task[WorkerProcess] | None = None
        self._handed_out: set[WorkerProcess] = set()
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

    async def enumerate(self) -> Sequence[Scanner]:
        """All scanners there are now. Raises ScannerTimeout or ScannerLost."""
        worker = await self._take()
        try:
            answer = await worker.request("list", deadline_s=self._deadlines.enumerate_s)
            return scanners(answer["devices"])
        finally:
            await self._end(worker)

    async def open(self, scanner: Scanner) -> SaneDevice:
        """Raises ScannerBusy, ScannerDenied, ScannerIo, ScannerLost or ScannerTimeout."""
        worker = await self._take()
        try:
            await worker.request(
                "open", {"device": scanner.device}, deadline_s=self._deadlines.open_s
            )
        except SettingsRefused as error:
            # "Invalid argument" at open means that there is no such device (SANE 1.0 §4.3.4).
            await self._end(worker)
            raise ScannerLost("the scanner is not there", details=error.details) from error
        except BaseException:
            await self._end(worker)
            raise
        return SaneDevice(worker=worker, scanner=scanner, deadlines=self._deadlines, end=self._end)

    async def _take(self) -> WorkerProcess:
        spare, self._spare = self._spare, None
        worker = await (spare or self._launch())
        if not worker.is_alive:
            await worker.dismiss()
            worker = await self._launch()
        self._handed_out.add(worker)
        self._prepare()
        return worker

    def _prepare(self) -> None:
        if not self._is_closed and self._spare is None:
            self._spare = asyncio.create_task(self._launch())

    async def _launch(self) -> WorkerProcess:
        return await WorkerProcess.start(config_dir=self._config_dir, deadlines=self._deadlines)

    async def _end(self, worker: WorkerProcess) -> None:
        if worker in self._handed_out:
            self._handed_out.discard(worker)
            await worker.close()
