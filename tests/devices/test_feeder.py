"""Feeder: a stack of sheets, one after the other, then its end."""

from dataclasses import replace

import pytest

from fakes.reading import ignore, read_one
from fakes.scripted import Scripted, feeder, pixels, scanner
from fakes.spools import FolderSpools, layout_of, rows_of
from sheetfed.core.errors import FeederEmpty, PaperJam
from sheetfed.core.model import Mode, PaperSource, ScanSettings
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.driver import SaneDevices

SETTINGS = ScanSettings(mode=Mode.GRAY, resolution=50, paper_source=PaperSource.FEEDER)


async def test_a_feeder_gives_its_ten_pages_then_it_is_empty(
    device: SaneDevice, spools: FolderSpools
) -> None:
    configured = await device.configure(SETTINGS)
    assert configured.source is PaperSource.FEEDER
    for _ in range(10):
        await device.read_page(spools.new(), ignore)
    with pytest.raises(FeederEmpty):
        await device.read_page(spools.new(), ignore)
    pages = [rows_of(spool.path) for spool in spools.made[:10]]
    assert len(set(pages)) == 1
    assert len(pages[0]) == 393 * 393
    assert layout_of(spools.made[10].path) is None


async def test_a_jammed_feeder_can_be_started_again(
    device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(SETTINGS)
    await device.read_page(spools.new(), ignore)
    jams = ScanSettings(
        mode=Mode.GRAY,
        resolution=50,
        paper_source=PaperSource.FEEDER,
        options={"read-return-value": "SANE_STATUS_JAMMED"},
    )
    await device.configure(jams)
    with pytest.raises(PaperJam):
        await device.read_page(spools.new(), ignore)
    mended = ScanSettings(paper_source=PaperSource.FEEDER, options={"read-return-value": "Default"})
    await device.configure(mended)
    await device.read_page(spools.new(), ignore)
    assert layout_of(spools.made[-1].path) is not None


async def test_no_driver_is_told_to_cancel_between_pages_since_some_throw_the_next_one_out(
    scripted: Scripted, spools: FolderSpools
) -> None:
    scripted.write(feeder({}, {}, {}, cancel_ejects=True))
    sane = SaneDevices(config_dir=str(scripted.folder))
    device = await sane.open(scanner())
    pages = [await read_one(device, spools) for _ in range(3)]
    assert pages == [pixels(number).tobytes() for number in (1, 2, 3)]
    with pytest.raises(FeederEmpty):
        await device.read_page(spools.new(), ignore)
    await sane.close()
    assert scripted.calls()[-5:] == ["start 2", "start 3", "start 4", "cancel", "close"]


async def test_a_flatbed_is_canceled_after_its_page(
    scripted: Scripted, spools: FolderSpools
) -> None:
    scripted.write({"name": "desk", "pages": {"seed": 5}})
    sane = SaneDevices(config_dir=str(scripted.folder))
    device = await sane.open(replace(scanner(), type="flatbed scanner"))
    for _ in range(2):
        assert await read_one(device, spools) == pixels(5).tobytes()
    await sane.close()
    assert scripted.calls()[2:] == ["start 1", "cancel", "start 1", "cancel", "close"]
