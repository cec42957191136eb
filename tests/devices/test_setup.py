"""Setup: our words become a driver's, and what could not be done exactly is reported."""

import pytest

from fakes.asked_driver import BOOL, FIXED, INACTIVE, INT, SETTABLE, STRING, AskedDriver, described
from fakes.dialects import spoken
from fakes.setting_up import EDGES, MODE, RESOLUTION, SOURCE, apply
from sheetfed.core.model import Area, Configured, Mode, PaperSource, ScanSettings, Snapped


async def test_options_are_set_in_order() -> None:
    driver = AskedDriver(
        described("ppl-loss", INT, 0, values=(0, 128, 1)),
        described("contrast", INT, 0, values=(-100, 100, 1)),
        *EDGES,
        described("depth", INT, 16, values=[8, 16]),
        RESOLUTION,
        MODE,
        SOURCE,
    )
    settings = ScanSettings(
        paper_source=PaperSource.FEEDER_DUPLEX,
        mode=Mode.COLOR,
        resolution=300,
        contrast=10,
        options={"ppl-loss": 3},
    )
    configured = await apply(driver, settings)
    assert driver.was_set == [
        ("source", "ADF Duplex"),
        ("mode", "Color"),
        ("resolution", 300),
        ("depth", 8),
        ("br-x", 216.0),
        ("br-y", 297.0),
        ("tl-x", 0.0),
        ("tl-y", 0.0),
        ("contrast", 10),
        ("ppl-loss", 3),
    ]
    assert configured == Configured(source=PaperSource.FEEDER_DUPLEX)


async def test_without_a_paper_source_asked_for_it_is_the_flatbed() -> None:
    driver = AskedDriver(described("source", STRING, "ADF", values=["ADF", "Flatbed"]))
    assert (await apply(driver, ScanSettings())).source is PaperSource.FLATBED
    assert driver.was_set == [("source", "Flatbed")]


async def test_without_a_flatbed_it_is_the_feeder() -> None:
    driver = AskedDriver(described("source", STRING, "DP", values=["DP", "ADF Front"]))
    assert (await apply(driver, ScanSettings())).source is PaperSource.FEEDER


async def test_a_scanner_without_a_source_option_feeds_by_its_type() -> None:
    assert (await apply(AskedDriver(), ScanSettings())).source is PaperSource.FLATBED
    sheetfed = await apply(AskedDriver(), ScanSettings(), spoken(kind="sheetfed scanner"))
    assert sheetfed.source is PaperSource.FEEDER


async def test_an_absent_paper_source_is_snapped_to_the_nearest_and_told() -> None:
    flatbed = await apply(AskedDriver(), ScanSettings(paper_source=PaperSource.FEEDER))
    assert flatbed.source is PaperSource.FLATBED
    assert flatbed.snapped == (Snapped("paper_source", "feeder", "flatbed"),)
    feeder = described("source", STRING, "ADF", values=["ADF", "Flatbed"])
    duplex = ScanSettings(paper_source=PaperSource.FEEDER_DUPLEX)
    one_sided = await apply(AskedDriver(feeder), duplex)
    assert one_sided.source is PaperSource.FEEDER
    assert one_sided.snapped == (Snapped("paper_source", "feeder-duplex", "feeder"),)


async def test_a_single_value_is_not_set() -> None:
    driver = AskedDriver(
        described("source", STRING, "ADF", values=["ADF"]),
        described("mode", STRING, "Gray", values=["Gray"]),
        described("resolution", INT, 200, values=(200, 200, 0)),
    )
    configured = await apply(driver, ScanSettings(mode=Mode.COLOR, resolution=300))
    assert driver.was_set == []
    assert configured.snapped == (
        Snapped("mode", "color", "gray"),
        Snapped("resolution", 300, 200),
    )


async def test_missing_options_are_tolerated_and_listed() -> None:
    settings = ScanSettings(
        mode=Mode.COLOR, resolution=300, brightness=5, contrast=5, area=Area(0, 0, 10, 10)
    )
    configured = await apply(AskedDriver(), settings)
    assert configured.ignored == ("mode", "resolution", "area", "brightness", "contrast")


async def test_an_inactive_option_is_not_set() -> None:
    driver = AskedDriver(
        described("brightness", INT, None, values=(-100, 100, 1), cap=5 | INACTIVE)
    )
    assert (await apply(driver, ScanSettings(brightness=5))).ignored == ("brightness",)


async def test_a_resolution_is_snapped_to_the_nearest() -> None:
    configured = await apply(AskedDriver(RESOLUTION), ScanSettings(resolution=400))
    assert configured.snapped == (Snapped("resolution", 400, 300),)


async def test_what_the_driver_made_of_a_value_is_what_is_told() -> None:
    driver = AskedDriver(RESOLUTION, rounds=lambda _, value: value + 4)
    configured = await apply(driver, ScanSettings(resolution=300))
    assert configured.snapped == (Snapped("resolution", 300, 304),)


async def test_both_axes_are_set_to_the_resolution() -> None:
    driver = AskedDriver(
        described("x-resolution", FIXED, 75.0, values=(50.0, 600.0, 0.0)),
        described("y-resolution", FIXED, 75.0, values=(50.0, 600.0, 0.0)),
    )
    configured = await apply(driver, ScanSettings(resolution=300))
    assert driver.was_set == [("x-resolution", 300.0), ("y-resolution", 300.0)]
    assert configured.snapped == ()


