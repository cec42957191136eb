"""Spools that are sealed: pages are read into them as into clear ones."""

from io import FileIO

import pytest

from fakes.reading import ignore
from fakes.sealed import KEYRING, content
from fakes.spooled import ticket
from fakes.spools import FolderSpools, rows_of
from sheetfed.core import spoolfile
from sheetfed.core.deviceports import Device
from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Mode, ScanSettings
from sheetfed.core.ports import Spool
from sheetfed.sealed.header import MAGIC

THREE_PASS = {"three-pass": True, "three-pass-order": "GBR"}


def sealed(spools: FolderSpools) -> Spool:
    """A spool as the store makes it when it is encrypted."""
    spool = spools.new()
    seal = KEYRING.new_seal()
    assert seal is not None
    with FileIO(spool.fileno(), "r+b", closefd=False) as raw:
        raw.truncate(0)
        raw.seek(0)
        with seal.begin(raw) as file:
            file.write(spoolfile.header(ticket()))
    spool.key = seal.key
    return spool


@pytest.mark.parametrize(
    "settings",
    [
        ScanSettings(mode=Mode.COLOR, resolution=100),
        ScanSettings(mode=Mode.GRAY, resolution=75),
        ScanSettings(mode=Mode.COLOR, resolution=100, options=THREE_PASS),
    ],
)
async def test_a_page_is_the_same_sealed_or_clear(
    device: Device, spools: FolderSpools, settings: ScanSettings
) -> None:
    await device.configure(settings)
    clear, hidden = spools.new(), sealed(spools)
    for spool in (clear, hidden):
        await device.read_page(spool, ignore)
    stored = hidden.path.read_bytes()
    assert stored.startswith(MAGIC)
    opened = content(hidden.path)
    assert spoolfile.read_header(opened) == ticket()
    hidden.path.write_bytes(opened)
    assert rows_of(hidden.path) == rows_of(clear.path)


async def test_a_page_that_was_not_read_to_its_end_does_not_pass_for_one(
    device: Device, spools: FolderSpools
) -> None:
    await device.configure(
        ScanSettings(
            mode=Mode.COLOR,
            resolution=100,
            options={"enable-test-options": True, "read-return-value": "SANE_STATUS_JAMMED"},
        )
    )
    spool = sealed(spools)
    with pytest.raises(Exception, match="jammed"):
        await device.read_page(spool, ignore)
    try:
        opened = content(spool.path)
    except DamagedImage:
        return
    assert spoolfile.trailer_size(opened[-spoolfile.SEAL_BYTES :]) is None
