"""Device: an open scanner, driven through its worker process."""

from collections.abc import Awaitable, Callable

from sheetfed.core.model import Capabilities, Configured, PaperSource, Scanner, ScanSettings
from sheetfed.core.options import Option
from sheetfed.core.ports import Spool
from sheetfed.devices import capabilities, translate
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.optionset import OptionSet
from sheetfed.devices.process import WorkerProcess
from sheetfed.devices.setup import Setup


class SaneDevice:
    """The port `Device`."""

    def __init__(
        self,
        *,
        worker: WorkerProcess,
        scanner: Scanner,
        deadlines: Deadlines,
        end: Callable[[WorkerProcess], Awaitable[None]],
    ) -> None:
        self._worker = worker
        self._scanner = scanner
        self._deadlines = deadlines
        self._end = end
        self._options = OptionSet(worker=worker, deadlines=deadlines)

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._worker.pid

    async def options(self) -> tuple[Option, ...]:
        """Every option as its driver describes it, with its present value."""
        await self._options.load()
        return tuple(self._options.now.values())

    async def capabilities(self) -> Capabilities:
        await self._options.load()
        return await capabilities.explore(self._options, self._scanner.type)

    async def configure(self, settings: ScanSettings) -> Configured:
        """Raises InvalidParameter, SettingsRefused, ScannerLost or ScannerTimeout."""
        await self._options.load()
        setup = Setup(options=self._options, scanner_type=self._scanner.type)
        return await setup.apply(settings)

    async def read_page(self, spool: Spool, progress: Callable[[int], None]) -> None:
        """Feed and read one page; raises CanceledAtDevice or ScannerLost after `cancel`."""
        if not self._options.now:
            await self._options.load()
        source = translate.current_source(self._options.now, self._scanner.type)
        x_dpi, y_dpi = translate.dpi(self._options.now)
        told = -1

        def tell(percent: int) -> None:
            nonlocal told
            if percent != told:
                told = percent
                progress(percent)

        await self._worker.request(
            "read",
            {"is_feeder": source is not PaperSource.FLATBED, "x_dpi": x_dpi, "y_dpi": y_dpi},
            deadline_s=self._deadlines.page_s,
            fds=(spool.fileno(),),
            progress=tell,
        )
        tell(100)

    async def cancel(self) -> None:
        await self._worker.cancel()

    async def close(self) -> None:
        await self._end(self._worker)
