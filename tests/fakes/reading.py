"""A page of the virtual scanner that takes long enough for something to happen meanwhile."""

import asyncio

from fakes.spools import FolderSpools, rows_of
from sheetfed.core.deviceports import Device, Devices
from sheetfed.core.model import Mode, ScanSettings
from sheetfed.core.scanner import Scanner
from sheetfed.devices.deadlines import Deadlines

SLOW = ScanSettings(
    mode=Mode.COLOR,
    resolution=300,
    options={"read-delay": True, "read-delay-duration": 200000},
)
HASTY = Deadlines(option_s=1, page_s=0.4, busy_s=0, cancel_s=0.3, terminate_s=0.2, close_s=1)


def ignore(_: int) -> None:
    """Progress."""


async def listed(devices: Devices) -> tuple[Scanner, ...]:
    """The scanners there are, asked anew."""
    return (await devices.survey(lambda _: None)).scanners


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


async def read_one(device: Device, spools: FolderSpools) -> bytes:
    """The rows of the device's next page, in color if it can."""
    await device.configure(ScanSettings(mode=Mode.COLOR))
    spool = spools.new()
    await device.read_page(spool, ignore)
    return rows_of(spool.path)
