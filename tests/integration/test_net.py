"""Scanners of another machine: through SANE's net backend from a real saned."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fakes.daemon import running_daemon
from fakes.reading import SLOW, Reading, ignore, listed
from fakes.saned import Saned, running_saned
from fakes.scanimage import scanimage
from fakes.spools import FolderSpools, layout_of, rows_of
from sheetfed.core.errors import FeederEmpty, ScannerLost, ScannerTimeout
from sheetfed.core.model import Area, Mode, PaperSource, ScanSettings
from sheetfed.core.scanner import Connection
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.driver import SaneDevices

SHORT = Deadlines(option_s=5, page_s=1.5, busy_s=0, cancel_s=1, terminate_s=0.2, close_s=2)
AREA = Area(10, 20, 80, 50)
PAGES = [
    ScanSettings(mode=Mode.COLOR, resolution=200, area=AREA),
    ScanSettings(mode=Mode.COLOR, resolution=75, depth=16, area=AREA),
    ScanSettings(mode=Mode.BW, resolution=150, area=AREA),
    ScanSettings(mode=Mode.GRAY, resolution=75, options={"hand-scanner": True}),
    ScanSettings(
        mode=Mode.GRAY,
        resolution=75,
        area=AREA,
        options={"fuzzy-parameters": True, "read-limit": True, "read-limit-size": 7},
    ),
]


@pytest.fixture
def spools(tmp_path: Path) -> Iterator[FolderSpools]:
    folder = FolderSpools(tmp_path)
    yield folder
    folder.close()


@pytest.fixture
async def saned(tmp_path: Path) -> AsyncIterator[Saned]:
    async with running_saned(tmp_path / "saned") as server:
        yield server


@pytest.fixture
async def devices(saned: Saned) -> AsyncIterator[SaneDevices]:
    remote = SaneDevices(config_dir=str(saned.config_dir), deadlines=SHORT)
    yield remote
    await remote.close()


@pytest.fixture
async def device(devices: SaneDevices) -> AsyncIterator[SaneDevice]:
    opened = await devices.open((await listed(devices))[0])
    yield opened
    await opened.close()


@pytest.fixture
async def local() -> AsyncIterator[SaneDevice]:
    devices = SaneDevices(virtual=True, deadlines=SHORT)
    yield await devices.open((await listed(devices))[0])
    await devices.close()


async def read(device: SaneDevice, spools: FolderSpools, settings: ScanSettings) -> Path:
    spool = spools.new()
    await device.configure(settings)
    await device.read_page(spool, ignore)
    return spool.path


async def test_they_are_listed_with_their_host(saned: Saned, devices: SaneDevices) -> None:
    found = await listed(devices)
    assert [scanner.device for scanner in found] == [
        f"net:{saned.host}:test:0",
        f"net:{saned.host}:test:1",
    ]
    assert {scanner.backend for scanner in found} == {"net"}
    assert {scanner.connection for scanner in found} == {Connection.NETWORK}


@pytest.mark.parametrize(
    "settings", PAGES, ids=lambda settings: f"{settings.mode} {settings.options}"
)
async def test_a_page_is_that_of_the_scanner_itself(
    device: SaneDevice, local: SaneDevice, spools: FolderSpools, settings: ScanSettings
) -> None:
    """Not in three passes: saned reads ahead, and may describe the next frame while it sends one,
    so that what comes does not make one picture."""
    async with asyncio.TaskGroup() as tasks:
        there = tasks.create_task(read(device, spools, settings))
        here = tasks.create_task(read(local, spools, settings))
    assert layout_of(there.result()) == layout_of(here.result())
    assert rows_of(there.result()) == rows_of(here.result())


async def test_a_feeder_gives_its_pages_until_it_is_empty(
    device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(
        ScanSettings(mode=Mode.GRAY, resolution=50, paper_source=PaperSource.FEEDER)
    )
    for _ in range(10):
        await device.read_page(spools.new(), ignore)
    with pytest.raises(FeederEmpty):
        await device.read_page(spools.new(), ignore)
    assert len({rows_of(spool.path) for spool in spools.made[:10]}) == 1


async def assert_scans(devices: SaneDevices, spools: FolderSpools) -> None:
    """The next scan works."""
    again = await devices.open((await listed(devices))[0])
    assert rows_of(await read(again, spools, PAGES[0]))
    await again.close()


async def test_a_server_that_dies_in_mid_page_is_a_lost_scanner_and_the_next_scan_works(
    saned: Saned, devices: SaneDevices, device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(SLOW)
    reading = Reading(device, spools)
    await reading.begun()
    saned.signal(signal.SIGKILL)
    with pytest.raises(ScannerLost, match="connection"):
        await reading.task
    assert layout_of(reading.spool.path) is None
    await device.close()
    await assert_scans(devices, spools)


async def test_a_server_that_stalls_in_mid_page_is_out_of_time_and_the_next_scan_works(
    saned: Saned, devices: SaneDevices, device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(SLOW)
    reading = Reading(device, spools)
    await reading.begun()
    saned.signal(signal.SIGSTOP)
    with pytest.raises(ScannerTimeout):
        await reading.task
    assert layout_of(reading.spool.path) is None
    await device.close()
    await assert_scans(devices, spools)


async def test_a_scan_can_be_canceled_in_mid_page(
    saned: Saned, device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(SLOW)
    reading = Reading(device, spools)
    await reading.begun()
    await device.cancel()
    await asyncio.wait({reading.task})
    await device.close()
    await saned.ended()
    assert layout_of(reading.spool.path) is None
    assert reading.task.exception() is not None


async def test_after_a_job_of_many_pages_the_scanner_is_free_for_others_at_once(
    tmp_path: Path, saned: Saned
) -> None:
    drop_in = tmp_path / "conf.d" / "net.toml"
    drop_in.parent.mkdir()
    drop_in.write_text(
        f'scanners.virtual = false\nscanners.sane_config_dir = "{saned.config_dir}"\n'
    )
    async with running_daemon(tmp_path) as daemon:
        settings = {"paper_source": "feeder", "resolution": 75}
        done, indices, _ = await daemon.result("AcquireImage", settings)
        assert (done, indices) == (True, list(range(10)))
        await saned.ended()
        device = f"net:{saned.host}:test:0"
        page = await scanimage(
            "--format=pnm", "--resolution=20", device=device, config_dir=saned.config_dir
        )
        assert page.startswith(b"P6")
