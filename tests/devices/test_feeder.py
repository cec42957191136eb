"""Feeder: a stack of sheets, one after the other, then its end."""

import pytest

from fakes.reading import ignore
from fakes.spools import FolderSpools, layout_of, rows_of
from sheetfed.core.errors import FeederEmpty, PaperJam
from sheetfed.core.model import Mode, PaperSource, ScanSettings
from sheetfed.devices.device import SaneDevice

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