async def test_black_and_white_is_gray_of_one_bit_where_there_is_no_word_for_it() -> None:
    driver = AskedDriver(
        described("mode", STRING, "Color", values=["Gray", "Color"]),
        described("depth", INT, 8, values=[1, 8, 16]),
    )
    configured = await apply(driver, ScanSettings(mode=Mode.BW, depth=16))
    assert driver.was_set == [("mode", "Gray"), ("depth", 1)]
    assert configured.snapped == ()


async def test_the_depth_is_never_one_bit_in_gray() -> None:
    driver = AskedDriver(
        described("mode", STRING, "Color", values=["Gray", "Color"]),
        described("depth", INT, 1, values=[1, 8]),
    )
    configured = await apply(driver, ScanSettings(mode=Mode.GRAY, depth=16))
    assert driver.was_set == [("mode", "Gray"), ("depth", 8)]
    assert configured.snapped == (Snapped("depth", 16, 8),)


async def test_a_depth_without_an_option_for_it_is_eight() -> None:
    assert (await apply(AskedDriver(MODE), ScanSettings(mode=Mode.GRAY, depth=8))).snapped == ()
    configured = await apply(AskedDriver(MODE), ScanSettings(mode=Mode.GRAY, depth=16))
    assert configured.snapped == (Snapped("depth", 16, 8),)


async def test_options_that_were_reloaded_are_the_ones_looked_at() -> None:
    driver = AskedDriver(MODE, RESOLUTION, reloads=True)

    def narrows(name: str, value: object) -> object:
        driver.options[1]["list"] = [75, 150]
        return value

    driver._rounds = narrows
    configured = await apply(driver, ScanSettings(mode=Mode.COLOR, resolution=600))
    assert configured.snapped == (Snapped("resolution", 600, 150),)


async def test_both_sides_that_cannot_be_turned_on_are_one_and_that_is_told() -> None:
    driver = AskedDriver(
        described("source", STRING, "ADF", values=["ADF", "Flatbed"]),
        described("duplex", BOOL, None, cap=SETTABLE | INACTIVE),
    )
    settings = ScanSettings(paper_source=PaperSource.FEEDER_DUPLEX)
    configured = await apply(driver, settings)
    assert configured.source is PaperSource.FEEDER
    assert configured.snapped == (Snapped("paper_source", "feeder-duplex", "feeder"),)


async def test_a_depth_is_a_modes_other_word() -> None:
    driver = AskedDriver(
        described("mode", STRING, "Gray", values=["Gray", "16 bits gray", "48 bits color"])
    )
    dialect = spoken(device="pixma:1")
    assert (await apply(driver, ScanSettings(depth=16), dialect)).snapped == ()
    assert (await apply(driver, ScanSettings(mode=Mode.GRAY), dialect)).snapped == ()
    configured = await apply(driver, ScanSettings(mode=Mode.COLOR, depth=8), dialect)
    assert configured.snapped == (Snapped("depth", 8, 16),)
    assert driver.was_set == [("mode", "16 bits gray"), ("mode", "Gray"), ("mode", "48 bits color")]


async def test_a_resolution_of_nothing_is_never_chosen() -> None:
    driver = AskedDriver(described("resolution", INT, 75, values=[0, 75, 150]))
    assert (await apply(driver, ScanSettings(resolution=10))).snapped == (
        Snapped("resolution", 10, 75),
    )


async def test_a_depth_that_only_a_modes_word_gives_is_no_default_of_ours() -> None:
    driver = AskedDriver(
        described("mode", STRING, "Gray", values=["Gray", "48 bits color"]),
        described("depth", INT, 8, values=[8, 16]),
    )
    configured = await apply(driver, ScanSettings(mode=Mode.COLOR), spoken(device="pixma:1"))
    assert driver.was_set == [("mode", "48 bits color")]
    assert configured.snapped == ()


async def test_a_source_that_is_the_only_one_without_being_listed_is_understood() -> None:
    driver = AskedDriver(described("source", STRING, "ADF Duplex"))
    configured = await apply(driver, ScanSettings(paper_source=PaperSource.FEEDER_DUPLEX))
    assert configured == Configured(source=PaperSource.FEEDER_DUPLEX)


@pytest.mark.parametrize("known", [(), ("ADF Duplex",)])
async def test_a_sheetfed_scanner_feeds_also_from_a_source_that_nobody_knows(
    known: tuple[str, ...],
) -> None:
    driver = AskedDriver(described("source", STRING, "Tray A", values=["Tray A", *known]))
    settings = ScanSettings(lease_options={"source": "Tray A"})
    configured = await apply(driver, settings, spoken(kind="sheetfed scanner"))
    assert configured == Configured(source=PaperSource.FEEDER)


async def test_both_sides_are_fed_by_a_switch_beside_a_source_that_nobody_knows() -> None:
    driver = AskedDriver(
        described("source", STRING, "Tray A", values=["Tray A", "Tray B"]),
        described("duplex", BOOL, 0),
    )
    configured = await apply(driver, ScanSettings(paper_source=PaperSource.FEEDER_DUPLEX))
    assert configured == Configured(source=PaperSource.FEEDER_DUPLEX)
