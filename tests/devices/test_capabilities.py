"""Capabilities: what each paper source can do."""

from fakes.asked_driver import DPI, INT, PIXEL, STRING, AskedDriver, described
from sheetfed.core.model import Mode, PaperSource, SourceCapabilities
from sheetfed.core.options import OptionType, Unit
from sheetfed.devices.capabilities import explore
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.optionset import OptionSet


async def explored(driver: AskedDriver) -> tuple[SourceCapabilities, ...]:
    options = OptionSet(worker=driver, deadlines=Deadlines())
    await options.load()
    return (await explore(options, "flatbed scanner")).sources


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
    assert not options["print-options"].has_value
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
    assert driver.was_set == [("source", "Flatbed"), ("source", "ADF"), ("source", "ADF")]
    assert found[0].resolutions == (75, 150, 300)
    assert found[0].area_mm == (254.0, 254.0)


async def test_a_scanner_that_tells_little_can_little() -> None:
    assert await explored(AskedDriver()) == (
        SourceCapabilities(PaperSource.FLATBED, (), (8,), (), None, None),
    )
