"""Pages of a driver that does what no virtual scanner does, byte for byte as it sent them."""

from collections.abc import AsyncIterator
from itertools import permutations

import pytest

from fakes.reading import ignore, read_one
from fakes.scripted import Scripted, Words, feeder, pixels, scanner
from fakes.spools import FolderSpools, layout_of
from sheetfed.core.errors import ScannerIo, SettingsRefused
from sheetfed.core.spoolfile import Channel
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.driver import SaneDevices


@pytest.fixture
async def sane(scripted: Scripted) -> AsyncIterator[SaneDevices]:
    devices = SaneDevices(config_dir=str(scripted.folder))
    yield devices
    await devices.close()


async def opened(sane: SaneDevices, scripted: Scripted, *pages: Words) -> SaneDevice:
    scripted.write(feeder(*pages))
    return await sane.open(scanner())


KINDS = {
    "gray": ({}, 40),
    "16 bit": ({"depth": 16}, 80),
    "1 bit": ({"depth": 1}, 5),
    "1 bit and a row that fills no byte": ({"depth": 1, "width": 43}, 6),
    "color": ({"format": "rgb"}, 120),
    "16 bit color": ({"format": "rgb", "depth": 16}, 240),
    "padded": ({"padding": 3}, 40),
    "padded color": ({"format": "rgb", "width": 41, "padding": 5}, 123),
    "a height that is not known": ({"told": {"lines": -1}}, 40),
    "parameters that were wrong before the start": (
        {"told_before": {"lines": 7, "width": 9, "bytes_per_line": 11, "depth": 16}},
        40,
    ),
    "a last frame that is not told": ({"told": {"last_frame": 0}}, 40),
    "reads of a few bytes": ({"read_bytes": 7}, 40),
    "reads of nothing in between": ({"read_bytes": 100, "empty_reads": True}, 40),
    "a width of one": ({"width": 1, "lines": 1}, 1),
    "rows longer than the buffer": ({"width": 300_000, "lines": 2}, 300_000),
}


async def test_every_kind_of_page_is_read_byte_for_byte(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    device = await opened(sane, scripted, *(page for page, _ in KINDS.values()))
    for number, (kind, (page, row_bytes)) in enumerate(KINDS.items(), 1):
        expected = pixels(number, lines=page.get("lines", 30), row_bytes=row_bytes)
        assert await read_one(device, spools) == expected.tobytes(), kind


async def test_three_frames_come_in_any_order(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    orders = list(permutations(("red", "green", "blue")))
    device = await opened(sane, scripted, *({"format": list(order)} for order in orders))
    for number, order in enumerate(orders, 1):
        frames = [pixels(number, frame=frame).tobytes() for frame in range(3)]
        assert await read_one(device, spools) == b"".join(frames)
        layout = layout_of(spools.made[-1].path)
        assert layout is not None
        assert [frame.channel for frame in layout.frames] == [Channel(name) for name in order]


async def test_a_page_that_ends_early_has_the_rows_that_are_whole(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    scripted.write(feeder({}), faults=[{"at": "read", "bytes": 410, "status": "EOF"}])
    device = await sane.open(scanner())
    assert await read_one(device, spools) == pixels(1, lines=10).tobytes()


async def test_a_page_that_tells_more_rows_than_it_has_is_as_long_as_it_is(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    device = await opened(sane, scripted, {"told": {"lines": 500}})
    assert await read_one(device, spools) == pixels(1).tobytes()


async def test_a_page_that_tells_fewer_rows_than_it_sends_has_those_it_told(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    device = await opened(sane, scripted, {"told": {"lines": 12}}, {})
    assert await read_one(device, spools) == pixels(1, lines=12).tobytes()
    assert await read_one(device, spools) == pixels(2).tobytes()


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ({"lines": 0}, "without a picture"),
        ({"told": {"bytes_per_line": 3}}, "describes its page wrongly"),
        ({"told": {"bytes_per_line": 0}}, "describes its page wrongly"),
        ({"told": {"bytes_per_line": -1}}, "describes its page wrongly"),
        ({"told": {"width": 0}}, "describes its page wrongly"),
        ({"told": {"width": 2**31 - 1}}, "describes its page wrongly"),
        ({"told": {"depth": 12}}, "describes its page wrongly"),
        ({"format": ["red", "red", "blue"]}, "do not make one picture"),
        ({"format": ["red", "gray", "blue"]}, "do not make one picture"),
    ],
    ids=str,
)
async def test_a_page_of_which_no_picture_can_be_made_says_why(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools, page: Words, sentence: str
) -> None:
    device = await opened(sane, scripted, page)
    spool = spools.new()
    with pytest.raises(ScannerIo, match=sentence):
        await device.read_page(spool, ignore)
    assert layout_of(spool.path) is None


async def test_a_form_that_is_not_known_is_refused(
    scripted: Scripted, sane: SaneDevices, spools: FolderSpools
) -> None:
    device = await opened(sane, scripted, {"told": {"format": 11}})
    with pytest.raises(SettingsRefused, match="form that is not supported"):
        await device.read_page(spools.new(), ignore)
