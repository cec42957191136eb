"""Driver and quarantine: crashes in surveys, at open and in scans count, a good scan does not."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from fakes.scripted import Scripted, Words, feeder, scanner
from fakes.spools import FolderSpools
from sheetfed.core.errors import ScannerLost, ScannerTimeout
from sheetfed.core.survey import BackendState, Survey
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.driver import SaneDevices
from sheetfed.devices.listing import Selection

BRIEF = Deadlines(backend_s=2, open_s=2, page_s=2, close_s=1, terminate_s=0.2)
SCANNER = scanner()


def ignore(_: object) -> None:
    """Progress and lists."""


@asynccontextmanager
async def driven(scripted: Scripted, *faults: Words, after: int = 2) -> AsyncIterator[SaneDevices]:
    scripted.write(feeder({}, {}, {}, {}), faults=faults)
    devices = SaneDevices(
        config_dir=str(scripted.folder),
        deadlines=BRIEF,
        selection=Selection(quarantine_after=after),
    )
    yield devices
    await devices.close()


async def read(devices: SaneDevices, spools: FolderSpools) -> None:
    device = await devices.open(SCANNER)
    try:
        await device.read_page(spools.new(), ignore)
    finally:
        await device.close()


def outcome(survey: Survey) -> Sequence[object]:
    [backend] = survey.backends
    return backend.state, [scanner.is_quarantined for scanner in survey.scanners]


@pytest.mark.parametrize("fault", [{"signal": "SIGSEGV"}, {"hang": "sleep"}])
async def test_a_backend_that_is_ill_in_surveys_is_left_alone_until_it_is_forgiven(
    scripted: Scripted, fault: Words
) -> None:
    async with driven(scripted) as devices:
        await devices.survey(ignore)
        scripted.write(feeder(), faults=[{"at": "get_devices", "times": 2, **fault}])
        for _ in range(2):
            await devices.survey(ignore)
        calls = scripted.calls()
        survey = await devices.survey(ignore)
        assert outcome(survey) == (BackendState.QUARANTINED, [True])
        assert not survey.scanners[0].is_available
        assert "sheetctl devices --retry scripted" in survey.backends[0].message
        with pytest.raises(ScannerLost, match="quarantined") as caught:
            await devices.open(survey.scanners[0])
        assert caught.value.details == {"backend": "scripted", "quarantined": True}
        assert scripted.calls() == calls
        devices.forgive("scripted")
        assert outcome(await devices.survey(ignore)) == (BackendState.OK, [False])


@pytest.mark.parametrize("at", ["open", "start", "read"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [({"signal": "SIGSEGV"}, ScannerLost), ({"hang": "sleep"}, ScannerTimeout)],
)
async def test_a_driver_that_is_ill_in_use_is_quarantined_though_it_lists_its_scanners(
    scripted: Scripted, spools: FolderSpools, at: str, fault: Words, error: type[Exception]
) -> None:
    async with driven(scripted, {"at": at, **fault}) as devices:
        for _ in range(2):
            assert outcome(await devices.survey(ignore)) == (BackendState.OK, [False])
            with pytest.raises(error):
                await read(devices, spools)
        with pytest.raises(ScannerLost, match="quarantined"):
            await devices.open(SCANNER)


async def test_a_scan_that_goes_well_makes_up_for_crashes(
    scripted: Scripted, spools: FolderSpools
) -> None:
    crash = {"at": "start", "signal": "SIGSEGV", "times": 1}
    async with driven(scripted, crash) as devices:
        for _ in range(3):
            with pytest.raises(ScannerLost):
                await read(devices, spools)
            await read(devices, spools)
            scripted.write(feeder({}, {}), faults=[crash])


@pytest.mark.parametrize("at", ["close", "cancel"])
@pytest.mark.parametrize("fault", [{"signal": "SIGSEGV"}, {"hang": "sleep"}])
async def test_a_driver_that_is_ill_only_when_it_is_closed_goes_on_scanning(
    scripted: Scripted, spools: FolderSpools, at: str, fault: Words
) -> None:
    async with driven(scripted, {"at": at, **fault}, after=1) as devices:
        for _ in range(2):
            await read(devices, spools)


async def test_what_a_driver_refuses_is_no_crash(scripted: Scripted) -> None:
    busy = {"at": "open", "status": "INVAL"}
    async with driven(scripted, busy, after=1) as devices:
        for _ in range(2):
            with pytest.raises(ScannerLost, match="not there"):
                await devices.open(SCANNER)
