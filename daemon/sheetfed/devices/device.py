"""Device: an open scanner, driven through its worker process."""

from collections.abc import Awaitable, Callable, Mapping

from sheetfed.core.capabilities import Capabilities
from sheetfed.core.model import Configured, OptionAsked, PaperSource, ScanSettings
from sheetfed.core.options import Option, Outcome
from sheetfed.core.ports import Spool
from sheetfed.devices import capabilities, outcomes, sources, translate
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.dialect import Dialect
from sheetfed.devices.optionset import OptionSet
from sheetfed.devices.process import WorkerProcess
from sheetfed.devices.setup import Setup


class SaneDevice:
    """The port `Device`."""

    def __init__(
        self,
        *,
        worker: WorkerProcess,
        dialect: Dialect,
        deadlines: Deadlines,
        end: Callable[[WorkerProcess], Awaitable[None]],
    ) -> None:
        self._worker = worker
        self._dialect = dialect
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
        return self._options.tree

    async def set_options(self, asked: Mapping[str, OptionAsked]) -> tuple[Outcome, ...]:
        """Raises ScannerLost, ScannerTimeout or ScannerIo."""
        await self._options.load()
        return await outcomes.apply(self._options, asked)

    async def capabilities(self) -> Capabilities:
        await self._options.load()
        return await capabilities.explore(self._options, self._dialect)

    async def configure(self, settings: ScanSettings) -> Configured:
        """Raises InvalidParameter, SettingsRefused, ScannerLost or ScannerTimeout."""
        await self._options.load()
        return await Setup(options=self._options, dialect=self._dialect).apply(settings)

    async def read_page(self, spool: Spool, progress: Callable[[int], None]) -> None:
        """Feed and read one page; raises CanceledAtDevice or ScannerLost after `cancel`."""
        if not self._options.now:
            await self._options.load()
        source = sources.current(self._options.now, self._dialect)
        x_dpi, y_dpi = translate.dpi(self._options.now, self._dialect)
        told = -1

        def tell(percent: int) -> None:
            nonlocal told
            if percent != told:
                told = percent
                progress(percent)

        await self._worker.request(
            "read",
            {
                "is_feeder": source is not PaperSource.FLATBED,
                "x_dpi": x_dpi,
                "y_dpi": y_dpi,
                "busy_s": self._deadlines.busy_s,
                "key": None if spool.key is None else spool.key.hex(),
            },
            deadline_s=self._deadlines.page_s,
            fds=(spool.fileno(),),
            progress=tell,
        )
        tell(100)

    async def cancel(self) -> None:
        await self._worker.cancel()

    async def close(self) -> None:
        await self._end(self._worker)
