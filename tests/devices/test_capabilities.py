"""Capabilities: what each paper source can do."""

import pytest

from fakes.asked_driver import (
    BOOL,
    DPI,
    FIXED,
    INACTIVE,
    INT,
    PIXEL,
    SETTABLE,
    STRING,
    AskedDriver,
    described,
)
from fakes.dialects import spoken
from sheetfed.core.capabilities import SourceCapabilities
from sheetfed.core.errors import SettingsRefused
from sheetfed.core.model import Mode, PaperSource
from sheetfed.core.options import OptionType, Unit
from sheetfed.devices.capabilities import explore
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.optionset import OptionSet


async def explored(
    driver: AskedDriver, kind: str = "flatbed scanner"
) -> tuple[SourceCapabilities, ...]:
    options = OptionSet(worker=driver, deadlines=Deadlines())
    await options.load()
    return (await explore(options, spoken(kind=kind))).sources


async def test_the_virtual_scanner_has_a_flatbed_and_a_feeder(device: SaneDevice) -> None:
    can = await device.capabilities()
    assert can.has_feeder
    assert not can.has_duplex
    assert can.sources == tuple(
        SourceCapabilities(
            source=source,
            modes=(Mode.COLOR, Mode.GRAY, Mode.BW),
            depths=(8, 16),
            resolutions=(),
            resolution_range=(1, 1200, 1),
            area_mm=(200.0, 200.0),
        )
        for source in (PaperSource.FLATBED, PaperSource.FEEDER)
    )


async def test_the_virtual_scanners_options_are_all_described(device: SaneDevice) -> None:
    options = {option.name: option for option in await device.options()}
    resolution = options["resolution"]
    assert (resolution.type, resolution.unit, resolution.value) == (
        OptionType.FIXED,
        Unit.DPI,
        200.0,
    )
    assert resolution.group == "Scan Mode"
    assert options["gamma-table"].is_array if "gamma-table" in options else True
    assert options["print-options"].value is None
    assert not options["read-delay-duration"].is_active


async def test_sources_are_gone_through_and_the_first_one_is_set_again() -> None:
    driver = AskedDriver(
        described("source", STRING, "ADF", values=["Flatbed", "ADF"]),
        described("resolution", INT, 300, values=[300, 75, 150], unit=DPI),
        *(
            described(name, INT, 0, values=(0, 3000, 1), unit=PIXEL)
            for name in ("tl-x", "tl-y", "br-x", "br-y")
        ),
    )
    found = await explored(driver)
    assert driver.was_set == [("source", "ADF"), ("source", "Flatbed"), ("source", "ADF")]
    assert found[0].resolutions == (75, 150, 300)
    assert found[0].area_mm == (254.0, 254.0)


async def test_a_scanner_that_tells_little_can_little() -> None:
    assert await explored(AskedDriver()) == (
        SourceCapabilities(PaperSource.FLATBED, (), (8,), (), None, None),
    )


@pytest.mark.parametrize(
    ("kind", "source"),
    [("flatbed scanner", PaperSource.FLATBED), ("sheetfed scanner", PaperSource.FEEDER)],
)
async def test_a_scanner_whose_words_for_its_sources_nobody_knows_has_that_of_its_type(
    kind: str, source: PaperSource
) -> None:
    driver = AskedDriver(described("source", STRING, "Tray A", values=["Tray A", "Tray B"]))
    assert [found.source for found in await explored(driver, kind)] == [source]


async def test_depths_are_asked_in_the_richest_mode() -> None:
    driver = AskedDriver(
        described("mode", STRING, "Lineart", values=["Lineart", "Gray", "Color"]),
        described("depth", INT, None, values=[8, 16], cap=SETTABLE | INACTIVE),
        reloads=True,
    )

    def opens(name: str, value: object) -> object:
        driver.options[1]["cap"] = SETTABLE | (INACTIVE if value == "Lineart" else 0)
        return value

    driver._rounds = opens
    assert (await explored(driver))[0].depths == (8, 16)
    assert driver.was_set == [("mode", "Color"), ("mode", "Lineart")]


async def test_both_sides_that_cannot_be_turned_on_are_no_source() -> None:
    driver = AskedDriver(
        described("source", STRING, "ADF", values=["ADF"]),
        described("duplex", BOOL, None, cap=SETTABLE | INACTIVE),
    )
    assert [found.source for found in await explored(driver)] == [PaperSource.FEEDER]


async def test_a_word_for_both_sides_needs_no_switch() -> None:
    driver = AskedDriver(
        described("source", STRING, "ADF", values=["ADF", "ADF Duplex"]),
        described("duplex", BOOL, False),
    )
    assert [found.source for found in await explored(driver)] == [
        PaperSource.FEEDER,
        PaperSource.FEEDER_DUPLEX,
    ]
    assert ("duplex", True) not in driver.was_set


async def test_a_value_that_a_driver_does_not_take_back_does_no_harm() -> None:
    driver = AskedDriver(described("source", STRING, "Slides", values=["Flatbed", "Slides"]))
    settings = iter(("Flatbed",))

    def takes_once(_: str, value: object) -> object:
        if next(settings, None) is None:
            raise SettingsRefused
        return value

    driver._rounds = takes_once
    assert [found.source for found in await explored(driver)] == [PaperSource.FLATBED]


async def test_an_edge_without_limits_gives_no_area() -> None:
    edges = {
        "tl-x": described("tl-x", FIXED, 0.0),
        "tl-y": described("tl-y", FIXED, 0.0, values=(0.0, 297.0, 0.0)),
        "br-x": described("br-x", FIXED, 216.0, values=(0.0, 216.0, 0.0)),
        "br-y": described("br-y", FIXED, 297.0, values=(0.0, 297.0, 0.0)),
    }
    assert (await explored(AskedDriver(*edges.values())))[0].area_mm is None
