"""Setup: our words become a driver's, and what could not be done exactly is reported."""

import pytest

from fakes.asked_driver import (
    BOOL,
    BUTTON,
    DPI,
    FIXED,
    INACTIVE,
    INT,
    MM,
    PIXEL,
    STRING,
    AskedDriver,
    described,
)
from sheetfed.core.errors import InvalidParameter, SettingsRefused
from sheetfed.core.model import Area, Configured, Mode, PaperSource, ScanSettings, Snapped
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.optionset import OptionSet
from sheetfed.devices.setup import Setup

SOURCE = described("source", STRING, "FB", values=["FB", "ADF Front", "ADF Duplex"])
MODE = described("mode", STRING, "Lineart", values=["Lineart", "Gray", "Color"])
RESOLUTION = described("resolution", INT, 75, values=[75, 150, 300, 600], unit=DPI)
EDGES = tuple(
    described(name, FIXED, 0.0, values=(0.0, high, 0.0), unit=MM)
    for name, high in (("tl-x", 216.0), ("tl-y", 297.0), ("br-x", 216.0), ("br-y", 297.0))
)


async def apply(
    driver: AskedDriver, settings: ScanSettings, scanner_type: str = "flatbed scanner"
) -> Configured:
    options = OptionSet(worker=driver, deadlines=Deadlines())
    await options.load()
    return await Setup(options=options, scanner_type=scanner_type).apply(settings)


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
    sheetfed = await apply(AskedDriver(), ScanSettings(), "sheetfed scanner")
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


async def test_an_unknown_option_is_refused_before_anything_is_set() -> None:
    driver = AskedDriver(RESOLUTION)
    with pytest.raises(InvalidParameter) as caught:
        await apply(driver, ScanSettings(resolution=300, options={"resolutoin": 5}))
    assert caught.value.details == {"name": "resolutoin", "allowed": ["resolution"]}
    assert driver.was_set == []


@pytest.mark.parametrize(
    "option",
    [
        described("press", BUTTON),
        described("press", BOOL, None, cap=5 | INACTIVE),
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


async def test_options_that_were_reloaded_are_the_ones_looked_at() -> None:
    driver = AskedDriver(MODE, RESOLUTION, reloads=True)

    def narrows(name: str, value: object) -> object:
        driver.options[1]["list"] = [75, 150]
        return value

    driver._rounds = narrows
    configured = await apply(driver, ScanSettings(mode=Mode.COLOR, resolution=600))
    assert configured.snapped == (Snapped("resolution", 600, 150),)
