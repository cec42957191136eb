"""Placing: an area becomes the edges that a driver has."""

import pytest

from fakes.asked_driver import FIXED, INT, MM, PIXEL, AskedDriver, described
from fakes.dialects import spoken
from fakes.setting_up import EDGES, RESOLUTION, apply
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import Area, ScanSettings, Snapped

CENTRED = spoken(
    "[[quirk]]\nreason = 'r'\npaper = ['page-width', 'page-height']\nusual_ratio = 1.5"
)
PAPER = (
    described("page-width", FIXED, 216.0, values=(0.0, 220.0, 0.0), unit=MM),
    described("page-height", FIXED, 279.0, values=(0.0, 900.0, 0.0), unit=MM),
)


async def test_an_area_beyond_the_glass_is_cut_and_reported() -> None:
    configured = await apply(AskedDriver(*EDGES), ScanSettings(area=Area(16, 97, 300, 100)))
    assert configured.snapped == (Snapped("area.width", 300, 200.0),)


async def test_an_area_in_pixels_follows_the_resolution() -> None:
    driver = AskedDriver(
        RESOLUTION,
        *(
            described(name, INT, 0, values=(0, 2550, 1), unit=PIXEL)
            for name in ("tl-x", "tl-y", "br-x", "br-y")
        ),
    )
    area = Area(25.4, 12.7, 50.8, 25.4)
    configured = await apply(driver, ScanSettings(resolution=300, area=area))
    assert driver.was_set[1:] == [("br-x", 900), ("br-y", 450), ("tl-x", 300), ("tl-y", 150)]
    assert configured.snapped == ()


@pytest.mark.parametrize(
    "area",
    [Area(0, 0, 0, 10), Area(0, 0, 10, -1), Area(216, 0, 10, 10), Area(-1, 0, 10, 10)],
)
async def test_an_area_with_nothing_of_the_glass_in_it_is_refused(area: Area) -> None:
    with pytest.raises(InvalidParameter) as caught:
        await apply(AskedDriver(*EDGES), ScanSettings(area=area))
    assert caught.value.details == {"name": "area", "allowed": "within 216 x 297 mm"}


async def test_a_page_at_the_left_edge_is_the_whole_of_a_centred_sheet() -> None:
    driver = AskedDriver(*PAPER, *EDGES)
    configured = await apply(driver, ScanSettings(area=Area(0, 0, 105, 148)), CENTRED)
    assert driver.was_set == [
        ("page-width", 105.0),
        ("page-height", 148.0),
        ("br-x", 105.0),
        ("br-y", 148.0),
        ("tl-x", 0.0),
        ("tl-y", 0.0),
    ]
    assert configured.snapped == ()


async def test_any_other_area_is_a_part_of_the_widest_sheet() -> None:
    driver = AskedDriver(*PAPER, *EDGES)
    await apply(driver, ScanSettings(area=Area(20, 30, 50, 40)), CENTRED)
    assert driver.was_set[:2] == [("page-width", 220.0), ("page-height", 70.0)]


async def test_without_an_area_a_sheet_is_no_longer_than_is_usual() -> None:
    driver = AskedDriver(*PAPER)
    await apply(driver, ScanSettings(), CENTRED)
    assert driver.was_set == [("page-width", 220.0), ("page-height", 330.0)]


async def test_where_the_paper_alone_can_be_set_it_is_the_area() -> None:
    driver = AskedDriver(*PAPER)
    configured = await apply(driver, ScanSettings(area=Area(20, 0, 50, 40)), CENTRED)
    assert driver.was_set == [("page-width", 70.0), ("page-height", 40.0)]
    assert configured.snapped == (Snapped("area.left", 20, 0.0), Snapped("area.width", 50, 70.0))


async def test_a_papers_size_that_the_lease_has_set_no_default_replaces() -> None:
    driver = AskedDriver(*PAPER)
    await apply(driver, ScanSettings(lease_options={"page-width": 100.0}), CENTRED)
    assert driver.was_set == [("page-width", 100.0), ("page-height", 330.0)]


async def test_pixels_without_a_resolution_are_a_screens() -> None:
    edges = [
        described(name, INT, 0, values=(0, 720, 1), unit=PIXEL)
        for name in ("tl-x", "tl-y", "br-x", "br-y")
    ]
    driver = AskedDriver(*edges)
    await apply(driver, ScanSettings(area=Area(0, 0, 25.4, 50.8)))
    assert driver.was_set == [("br-x", 72), ("br-y", 144), ("tl-x", 0), ("tl-y", 0)]
