"""Setup: the options of the lease come first, the caller's own last."""

import pytest

from fakes.asked_driver import (
    AUTOMATIC,
    BOOL,
    BUTTON,
    FIXED,
    INACTIVE,
    INT,
    SETTABLE,
    STRING,
    AskedDriver,
    described,
)
from fakes.dialects import spoken
from fakes.setting_up import EDGES, MODE, RESOLUTION, apply
from sheetfed.core.errors import InvalidParameter, SettingsRefused
from sheetfed.core.model import Configured, Mode, PaperSource, ScanSettings, Snapped, Special


async def test_an_unknown_option_is_refused_before_anything_is_set() -> None:
    driver = AskedDriver(RESOLUTION)
    with pytest.raises(InvalidParameter) as caught:
        await apply(driver, ScanSettings(resolution=300, options={"resolutoin": 5}))
    assert caught.value.details == {"name": "resolutoin", "allowed": ["resolution"]}
    assert driver.was_set == []


@pytest.mark.parametrize(
    "option",
    [
        described("press", BUTTON, cap=SETTABLE | INACTIVE),
        described("press", BOOL, None, cap=SETTABLE | INACTIVE),
        described("press", BOOL, False, cap=4),
    ],
)
async def test_an_option_that_cannot_be_set_now_is_refused(option: dict[str, object]) -> None:
    with pytest.raises(InvalidParameter, match="cannot be set now"):
        await apply(AskedDriver(option), ScanSettings(options={"press": True}))


async def test_an_option_of_the_callers_is_snapped_and_reported() -> None:
    driver = AskedDriver(described("ppl-loss", INT, 0, values=(0, 128, 2)))
    configured = await apply(driver, ScanSettings(options={"ppl-loss": 999}))
    assert configured.snapped == (Snapped("ppl-loss", 999, 128),)


async def test_a_refusal_of_the_drivers_names_the_option() -> None:
    driver = AskedDriver(RESOLUTION, refuses={"resolution": SettingsRefused()})
    with pytest.raises(SettingsRefused) as caught:
        await apply(driver, ScanSettings(resolution=300))
    assert caught.value.details == {"name": "resolution"}


async def test_a_callers_button_is_pressed_and_its_automatic_left_to_the_driver() -> None:
    driver = AskedDriver(
        described("eject", BUTTON),
        described("gamma", FIXED, 1.0, values=(0.0, 4.0, 0.0), cap=SETTABLE | AUTOMATIC),
        chooses={"gamma": 2.2},
    )
    settings = ScanSettings(options={"eject": True, "gamma": Special.AUTOMATIC})
    configured = await apply(driver, settings)
    assert driver.was_set == [("eject", True), ("gamma", "automatic")]
    assert configured.snapped == ()


async def test_a_callers_gamma_table_is_set_and_its_numbers_snapped() -> None:
    table = described("gamma-table", INT, [0, 1, 2], values=(0, 255, 1))
    driver = AskedDriver(table)
    configured = await apply(driver, ScanSettings(options={"gamma-table": (0, 128, 999)}))
    assert driver.was_set == [("gamma-table", [0, 128, 255])]
    assert configured.snapped == (Snapped("gamma-table", (0, 128, 999), (0, 128, 255)),)


async def test_the_leases_options_are_set_before_everything_else() -> None:
    driver = AskedDriver(MODE, RESOLUTION, described("gain", INT, 0, values=(0, 9, 1)))
    settings = ScanSettings(mode=Mode.GRAY, resolution=300, lease_options={"gain": 99})
    configured = await apply(driver, settings)
    assert driver.was_set == [("gain", 9), ("mode", "Gray"), ("resolution", 300)]
    assert configured.snapped == ()


