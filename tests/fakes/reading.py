"""A page of the virtual scanner that takes long enough for something to happen meanwhile."""

import asyncio

from fakes.spools import FolderSpools
from sheetfed.core.model import Mode, ScanSettings
from sheetfed.core.ports import Device
from sheetfed.devices.deadlines import Deadlines

SLOW = ScanSettings(
    mode=Mode.COLOR,
    resolution=300,
    options={"read-delay": True, "read-delay-duration": 200000},
)
HASTY = Deadlines(option_s=1, page_s=0.4, cancel_s=0.3, terminate_s=0.2, close_s=1)


class Reading:
    """A page that is being read by a task, known to have begun."""

    def __init__(self, device: Device, spools: FolderSpools) -> None:
        self._begun = asyncio.Event()
        self.spool = spools.new()
        self.task = asyncio.create_task(
            device.read_page(self.spool, lambda percent: self._begun.set())
        )

    async def begun(self) -> None:
        await self._begun.wait()
