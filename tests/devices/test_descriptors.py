"""Descriptors: python-sane's tuples arrive as options."""

from typing import Any

from sheetfed.core.options import Option, OptionType, Range, Unit
from sheetfed.devices.descriptors import describe, parse

TUPLES: list[tuple[Any, ...]] = [
    (0, "", "Number of options", "", 1, 0, 4, 4, None),
    (1, "", "Geometry", "", 5, 0, 0, 0, None),
    (2, "tl-x", "Left", "Where", 2, 3, 4, 5 | 8 | 16 | 64, (0.0, 200.0, 1.0)),
    (3, "mode", "Mode", None, 3, 0, 6, 5, ["Gray", "Color"]),
    (4, "gone", "Gone", "", 1, 0, 4, 5 | 32, None),
    (5, "gamma", "Gamma", "", 1, 0, 1024, 5, None),
    (6, "press", "Press", "", 4, 0, 0, 5, None),
    (7, "lamp", "Lamp", "", 0, 99, 4, 4, None),
]


class ReadError(Exception):
    """What the driver's failures come as."""


class Tuples:
    """Stands for python-sane's device."""

    def get_options(self) -> list[tuple[Any, ...]]:
        return TUPLES

    def get_option(self, index: int) -> object:
        if index == 7:
            raise ReadError
        assert index in (0, 2, 3), "this option must not be read"
        return {0: 8, 2: 1.0, 3: "Gray"}[index]


def options() -> dict[str, Option]:
    return {option.name: option for option in parse(describe(Tuples(), ReadError))}


def test_groups_and_the_count_are_no_options() -> None:
    assert list(options()) == ["tl-x", "mode", "gone", "gamma", "press", "lamp"]


def test_an_option_is_described_in_full() -> None:
    assert options()["tl-x"] == Option(
        index=2,
        name="tl-x",
        type=OptionType.FIXED,
        title="Left",
        desc="Where",
        group="Geometry",
        unit=Unit.MM,
        constraint=Range(0.0, 200.0, 1.0),
        value=1.0,
        is_automatic=True,
        is_advanced=True,
        is_emulated=True,
    )


def test_a_list_is_a_constraint_of_its_items() -> None:
    assert options()["mode"].constraint == ("Gray", "Color")


def test_what_cannot_be_read_has_no_value() -> None:
    assert [options()[name].value for name in ("gone", "gamma", "press", "lamp")] == [None] * 4


def test_an_unknown_unit_is_none() -> None:
    assert options()["lamp"].unit is Unit.NONE