async def test_what_the_lease_has_set_no_default_replaces() -> None:
    driver = AskedDriver(
        described("source", STRING, "Flatbed", values=["Flatbed", "ADF"]),
        MODE,
        described("depth", INT, 8, values=[8, 16]),
        *EDGES,
    )
    lease = {"source": "ADF", "depth": 16, "br-x": 100.0, "tl-y": 10.0}
    settings = ScanSettings(mode=Mode.COLOR, lease_options=lease)
    configured = await apply(driver, settings)
    assert driver.was_set == [
        ("source", "ADF"),
        ("depth", 16),
        ("br-x", 100.0),
        ("tl-y", 10.0),
        ("mode", "Color"),
        ("br-y", 297.0),
        ("tl-x", 0.0),
    ]
    assert configured == Configured(source=PaperSource.FEEDER)


async def test_what_is_asked_for_replaces_what_the_lease_has_set() -> None:
    driver = AskedDriver(
        described("source", STRING, "Flatbed", values=["Flatbed", "ADF"]), RESOLUTION
    )
    settings = ScanSettings(
        paper_source=PaperSource.FLATBED,
        resolution=300,
        lease_options={"source": "ADF", "resolution": 600},
    )
    assert (await apply(driver, settings)).source is PaperSource.FLATBED
    assert driver.was_set[2:] == [("source", "Flatbed"), ("resolution", 300)]


async def test_a_refusal_of_a_leases_option_is_raised() -> None:
    driver = AskedDriver(RESOLUTION, MODE)
    with pytest.raises(InvalidParameter, match="mode"):
        await apply(driver, ScanSettings(resolution=300, lease_options={"mode": "Sepia"}))
    assert driver.was_set == []


async def test_a_leases_unknown_option_is_refused_before_anything_is_set() -> None:
    driver = AskedDriver(RESOLUTION)
    with pytest.raises(InvalidParameter, match="no option gain"):
        await apply(driver, ScanSettings(lease_options={"resolution": 300, "gain": 1}))
    assert driver.was_set == []


async def test_a_switch_that_the_lease_has_set_is_left_as_it_is() -> None:
    driver = AskedDriver(
        described("source", STRING, "ADF", values=["Flatbed", "ADF"]),
        described("duplex", BOOL, False),
    )
    configured = await apply(driver, ScanSettings(lease_options={"duplex": True}))
    assert driver.was_set == [("duplex", True)]
    assert configured.source is PaperSource.FEEDER_DUPLEX


async def test_what_goes_with_a_source_is_set_for_the_one_of_the_lease_too() -> None:
    driver = AskedDriver(
        described("source", STRING, "Flatbed", values=["Flatbed", "ADF"]),
        described("batch-scan", BOOL, False),
    )
    settings = ScanSettings(lease_options={"source": "ADF"})
    await apply(driver, settings, spoken(device="hpaio:/usb/x"))
    assert driver.was_set == [("source", "ADF"), ("batch-scan", True)]


async def test_what_is_set_first_is_not_what_the_lease_has_set() -> None:
    dialect = spoken("[[quirk]]\nreason = 'r'\nfirst = { gain = 1, lamp = 'on', other = 2 }")
    driver = AskedDriver(
        described("gain", INT, 0, values=(0, 9, 1)),
        described("lamp", STRING, "off", values=["off", "on"]),
    )
    await apply(driver, ScanSettings(lease_options={"gain": 5}), dialect)
    assert driver.was_set == [("gain", 5), ("lamp", "on")]


async def test_a_word_that_an_option_does_not_take_is_not_set_first() -> None:
    dialect = spoken("[[quirk]]\nreason = 'r'\nfirst = { lamp = 'dim' }")
    driver = AskedDriver(described("lamp", STRING, "off", values=["off", "on"]))
    await apply(driver, ScanSettings(), dialect)
    assert driver.was_set == []


async def test_an_option_that_is_never_to_be_touched_is_only_read() -> None:
    dialect = spoken("[[quirk]]\nreason = 'r'\nnever = { resolution = true }")
    driver = AskedDriver(RESOLUTION)
    settings = ScanSettings(resolution=300, options={"resolution": 600})
    configured = await apply(driver, settings, dialect)
    assert driver.was_set == [("resolution", 600)]
    assert configured.snapped == (Snapped("resolution", 300, 75),)
