"""Faults: a driver that fails, hangs, crashes or is canceled takes nothing with it."""

import asyncio
import logging
import os
import resource
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fakes.reading import HASTY, SLOW, Reading, ignore, listed
from fakes.scripted import Scripted, Words, feeder
from fakes.spools import FolderSpools, layout_of
from sheetfed.core.errors import (
    CanceledAtDevice,
    CoverOpen,
    FeederEmpty,
    PaperJam,
    ScanError,
    ScannerBusy,
    ScannerDenied,
    ScannerIo,
    ScannerLost,
    ScannerTimeout,
    SettingsRefused,
    StoreFull,
)
from sheetfed.core.model import Mode, ScanSettings
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.driver import SaneDevices
from sheetfed.devices.process import WorkerProcess


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("UNSUPPORTED", SettingsRefused),
        ("CANCELLED", CanceledAtDevice),
        ("DEVICE_BUSY", ScannerBusy),
        ("INVAL", SettingsRefused),
        ("EOF", ScannerIo),
        ("JAMMED", PaperJam),
        ("NO_DOCS", FeederEmpty),
        ("COVER_OPEN", CoverOpen),
        ("IO_ERROR", ScannerIo),
        ("NO_MEM", ScannerIo),
        ("ACCESS_DENIED", ScannerDenied),
    ],
)
async def test_a_drivers_status_is_told_in_our_words(
    device: SaneDevice, spools: FolderSpools, status: str, error: type[ScanError]
) -> None:
    name = f"SANE_STATUS_{status}"
    await device.configure(ScanSettings(resolution=20, options={"read-return-value": name}))
    spool = spools.new()
    with pytest.raises(error):
        await device.read_page(spool, ignore)
    assert layout_of(spool.path) is None


async def test_a_worker_killed_in_mid_page_is_lost_and_the_next_open_works(
    devices: SaneDevices, device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(SLOW)
    reading = Reading(device, spools)
    await reading.begun()
    os.kill(device.pid, signal.SIGKILL)
    with pytest.raises(ScannerLost) as caught:
        await reading.task
    assert caught.value.details["signal"] == "SIGKILL"
    await device.close()
    again = await devices.open((await listed(devices))[0])
    await again.configure(ScanSettings(resolution=20))
    await again.read_page(spools.new(), ignore)
    await again.close()


async def test_a_driver_that_crashes_is_lost_and_its_last_words_are_logged(
    device: SaneDevice, spools: FolderSpools, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    await device.configure(SLOW)
    reading = Reading(device, spools)
    await reading.begun()
    os.kill(device.pid, signal.SIGSEGV)
    with pytest.raises(ScannerLost, match="SIGSEGV"):
        await reading.task
    await device.close()
    assert "Segmentation fault" in caplog.text


async def test_a_driver_that_hangs_is_ended_when_its_deadline_passes(
    hasty: SaneDevice, spools: FolderSpools
) -> None:
    await hasty.configure(SLOW)
    reading = Reading(hasty, spools)
    await reading.begun()
    os.kill(hasty.pid, signal.SIGSTOP)
    with pytest.raises(ScannerTimeout) as caught:
        await reading.task
    assert caught.value.details["step"] == "read"


async def test_a_driver_that_hangs_between_pages_is_ended_too(hasty: SaneDevice) -> None:
    os.kill(hasty.pid, signal.SIGSTOP)
    with pytest.raises(ScannerTimeout):
        await hasty.configure(ScanSettings())


async def test_a_slow_scan_outlives_its_deadline_while_there_is_progress(
    hasty: SaneDevice, spools: FolderSpools
) -> None:
    slow = ScanSettings(
        mode=Mode.GRAY,
        resolution=100,
        options={"read-delay": True, "read-delay-duration": 20000},
    )
    await hasty.configure(slow)
    began = time.monotonic()
    await hasty.read_page(spools.new(), ignore)
    assert time.monotonic() - began > HASTY.page_s


async def test_a_full_disk_is_told_as_a_full_store(
    device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(ScanSettings(resolution=300))
    resource.prlimit(device.pid, resource.RLIMIT_FSIZE, (100_000, 100_000))
    with pytest.raises(StoreFull, match="the disk is full"):
        await device.read_page(spools.new(), ignore)


async def test_a_worker_that_is_sent_garbage_ends() -> None:
    worker = await WorkerProcess.start(config_dir=None, deadlines=Deadlines())
    worker._channel._socket.send(b"\xff\xff\xff\xffgarbage")
    with pytest.raises(ScannerLost):
        await worker.request("options", deadline_s=10)
    await worker.close()


ORPHANING = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from fakes.scripted import scanner
from fakes.spools import FolderSpools
from sheetfed.devices.driver import SaneDevices

async def main():
    device = await SaneDevices(config_dir=sys.argv[2]).open(scanner())
    spool = FolderSpools(Path(sys.argv[2])).new()
    await device.read_page(spool, lambda _: print(device.pid, flush=True))

asyncio.run(main())
"""


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([], id="reads slowly"),
        pytest.param(
            [
                {"at": "open", "ignore": ["SIGTERM", "SIGALRM"]},
                {"at": "read", "bytes": 40, "hang": "busy"},
            ],
            id="hangs and ignores signals",
        ),
    ],
)
async def test_a_worker_ends_when_the_daemon_dies_in_mid_page_though_its_driver(
    scripted: Scripted, faults: list[Words]
) -> None:
    scripted.write(feeder({"read_bytes": 40, "read_delay_ms": 200}), faults=faults)
    root = Path(__file__).parents[1]
    path = os.pathsep.join((str(root.parent / "daemon"), os.environ.get("PYTHONPATH", "")))
    daemon = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", ORPHANING, str(root), str(scripted.folder)),
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
    )
    assert daemon.stdout is not None
    worker = os.pidfd_open(int(await daemon.stdout.readline()))
    try:
        daemon.kill()
        await daemon.wait()
        await daemon.stdout.read()
        ended, _, _ = await asyncio.to_thread(select.select, [worker], [], [], 6)
        assert ended, "the worker outlived its daemon"
    finally:
        os.close(worker)
