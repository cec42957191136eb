"""Pages against the real backend: the spool holds what the driver gave, rightly described."""

import sys

import pytest

from fakes.scanimage import parse_pnm, scanimage
from fakes.spools import FolderSpools, layout_of, rows_of
from sheetfed.core.model import Area, Mode, OptionValue, ScanSettings
from sheetfed.core.spoolfile import Channel, Layout
from sheetfed.devices.device import SaneDevice


def ignore(_: int) -> None:
    """Progress."""


async def scan(device: SaneDevice, spools: FolderSpools, settings: ScanSettings) -> Layout:
    spool = spools.new()
    await device.configure(settings)
    await device.read_page(spool, ignore)
    layout = layout_of(spool.path)
    assert layout is not None
    return layout


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (Mode.COLOR, ("--mode=Color", "--depth=8")),
        (Mode.GRAY, ("--mode=Gray", "--depth=8")),
        (Mode.BW, ("--mode=Gray", "--depth=1")),
    ],
)
async def test_a_flatbed_page_has_the_pixels_that_scanimage_reads(
    device: SaneDevice, spools: FolderSpools, mode: Mode, words: tuple[str, ...]
) -> None:
    layout = await scan(device, spools, ScanSettings(mode=mode, resolution=75))
    await device.close()
    pnm = parse_pnm(
        await scanimage("--format=pnm", *words, "--resolution=75", "-x", "200", "-y", "200")
    )
    assert (layout.frames[0].width_px, layout.frames[0].lines) == (pnm.width_px, pnm.height_px)
    assert rows_of(spools.made[0].path) == pnm.rows


async def test_sixteen_bits_are_in_host_order(device: SaneDevice, spools: FolderSpools) -> None:
    layout = await scan(device, spools, ScanSettings(mode=Mode.COLOR, depth=16, resolution=30))
    await device.close()
    pnm = parse_pnm(
        await scanimage(
            "--format=pnm",
            "--mode=Color",
            "--depth=16",
            "--resolution=30",
            "-x",
            "200",
            "-y",
            "200",
        )
    )
    rows = bytearray(rows_of(spools.made[0].path))
    if sys.byteorder == "little":
        rows[0::2], rows[1::2] = rows[1::2], rows[0::2]
    assert layout.frames[0].depth == 16
    assert bytes(rows) == pnm.rows


async def test_area_and_resolution_are_obeyed(device: SaneDevice, spools: FolderSpools) -> None:
    settings = ScanSettings(mode=Mode.GRAY, resolution=127, area=Area(20, 30, 50, 100))
    layout = await scan(device, spools, settings)
    frame = layout.frames[0]
    assert (frame.width_px, frame.lines) == (250, 500)
    assert (layout.x_dpi, layout.y_dpi) == (127, 127)


async def test_padded_lines_are_described(device: SaneDevice, spools: FolderSpools) -> None:
    plain = await scan(device, spools, ScanSettings(mode=Mode.GRAY, resolution=50))
    settings = ScanSettings(mode=Mode.GRAY, resolution=50, options={"ppl-loss": 11})
    padded = await scan(device, spools, settings)
    assert padded.frames[0].width_px == plain.frames[0].width_px - 11
    assert padded.frames[0].bytes_per_line == plain.frames[0].bytes_per_line


@pytest.mark.parametrize("order", ["RGB", "RBG", "GBR", "GRB", "BRG", "BGR"])
async def test_three_passes_are_described_in_their_order(
    device: SaneDevice, spools: FolderSpools, order: str
) -> None:
    channels = {"R": Channel.RED, "G": Channel.GREEN, "B": Channel.BLUE}
    settings = ScanSettings(
        mode=Mode.COLOR, resolution=30, options={"three-pass": True, "three-pass-order": order}
    )
    layout = await scan(device, spools, settings)
    assert [frame.channel for frame in layout.frames] == [channels[letter] for letter in order]
    first, second, third = layout.frames
    assert second.offset - first.offset == third.offset - second.offset == 236 * 236


async def test_three_passes_hold_the_pixels_of_one(
    device: SaneDevice, spools: FolderSpools
) -> None:
    await scan(device, spools, ScanSettings(mode=Mode.COLOR, resolution=30))
    options: dict[str, OptionValue] = {"three-pass": True}
    await scan(device, spools, ScanSettings(mode=Mode.COLOR, resolution=30, options=options))
    together, apart = (rows_of(spool.path) for spool in spools.made)
    assert apart == together[0::3] + together[1::3] + together[2::3]


async def test_an_unknown_height_is_counted(device: SaneDevice, spools: FolderSpools) -> None:
    settings = ScanSettings(mode=Mode.GRAY, resolution=50, options={"hand-scanner": True})
    layout = await scan(device, spools, settings)
    frame = layout.frames[0]
    assert frame.lines > 0
    assert len(rows_of(spools.made[0].path)) == frame.lines * frame.bytes_per_line


async def test_parameters_that_were_wrong_before_the_start_do_not_matter(
    device: SaneDevice, spools: FolderSpools
) -> None:
    await scan(device, spools, ScanSettings(mode=Mode.GRAY, resolution=50))
    settings = ScanSettings(mode=Mode.GRAY, resolution=50, options={"fuzzy-parameters": True})
    await scan(device, spools, settings)
    assert rows_of(spools.made[0].path) == rows_of(spools.made[1].path)


async def test_small_reads_make_the_same_page(device: SaneDevice, spools: FolderSpools) -> None:
    await scan(device, spools, ScanSettings(mode=Mode.GRAY, resolution=20))
    options: dict[str, OptionValue] = {"read-limit": True, "read-limit-size": 7}
    await scan(device, spools, ScanSettings(mode=Mode.GRAY, resolution=20, options=options))
    assert rows_of(spools.made[0].path) == rows_of(spools.made[1].path)


async def test_a_spool_that_was_partly_filled_is_filled_anew(
    device: SaneDevice, spools: FolderSpools
) -> None:
    spool = spools.new()
    await device.configure(ScanSettings(mode=Mode.GRAY, resolution=20))
    await device.read_page(spool, ignore)
    once = spool.path.read_bytes()
    await device.read_page(spool, ignore)
    assert spool.path.read_bytes() == once


async def test_progress_rises_to_a_hundred(device: SaneDevice, spools: FolderSpools) -> None:
    told: list[int] = []
    options: dict[str, OptionValue] = {"read-delay": True, "read-delay-duration": 20000}
    await device.configure(ScanSettings(mode=Mode.GRAY, resolution=150, options=options))
    await device.read_page(spools.new(), told.append)
    assert told == sorted(set(told))
    assert len(told) > 2
    assert told[-1] == 100


async def test_the_workers_memory_stays_small_at_1200_dpi(
    device: SaneDevice, spools: FolderSpools
) -> None:
    await scan(device, spools, ScanSettings(mode=Mode.COLOR, resolution=1200))
    with open(f"/proc/{device.pid}/status") as status:
        peak_kib = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    assert peak_kib < 60 * 1024
