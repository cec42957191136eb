"""Option set: what is set is read back, and a tree that has changed is taken whole."""

import pytest

from fakes.asked_driver import (
    AUTOMATIC,
    BUTTON,
    GROUP,
    INT,
    SETTABLE,
    STRING,
    AskedDriver,
    described,
)
from sheetfed.core.errors import ScannerTimeout, SettingsRefused
from sheetfed.core.model import Special
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.optionset import OptionSet

TABLE = described("gamma-table", INT, [0, 1, 2], values=(0, 255, 1))
THRESHOLD = described("threshold", INT, 128, values=(0, 255, 1), cap=SETTABLE | AUTOMATIC)
WORD = described("note", STRING, "a")


async def loaded(driver: AskedDriver) -> OptionSet:
    options = OptionSet(worker=driver, deadlines=Deadlines())
    await options.load()
    return options


async def test_the_tree_has_everything_and_names_lead_to_what_can_be_asked_for() -> None:
    options = await loaded(
        AskedDriver(
            described("scan", GROUP), WORD, described("", INT, 3), {**WORD, "title": "Other"}
        )
    )
    assert [option.title for option in options.tree] == ["scan", "note", "", "Other"]
    assert {name: option.title for name, option in options.now.items()} == {"note": "note"}


async def test_what_is_set_is_what_the_driver_made_of_it() -> None:
    options = await loaded(AskedDriver(WORD, TABLE, rounds=lambda _, value: [9, 9, 9]))
    assert await options.set("gamma-table", (7, 8, 9)) == (9, 9, 9)
    assert options.now["gamma-table"].value == (9, 9, 9)
    assert options.tree[1] is options.now["gamma-table"]
    assert options.tree[0].value == "a"


async def test_the_driver_may_choose() -> None:
    driver = AskedDriver(THRESHOLD, chooses={"threshold": 99})
    options = await loaded(driver)
    assert await options.set("threshold", Special.AUTOMATIC) == 99
    assert driver.was_set == [("threshold", "automatic")]


async def test_what_the_driver_chose_may_be_unknown() -> None:
    options = await loaded(AskedDriver(THRESHOLD, chooses={"threshold": None}))
    assert await options.set("threshold", Special.AUTOMATIC) is None


async def test_a_button_is_pressed() -> None:
    driver = AskedDriver(described("clean", BUTTON))
    options = await loaded(driver)
    assert await options.set("clean", True) is True
    assert driver.was_set == [("clean", True)]
    assert options.now["clean"].value is None


async def test_after_a_reload_the_whole_tree_is_fresh() -> None:
    driver = AskedDriver(WORD, TABLE, reloads=True)
    options = await loaded(driver)
    driver.options[1]["value"] = [5, 5, 5]
    assert await options.set("note", "b") == "b"
    assert options.now["gamma-table"].value == (5, 5, 5)


async def test_an_option_that_takes_itself_away_was_set_as_asked() -> None:
    driver = AskedDriver(WORD, TABLE, reloads=True)
    options = await loaded(driver)
    driver.options[0]["name"] = "other"
    assert await options.set("note", "b") == "b"
    assert list(options.now) == ["other", "gamma-table"]


async def test_a_refusal_names_the_option() -> None:
    refusal = SettingsRefused(details={"sane": "INVAL"})
    options = await loaded(AskedDriver(WORD, refuses={"note": refusal}))
    with pytest.raises(SettingsRefused) as caught:
        await options.set("note", "b")
    assert caught.value.details == {"sane": "INVAL", "name": "note"}


async def test_a_set_that_hangs_is_told_with_the_option() -> None:
    hang = ScannerTimeout(details={"step": "set"})
    options = await loaded(AskedDriver(WORD, refuses={"note": hang}))
    with pytest.raises(ScannerTimeout, match="while its option note was set") as caught:
        await options.set("note", "b")
    assert caught.value.details == {"step": "set", "option": "note"}


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"step": "options"}, "while its options were read"),
        ({"step": "options", "option": "lamp"}, "while its option lamp was read"),
    ],
)
async def test_a_read_that_hangs_is_told_with_the_option(
    details: dict[str, str], said: str
) -> None:
    driver = AskedDriver(WORD, refuses={"options": ScannerTimeout(details=details)})
    with pytest.raises(ScannerTimeout, match=said) as caught:
        await loaded(driver)
    assert caught.value.details == details
