"""Scales: brightness and contrast are put on the driver's own scale."""

import pytest

from fakes.asked_driver import INACTIVE, INT, SETTABLE, STRING, AskedDriver, described
from fakes.dialects import spoken
from fakes.setting_up import apply
from sheetfed.core.model import ScanSettings, Snapped


@pytest.mark.parametrize(
    ("limits", "asked", "was_set"),
    [
        ((-127, 127, 1), 50, 64),
        ((-127, 127, 1), -100, -127),
        ((0, 255, 1), 0, 128),
        ((0, 255, 1), 100, 255),
        ((-4, 3, 1), 0, 0),
    ],
)
async def test_brightness_is_put_on_the_drivers_own_scale(
    limits: tuple[int, int, int], asked: int, was_set: int
) -> None:
    driver = AskedDriver(described("brightness", INT, 0, values=limits))
    configured = await apply(driver, ScanSettings(brightness=asked))
    assert driver.was_set == [("brightness", was_set)]
    assert configured.snapped == ()


async def test_a_coarse_brightness_is_reported_on_our_scale() -> None:
    driver = AskedDriver(described("brightness", INT, 0, values=(-4, 3, 1)))
    configured = await apply(driver, ScanSettings(brightness=10))
    assert configured.snapped == (Snapped("brightness", 10, 0),)


@pytest.mark.parametrize(("asked", "was_set"), [(100, 0), (0, 200), (-50, 228), (50, 100)])
async def test_brightness_may_have_a_scale_of_its_own(asked: int, was_set: int) -> None:
    dialect = spoken("[[quirk]]\nreason = 'r'\nscales = { brightness = [255, 200, 0] }")
    driver = AskedDriver(described("brightness", INT, 7, values=(0, 255, 1)))
    configured = await apply(driver, ScanSettings(brightness=asked), dialect)
    assert driver.was_set == [("brightness", was_set)]
    assert all(abs(it.asked - it.actual) <= 1 for it in configured.snapped)


async def test_a_brightness_that_has_one_value_only_is_what_it_is() -> None:
    driver = AskedDriver(described("brightness", INT, 0, values=(0, 0, 1)))
    configured = await apply(driver, ScanSettings(brightness=40))
    assert (driver.was_set, configured.snapped) == ([], (Snapped("brightness", 40, 0),))


async def test_a_text_with_a_brightness_is_ignored() -> None:
    driver = AskedDriver(described("brightness", STRING, "low", values=["low", "high"]))
    assert (await apply(driver, ScanSettings(brightness=40))).ignored == ("brightness",)


async def test_an_inactive_option_with_a_scale_of_its_own_is_ignored() -> None:
    dialect = spoken("[[quirk]]\nreason = 'r'\nscales = { brightness = [255, 200, 0] }")
    driver = AskedDriver(
        described("brightness", INT, None, values=(0, 255, 1), cap=SETTABLE | INACTIVE)
    )
    assert (await apply(driver, ScanSettings(brightness=40), dialect)).ignored == ("brightness",)
