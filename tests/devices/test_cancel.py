"""Cancel: a scan that is no longer wanted ends soon, with the driver or without it."""

import asyncio
import os
import signal
import time

import pytest

from fakes.reading import SLOW, Reading, ignore, listed
from fakes.spools import FolderSpools, layout_of
from sheetfed.core.errors import CanceledAtDevice, ScannerLost
from sheetfed.core.model import ScanSettings
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.driver import SaneDevices


async def test_a_slow_scan_is_canceled_within_three_seconds_and_the_next_works(
    devices: SaneDevices, device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(SLOW)
    reading = Reading(device, spools)
    await reading.begun()
    began = time.monotonic()
    await device.cancel()
    with pytest.raises(CanceledAtDevice):
        await reading.task
    assert time.monotonic() - began < 3
    assert layout_of(reading.spool.path) is None
    await device.close()
    again = await devices.open((await listed(devices))[0])
    await again.configure(ScanSettings(resolution=20))
    await again.read_page(spools.new(), ignore)


async def test_after_a_cancel_between_two_requests_every_other_but_close_is_refused(
    device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(ScanSettings(resolution=20))
    await device.cancel()
    for attempt in (device.read_page(spools.new(), ignore), device.options()):
        with pytest.raises(CanceledAtDevice):
            await attempt
    await device.close()
    assert device._worker._process.returncode == 0


async def test_a_hanging_driver_that_is_canceled_is_killed_and_lost(
    hasty: SaneDevice, spools: FolderSpools
) -> None:
    await hasty.configure(SLOW)
    reading = Reading(hasty, spools)
    await reading.begun()
    os.kill(hasty.pid, signal.SIGSTOP)
    await hasty.cancel()
    with pytest.raises(ScannerLost):
        await reading.task


async def test_a_hanging_driver_can_be_closed(hasty: SaneDevice) -> None:
    os.kill(hasty.pid, signal.SIGSTOP)
    await hasty.close()


async def test_closing_in_mid_page_ends_the_read(device: SaneDevice, spools: FolderSpools) -> None:
    await device.configure(SLOW)
    reading = Reading(device, spools)
    await reading.begun()
    await device.close()
    with pytest.raises(CanceledAtDevice):
        await reading.task


async def test_a_read_whose_task_is_canceled_can_still_be_closed(
    device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(SLOW)
    reading = Reading(device, spools)
    await reading.begun()
    reading.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading.task
    with pytest.raises(ScannerLost, match="busy"):
        await device.options()
    await device.close()
