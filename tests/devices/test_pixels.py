"""Pixels: what is stored of a page is what the driver drew, and what scanimage makes of it.

Each test goes through the combinations of one kind of picture, from the device through the spool
to the master that is kept, and names every combination that comes out wrong.
"""

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from fakes.combinations import Combination, in_one_pass, in_three_passes
from fakes.patterns import PICTURES, Pixels
from fakes.scanimage import pixels_of, scanimage
from fakes.spools import FolderSpools
from sheetfed.core.errors import ScannerTimeout
from sheetfed.core.model import Mode, ScannerId
from sheetfed.core.scanner import Scanner
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.driver import SaneDevices
from sheetfed.imaging import master as masters
from sheetfed.imaging.ingest import ingest

# The virtual scanner's own threads hang now and then, scanimage's as well: once is forgiven.
PATIENT = Deadlines(page_s=5)


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("depth", [1, 8, 16])
@pytest.mark.parametrize("mode", ["gray", "color"])
async def test_every_sample_of_one_pass_is_kept(
    tmp_path: Path, mode: str, depth: int, picture: str
) -> None:
    cells = in_one_pass(is_color=mode == "color", depth=depth, picture=picture)
    wrong = await mistakes(tmp_path, cells)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("depth", [1, 8, 16])
async def test_every_sample_of_three_passes_is_kept(
    tmp_path: Path, depth: int, picture: str
) -> None:
    wrong = await mistakes(tmp_path, in_three_passes(depth=depth, picture=picture))
    assert not wrong, "\n".join(wrong)


async def mistakes(folder: Path, cells: Iterable[list[Combination]]) -> list[str]:
    """Scan all of them, on both virtual scanners at once; what is wrong with which."""
    devices = SaneDevices(virtual=True, deadlines=PATIENT)
    found: list[str] = []
    shared = iter(cells)
    try:
        async with asyncio.TaskGroup() as group:
            for name in ("test:0", "test:1"):
                own = folder / name
                own.mkdir()
                scanner = Scanner(ScannerId(name), name, "", "", "", name, backend="test")
                group.create_task(_scan_all(devices, scanner, own, shared, found))
    finally:
        await devices.close()
    return found


async def _scan_all(
    devices: SaneDevices,
    scanner: Scanner,
    folder: Path,
    shared: Iterator[list[Combination]],
    found: list[str],
) -> None:
    device = await devices.open(scanner)
    for cell in shared:
        try:
            found += await _scan(device, folder, cell)
        except ScannerTimeout:
            await device.close()
            device = await devices.open(scanner)
            found += await _scan(device, folder, cell)


async def _scan(device: SaneDevice, folder: Path, cell: list[Combination]) -> list[str]:
    found: list[str] = []
    drawn = cell[0].computed()
    references: dict[str | None, Pixels] = {}
    for combination in cell:
        if combination is cell[0]:
            configured = await device.configure(combination.settings())
            missed = [*configured.snapped, *configured.ignored]
        else:
            outcomes = await device.set_options(combination.passage())
            missed = [outcome for outcome in outcomes if outcome.error is not None]
        found += [f"{combination}: not done: {each}" for each in missed]
        if combination.reference is not None and combination.order not in references:
            picture = await scanimage(*combination.arguments())
            references[combination.order] = pixels_of(picture)
        stored = await _stored(device, folder)
        found += [
            f"{combination}: not as {who}: {difference}"
            for who, other in (
                ("computed", drawn),
                ("scanimage's", references.get(combination.order)),
            )
            if other is not None and (difference := _difference(stored, other))
        ]
    return found


async def _stored(device: SaneDevice, folder: Path) -> Pixels:
    """Read a page, take it in, and decode its master."""
    spools = FolderSpools(folder)
    spool = spools.new()
    try:
        await device.read_page(spool, lambda _: None)
    finally:
        spools.close()
    return await asyncio.to_thread(_taken_in, spool.path, folder)


def _taken_in(spool: Path, folder: Path) -> Pixels:
    image = ingest(spool=spool, master=folder / "master", preview=folder / "preview")
    with masters.opened(folder / "master") as page:
        assert page.image == image
        rows = np.concatenate(list(page.strips()))
    if image.mode is Mode.BW:
        return np.unpackbits(rows, axis=1)[:, : image.width_px].astype(bool)
    samples: Pixels = rows.view("<u2") if image.depth == 16 else rows
    return (
        samples.reshape(image.height_px, image.width_px, 3) if image.mode is Mode.COLOR else samples
    )


def _difference(stored: Pixels, other: Pixels) -> str:
    if other.dtype == bool and stored.dtype != bool:
        # Colour of 1 bit is kept in 8.
        other = other * np.uint8(255)
    if (stored.shape, stored.dtype.itemsize) != (other.shape, other.dtype.itemsize):
        return f"{stored.shape} of {stored.dtype} for {other.shape} of {other.dtype}"
    places = np.argwhere(stored != other)
    return f"{len(places)} samples, the first at {places[0].tolist()}" if len(places) else ""
