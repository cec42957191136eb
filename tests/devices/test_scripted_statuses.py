"""Every status that SANE knows, wherever a driver may say it: our code and words for people."""

from collections.abc import AsyncIterator, Iterable

import pytest

from fakes.reading import ignore
from fakes.scripted import Scripted, Words, feeder, pixels, scanner
from fakes.spools import FolderSpools, layout_of, rows_of
from sheetfed.core.errors import ErrorCode, ScanError, ScannerBusy, ScannerDenied
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.driver import SaneDevices

MEANINGS = {
    "UNSUPPORTED": (
        ErrorCode.SETTINGS_REFUSED,
        "the scanner's driver refuses this combination of settings",
    ),
    "CANCELLED": (ErrorCode.CANCELED_AT_DEVICE, "the scan was canceled at the scanner"),
    "DEVICE_BUSY": (
        ErrorCode.SCANNER_BUSY,
        "the scanner is not ready, or another program is using it",
    ),
    "INVAL": (
        ErrorCode.SETTINGS_REFUSED,
        "the scanner's driver refuses this combination of settings",
    ),
    "EOF": (ErrorCode.SCANNER_IO, "the scanner ended the page before it began"),
    "JAMMED": (ErrorCode.PAPER_JAM, "paper is jammed in the feeder"),
    "NO_DOCS": (ErrorCode.FEEDER_EMPTY, "there is no paper in the feeder"),
    "COVER_OPEN": (ErrorCode.COVER_OPEN, "the scanner's cover is open"),
    "IO_ERROR": (ErrorCode.SCANNER_IO, "the scanner reported an error while communicating"),
    "NO_MEM": (ErrorCode.SCANNER_IO, "the scanner's driver ran out of memory"),
    "ACCESS_DENIED": (
        ErrorCode.SCANNER_DENIED,
        "the service has no permission to use this device",
    ),
    42: (ErrorCode.SCANNER_IO, "the scanner reported an error while communicating"),
}
IMPATIENT = Deadlines(busy_s=0)


@pytest.fixture
async def sane(scripted: Scripted) -> AsyncIterator[SaneDevices]:
    devices = SaneDevices(config_dir=str(scripted.folder), deadlines=IMPATIENT)
    yield devices
    await devices.close()


def in_turn(where: Words, statuses: Iterable[str | int], *, first: int = 1) -> list[Words]:
    """Rules by which each time gives the next status."""
    return [
        {**where, "status": status, "call": call, "times": 1}
        for call, status in enumerate(statuses, first)
    ]


async def told(device: SaneDevice, spools: FolderSpools) -> tuple[ErrorCode, str]:
    spool = spools.new()
    with pytest.raises(ScanError) as caught:
        await device.read_page(spool, ignore)
    assert layout_of(spool.path) is None
    return caught.value.code, caught.value.message


@pytest.mark.parametrize(
    ("where", "first"),
    [
        pytest.param({"at": "start"}, 1, id="at the start"),
        # Twice when it is opened.
        pytest.param({"at": "get_parameters"}, 3, id="when asked for its parameters"),
        pytest.param({"at": "read"}, 1, id="at the first read"),
        pytest.param({"at": "read", "bytes": 500}, 1, id="in mid-page"),
    ],
)
async def test_a_status_is_told_as_what_it_means_and_the_next_page_comes(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools, where: Words, first: int
) -> None:
    # At a read, EOF is how a page ends.
    meanings = {key: MEANINGS[key] for key in MEANINGS if (key, where["at"]) != ("EOF", "read")}
    scripted.write(feeder({}), faults=in_turn(where, meanings, first=first))
    device = await sane.open(scanner())
    assert {status: await told(device, spools) for status in meanings} == meanings
    await device.read_page(spools.new(), ignore)
    assert rows_of(spools.made[-1].path) == pixels(1).tobytes()
    await device.close()


async def test_a_status_after_some_pages_means_the_same_and_no_page_is_lost(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    scripted.write(feeder({}, {}, {}), faults=in_turn({"at": "start", "page": 3}, MEANINGS))
    device = await sane.open(scanner())
    for _ in range(2):
        await device.read_page(spools.new(), ignore)
    assert {status: await told(device, spools) for status in MEANINGS} == MEANINGS
    await device.read_page(spools.new(), ignore)
    assert rows_of(spools.made[-1].path) == pixels(3).tobytes()
    await device.close()


async def test_a_status_at_open_is_told_as_what_it_means_and_the_next_open_works(
    scripted: Scripted, sane: SaneDevices
) -> None:
    rules = [
        {"at": "open", "device": str(status), "status": status, "times": 1} for status in MEANINGS
    ]
    scripted.write(*(feeder(name=str(status)) for status in MEANINGS), faults=rules)

    async def told_at_open(status: str | int) -> tuple[ErrorCode, str]:
        with pytest.raises(ScanError) as caught:
            await sane.open(scanner(str(status)))
        return caught.value.code, caught.value.message

    # "Invalid argument" at open means that there is no such device (SANE 1.0 §4.3.4).
    absent = (ErrorCode.SCANNER_LOST, "the scanner is not there")
    expected = MEANINGS | {"INVAL": absent, "UNSUPPORTED": absent}
    assert {status: await told_at_open(status) for status in MEANINGS} == expected
    device = await sane.open(scanner("JAMMED"))
    await device.close()


async def test_a_driver_that_is_busy_for_a_while_is_asked_again(
    scripted: Scripted, spools: FolderSpools
) -> None:
    busy = {"at": "start", "page": 2, "status": "DEVICE_BUSY", "times": 2}
    scripted.write(feeder({}, {}), faults=[busy])
    sane = SaneDevices(config_dir=str(scripted.folder))
    device = await sane.open(scanner())
    for _ in range(2):
        await device.read_page(spools.new(), ignore)
    assert [rows_of(spool.path) for spool in spools.made] == [
        pixels(1).tobytes(),
        pixels(2).tobytes(),
    ]
    assert scripted.calls()[2:] == ["start 1", "start 2", "start 2", "start 2"]
    await sane.close()


async def test_the_process_of_a_device_that_cannot_be_opened_is_ended(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder({}), faults=[{"at": "open", "status": "ACCESS_DENIED"}])
    with pytest.raises(ScannerDenied):
        await sane.open(scanner())
    assert not sane._is_open("scripted")


async def test_a_device_that_is_busy_for_a_while_is_opened_all_the_same(
    scripted: Scripted,
) -> None:
    scripted.write(feeder({}), faults=[{"at": "open", "status": "DEVICE_BUSY", "times": 2}])
    sane = SaneDevices(config_dir=str(scripted.folder))
    await sane.open(scanner())
    assert scripted.calls() == ["init"] + 3 * ["open desk"]
    await sane.close()


async def test_a_driver_that_is_busy_in_mid_page_is_not_asked_again_but_reported(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    scripted.write(feeder({}), faults=[{"at": "read", "bytes": 80, "status": "DEVICE_BUSY"}])
    device = await sane.open(scanner())
    with pytest.raises(ScannerBusy):
        await device.read_page(spools.new(), ignore)
    await device.close()
    assert scripted.calls().count("start 1") == 1


async def test_a_failed_start_is_canceled(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    scripted.write(feeder())
    device = await sane.open(scanner())
    await told(device, spools)
    await device.close()
    assert scripted.calls() == ["init", "open desk", "start 1", "cancel", "close"]
