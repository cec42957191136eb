"""Cancel: a scan that is no longer wanted is over in time, whatever its driver does."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from fakes.reading import ignore, read_one
from fakes.scripted import Scripted, Words, feeder, pixels, scanner
from fakes.spools import FolderSpools, layout_of
from sheetfed.core.errors import CanceledAtDevice, PaperJam, ScannerLost
from sheetfed.core.model import ScanSettings
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.driver import SaneDevices
from sheetfed.devices.listing import Selection

# The same steps as when it is in earnest, which take at most 2.5 s, and here at most 0.6 s.
QUICK = Deadlines(cancel_s=0.4, terminate_s=0.2)
OVER_S = 2.0
SLOW_PAGE = {"read_bytes": 40, "read_delay_ms": 200}
DEAF = {"at": "init", "ignore": ["SIGTERM", "SIGINT", "SIGHUP", "SIGALRM"]}


@pytest.fixture
async def sane(scripted: Scripted) -> AsyncIterator[SaneDevices]:
    devices = SaneDevices(config_dir=str(scripted.folder), deadlines=QUICK)
    yield devices
    await devices.close()


def test_the_steps_of_a_cancel_end_within_three_seconds() -> None:
    deadlines = Deadlines()
    assert deadlines.cancel_s + deadlines.terminate_s <= 2.5


@pytest.mark.parametrize(
    ("faults", "page"),
    [
        pytest.param([], SLOW_PAGE, id="reads slowly"),
        pytest.param([{"at": "start", "status": "DEVICE_BUSY"}], {}, id="is busy"),
        pytest.param([{"at": "start", "hang": "sleep"}], {}, id="hangs in start"),
        pytest.param([{"at": "read", "hang": "sleep"}], {}, id="hangs in read"),
        pytest.param([{"at": "read", "hang": "busy"}], {}, id="spins in read"),
        pytest.param([{"at": "cancel", "hang": "sleep"}], SLOW_PAGE, id="hangs in cancel"),
        pytest.param([{"at": "close", "hang": "sleep"}], SLOW_PAGE, id="hangs in close"),
        pytest.param(
            [DEAF, {"at": "read", "hang": "sleep"}, {"at": "cancel", "hang": "sleep"}],
            {},
            id="hangs in read and in cancel and ignores signals",
        ),
        pytest.param(
            [DEAF, {"at": "close", "hang": "busy"}],
            SLOW_PAGE,
            id="spins in close and ignores signals",
        ),
    ],
)
async def test_a_canceled_scan_is_over_in_time_though_its_driver(
    scripted: Scripted,
    sane: SaneDevices,
    spools: FolderSpools,
    faults: list[Words],
    page: Words,
) -> None:
    scripted.write(feeder(page), faults=faults)
    device = await sane.open(scanner())
    spool = spools.new()
    reading = asyncio.create_task(device.read_page(spool, ignore))
    await scripted.called("start 1")
    began = time.monotonic()
    await device.cancel()
    with pytest.raises((CanceledAtDevice, ScannerLost)):
        await reading
    await device.close()
    assert time.monotonic() - began < OVER_S
    assert layout_of(spool.path) is None


@pytest.mark.parametrize("call", ["init", "open"])
async def test_an_open_that_is_called_off_is_over_in_time(
    scripted: Scripted, sane: SaneDevices, call: str
) -> None:
    scripted.write(feeder(), faults=[{"at": call, "hang": "sleep"}, DEAF])
    opening = asyncio.create_task(sane.open(scanner()))
    await scripted.followed()
    began = time.monotonic()
    opening.cancel()
    await asyncio.wait({opening})
    assert opening.cancelled()
    assert time.monotonic() - began < OVER_S


@pytest.mark.parametrize("call", ["get_option", "set_option"])
async def test_a_setup_that_is_canceled_is_over_in_time(
    scripted: Scripted, sane: SaneDevices, call: str
) -> None:
    option = {"name": "resolution", "type": "int", "constraint": [50, 100], "value": 50}
    scripted.write(feeder(options=[option]), faults=[{"at": call, "hang": "busy"}])
    device = await sane.open(scanner())
    setup = asyncio.create_task(device.configure(ScanSettings(resolution=100)))
    await scripted.followed()
    began = time.monotonic()
    await device.cancel()
    with pytest.raises(ScannerLost):
        await setup
    await device.close()
    assert time.monotonic() - began < OVER_S


async def test_a_paused_scan_whose_driver_hangs_is_over_in_time(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    faults = [{"at": "start", "page": 2, "status": "JAMMED"}, {"at": "cancel", "hang": "sleep"}]
    scripted.write(feeder({}, {}), faults=faults)
    device = await sane.open(scanner())
    await read_one(device, spools)
    with pytest.raises(PaperJam):
        await device.read_page(spools.new(), ignore)
    began = time.monotonic()
    await device.cancel()
    await device.close()
    assert time.monotonic() - began < OVER_S


async def test_a_close_that_hangs_can_be_hurried(scripted: Scripted, sane: SaneDevices) -> None:
    scripted.write(feeder(), faults=[{"at": "close", "hang": "sleep"}])
    device = await sane.open(scanner())
    closing = asyncio.create_task(device.close())
    await scripted.called("close")
    began = time.monotonic()
    await device.cancel()
    await closing
    assert time.monotonic() - began < OVER_S


async def test_a_scanner_that_was_canceled_can_be_used_again(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    scripted.write(feeder({"read_bytes": 40, "read_delay_ms": 20}))
    device = await sane.open(scanner())
    reading = asyncio.create_task(device.read_page(spools.new(), ignore))
    await scripted.called("start 1")
    await device.cancel()
    with pytest.raises(CanceledAtDevice):
        await reading
    began = time.monotonic()
    await device.close()
    assert time.monotonic() - began < OVER_S
    assert scripted.calls()[-1] == "close"
    assert await read_one(await sane.open(scanner()), spools) == pixels(1).tobytes()


@pytest.mark.parametrize(
    "fault",
    [
        {"at": "set_option", "hang": "sleep"},
        {"at": "cancel", "signal": "SIGSEGV"},
    ],
    ids=["hangs in an option", "crashes in cancel"],
)
async def test_a_driver_is_not_ill_for_what_a_cancel_ends(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools, fault: Words
) -> None:
    mode = {"name": "mode", "type": "string", "constraint": ["Gray", "Color"], "value": "Gray"}
    scripted.write(feeder(SLOW_PAGE, options=[mode]), faults=[fault])
    for _ in range(Selection().quarantine_after):
        device = await sane.open(scanner())
        scan = asyncio.create_task(read_one(device, spools))
        await scripted.called('set mode "Color"' if fault["at"] == "cancel" else "open desk")
        await device.cancel()
        await asyncio.wait({scan})
        assert isinstance(scan.exception(), CanceledAtDevice | ScannerLost)
        await device.close()
    [found] = (await sane.survey(ignore)).scanners
    assert found.is_available
