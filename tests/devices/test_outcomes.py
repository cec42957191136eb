"""Outcomes: each option that is asked for is set or refused by itself."""

from collections.abc import Mapping
from typing import Any

import pytest

from fakes.asked_driver import (
    AUTOMATIC,
    BOOL,
    BUTTON,
    FIXED,
    GROUP,
    INACTIVE,
    INT,
    SETTABLE,
    STRING,
    AskedDriver,
    described,
)
from sheetfed.core.errors import (
    CoverOpen,
    FeederEmpty,
    InvalidParameter,
    PaperJam,
    ScanError,
    ScannerBusy,
    ScannerDenied,
    ScannerIo,
    ScannerLost,
    ScannerTimeout,
    SettingsRefused,
)
from sheetfed.core.model import OptionAsked, Special
from sheetfed.core.options import Outcome
from sheetfed.devices import outcomes
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.optionset import OptionSet

EDGES = [described(name, FIXED, 0, values=(0, 200, 0)) for name in ("tl-x", "tl-y", "br-x", "br-y")]
SOURCE = described("source", STRING, "ADF", values=["Flatbed", "ADF"])
MODE = described("mode", STRING, "Gray", values=["Gray", "Color"])
RESOLUTION = described("resolution", INT, 300, values=(50, 1200, 1))
DEPTH = described("depth", INT, 8, values=[1, 8, 16])
GAIN = described("gain", INT, 3, values=(0, 10, 2), cap=SETTABLE | AUTOMATIC)
TABLE = described("gamma-table", INT, [0, 1, 2], values=(0, 255, 1))


async def applied(driver: AskedDriver, asked: Mapping[str, OptionAsked]) -> tuple[Outcome, ...]:
    options = OptionSet(worker=driver, deadlines=Deadlines())
    await options.load()
    return await outcomes.apply(options, asked)


async def test_what_decides_about_the_rest_is_set_first_and_told_in_the_order_given() -> None:
    driver = AskedDriver(GAIN, *EDGES, DEPTH, RESOLUTION, MODE, SOURCE, TABLE)
    asked: dict[str, OptionAsked] = {
        "gamma-table": (1, 2, 3),
        "tl-y": 1,
        "br-y": 2,
        "gain": 4,
        "tl-x": 3,
        "br-x": 4,
        "depth": 16,
        "resolution": 600,
        "mode": "Color",
        "source": "Flatbed",
    }
    found = await applied(driver, asked)
    assert [name for name, _ in driver.was_set] == [
        *("source", "mode", "resolution", "depth"),
        *("br-x", "br-y", "tl-x", "tl-y"),
        *("gamma-table", "gain"),
    ]
    assert [outcome.name for outcome in found] == list(asked)
    assert {outcome.name: outcome.actual for outcome in found} == asked


async def test_what_was_made_of_a_value_is_told() -> None:
    found = await applied(
        AskedDriver(
            GAIN, DEPTH, rounds=lambda name, value: value + 1 if name == "depth" else value
        ),
        {"gain": 99, "depth": 9},
    )
    assert found == (Outcome("gain", 99, 10), Outcome("depth", 9, 9))


async def test_arrays_buttons_and_automatic_values_are_set() -> None:
    driver = AskedDriver(TABLE, described("clean", BUTTON), GAIN, chooses={"gain": 6})
    asked: dict[str, OptionAsked] = {
        "gamma-table": (9, -9, 999),
        "clean": True,
        "gain": Special.AUTOMATIC,
    }
    assert await applied(driver, asked) == (
        Outcome("gamma-table", (9, -9, 999), (9, 0, 255)),
        Outcome("clean", True, True),
        Outcome("gain", Special.AUTOMATIC, 6),
    )
    assert driver.was_set == [("gamma-table", [9, 0, 255]), ("clean", True), ("gain", "automatic")]


async def test_a_driver_is_not_asked_for_what_has_one_value() -> None:
    driver = AskedDriver(described("depth", INT, 8, values=[8]))
    assert await applied(driver, {"depth": 16}) == (Outcome("depth", 16, 8),)
    assert driver.was_set == []


@pytest.mark.parametrize(
    ("option", "asked", "allowed"),
    [
        (described("it", INT, 1, values=(0, 9, 1)), "many", "0 to 9 in steps of 1"),
        (described("it", STRING, "a", values=["a", "b"]), "c", ["a", "b"]),
        (described("it", INT, [1, 2]), (1, 2, 3), "2 numbers, each int"),
        (described("it", BUTTON), False, "true"),
        (described("it", BOOL, False), Special.AUTOMATIC, "bool"),
        (described("it", BOOL, None, cap=SETTABLE | INACTIVE), True, []),
        (described("it", BOOL, False, cap=4), True, []),
        (described("it", INT, 1, values=[]), 1, []),
        (described("it", GROUP), True, ["gain"]),
        (described("other", BOOL), True, ["gain", "other"]),
    ],
)
async def test_what_cannot_be_set_is_refused_before_the_driver_sees_it(
    option: dict[str, Any], asked: OptionAsked, allowed: object
) -> None:
    driver = AskedDriver(option, GAIN)
    refused, taken = await applied(driver, {"it": asked, "gain": 4})
    assert (refused.name, refused.asked, refused.actual) == ("it", asked, None)
    assert isinstance(refused.error, InvalidParameter)
    assert refused.error.details == {"name": "it", "allowed": allowed}
    assert taken == Outcome("gain", 4, 4)
    assert driver.was_set == [("gain", 4)]


REFUSALS: list[ScanError] = [
    SettingsRefused(),
    ScannerBusy(),
    ScannerDenied(),
    FeederEmpty(),
    PaperJam(),
    CoverOpen(),
]


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: str(error.code))
async def test_a_refusal_of_the_drivers_stops_no_other(error: ScanError) -> None:
    refused, taken = await applied(
        AskedDriver(DEPTH, GAIN, refuses={"depth": error}), {"depth": 16, "gain": 4}
    )
    assert refused.error is not None
    assert refused.error.code is error.code
    assert taken == Outcome("gain", 4, 4)


@pytest.mark.parametrize("error", [ScannerLost(), ScannerTimeout(), ScannerIo()])
async def test_a_scanner_that_fails_ends_it_all(error: ScanError) -> None:
    driver = AskedDriver(DEPTH, GAIN, refuses={"depth": error})
    with pytest.raises(type(error)):
        await applied(driver, {"gain": 4, "depth": 16})
    assert driver.was_set == []


async def test_an_option_that_a_later_one_changes_is_told_as_it_is_in_the_end() -> None:
    driver = AskedDriver(MODE, RESOLUTION, reloads=True)

    def resets(name: str, value: object) -> object:
        if name == "resolution":
            driver.options[0]["value"] = "Gray"
        return value

    driver._rounds = resets
    found = await applied(driver, {"mode": "Color", "resolution": 600})
    assert found == (Outcome("mode", "Color", "Gray"), Outcome("resolution", 600, 600))


async def test_an_option_is_judged_by_the_tree_as_it_is_then() -> None:
    driver = AskedDriver(MODE, RESOLUTION, reloads=True)

    def takes_away(name: str, value: object) -> object:
        driver.options[1]["cap"] = SETTABLE | INACTIVE
        return value

    driver._rounds = takes_away
    mode, resolution = await applied(driver, {"mode": "Color", "resolution": 600})
    assert mode.actual == "Color"
    assert isinstance(resolution.error, InvalidParameter)
    assert "cannot be set now" in resolution.error.message
