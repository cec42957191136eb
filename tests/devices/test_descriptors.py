"""Descriptors: what the worker tells of a driver's options arrives as options, sound or not."""

from typing import Any

import pytest

from fakes.asked_driver import BOOL, BUTTON, FIXED, GROUP, INT, MM, STRING, described
from sheetfed.core.model import OptionValue
from sheetfed.core.options import Option, OptionType, Range, Unit
from sheetfed.devices.descriptors import parse, plain_value

HARD_SELECT, EMULATED, AUTOMATIC, INACTIVE, ADVANCED = 2, 8, 16, 32, 64


def parsed(*messages: dict[str, Any]) -> tuple[Option, ...]:
    return parse([{**message, "index": index} for index, message in enumerate(messages, 1)])


def only(message: dict[str, Any]) -> Option:
    (option,) = parsed(message)
    return option


def test_an_option_is_described_in_full() -> None:
    left = described("tl-x", FIXED, 1.0, values=(0.0, 200.0, 1.0), unit=MM, cap=5 | 8 | 16 | 64)
    assert parsed(described("", GROUP) | {"title": "Geometry"}, left | {"desc": "Where"})[1] == (
        Option(
            index=2,
            name="tl-x",
            type=OptionType.FIXED,
            title="tl-x",
            desc="Where",
            group="Geometry",
            unit=Unit.MM,
            constraint=Range(0.0, 200.0, 1.0),
            value=1.0,
            is_automatic=True,
            is_advanced=True,
            is_emulated=True,
        )
    )


def test_the_tree_keeps_its_order_and_its_groups() -> None:
    tree = parsed(
        described("mode", STRING, "Gray", values=["Gray", "Color"]),
        described("", GROUP) | {"title": "Geometry", "cap": ADVANCED},
        described("tl-x", INT, 0),
        described("", GROUP) | {"title": "Rest"},
    )
    assert [(option.name, option.type, option.group) for option in tree] == [
        ("mode", OptionType.STRING, ""),
        ("", OptionType.GROUP, ""),
        ("tl-x", OptionType.INT, "Geometry"),
        ("", OptionType.GROUP, ""),
    ]
    assert tree[1].title == "Geometry"
    assert tree[1].is_advanced
    assert not any(option.is_settable for option in tree if option.type is OptionType.GROUP)


@pytest.mark.parametrize(
    ("cap", "flags"),
    [
        (0, {"is_active"}),
        (1, {"is_active", "is_settable"}),
        (HARD_SELECT, {"is_active", "is_set_at_device"}),
        (4, {"is_active", "is_readable"}),
        (EMULATED, {"is_active", "is_emulated"}),
        (AUTOMATIC, {"is_active", "is_automatic"}),
        (INACTIVE, set()),
        (ADVANCED, {"is_active", "is_advanced"}),
    ],
)
def test_every_flag_of_a_capability_is_told(cap: int, flags: set[str]) -> None:
    option = only(described("it", BOOL, cap=cap))
    told = {name for name in Option.__slots__ if name.startswith("is_") and getattr(option, name)}
    assert told == flags


@pytest.mark.parametrize(
    ("kind", "value", "plain"),
    [
        (BOOL, 1, True),
        (INT, 7, 7),
        (FIXED, 7, 7.0),
        (STRING, "Grün", "Grün"),
        (INT, [1, 2], (1, 2)),
        (FIXED, [1.5, 2.0], (1.5, 2.0)),
        (STRING, None, None),
        (STRING, [1], None),
        (BUTTON, 1, None),
    ],
)
def test_a_value_has_its_options_type(kind: int, value: Any, plain: OptionValue | None) -> None:
    found = plain_value(tuple(OptionType)[kind], value)
    assert found == plain
    assert type(found) is type(plain)


def test_a_list_is_a_constraint_of_its_items() -> None:
    assert only(described("mode", STRING, values=["Gray", "Color"])).constraint == ("Gray", "Color")
    assert only(described("depth", INT, values=[8, 1])).constraint == (8, 1)
    assert only(described("gain", FIXED, values=[0.5, 1])).constraint == (0.5, 1)


SOUND: list[dict[str, Any]] = [
    described("it", BOOL, True),
    described("it", BOOL, True, values=[0, 1]),
    described("it", INT, 1),
    described("it", INT, 1, values=(1, 1, 0)),
    described("it", INT, [1] * 65536, values=(0, 255, 1)),
    described("it", FIXED, 1.0, values=[0.5, 1.0]),
    described("it", STRING, "a", size=1),
    described("it", BUTTON),
    described("it", BUTTON, size=-3),
]


@pytest.mark.parametrize("message", SOUND)
def test_a_sound_option_is_settable(message: dict[str, Any]) -> None:
    assert only(message).is_settable


ODD: list[tuple[dict[str, Any], OptionType, object]] = [
    (described("", INT, 1, values=(0, 9, 1)), OptionType.INT, Range(0, 9, 1)),
    (described("it", 6, 1), OptionType.UNKNOWN, None),
    (described("it", -1, 1, values=["a"]), OptionType.UNKNOWN, None),
    (described("it", INT, 1, values=[1, 2], unit=7), OptionType.INT, (1, 2)),
    (described("it", BUTTON, unit=-1), OptionType.BUTTON, None),
    (described("it", INT, 1, values=(9, 0, 1)), OptionType.INT, None),
    (described("it", FIXED, 1, values=(0, 9, -1)), OptionType.FIXED, None),
    (described("it", INT, 1, values=[]), OptionType.INT, None),
    (described("it", INT, 1, values=["1"]), OptionType.INT, None),
    (described("it", STRING, "a", values=[]), OptionType.STRING, None),
    (described("it", STRING, "a", values=[1]), OptionType.STRING, None),
    (described("it", STRING, "a", values=(0, 9, 1)), OptionType.STRING, None),
    (described("it", STRING, "a", size=0), OptionType.STRING, None),
    (described("it", STRING, "a", size=2**31 - 1), OptionType.STRING, None),
    (described("it", INT, size=0), OptionType.INT, None),
    (described("it", INT, size=-4), OptionType.INT, None),
    (described("it", INT, size=6, values=(0, 9, 1)), OptionType.INT, Range(0, 9, 1)),
    (described("it", FIXED, size=4 * 65537), OptionType.FIXED, None),
    (described("it", BOOL, True, size=0), OptionType.BOOL, None),
    (described("it", BOOL, True, size=8), OptionType.BOOL, None),
]


@pytest.mark.parametrize(("message", "kind", "constraint"), ODD)
def test_an_odd_option_is_described_as_far_as_it_goes_and_not_settable(
    message: dict[str, Any], kind: OptionType, constraint: object
) -> None:
    option = only(message)
    assert not option.is_settable
    assert not option.has_choice
    assert (option.name, option.title, option.type) == (message["name"], message["title"], kind)
    assert option.constraint == constraint
    assert option.size_bytes >= 0
    assert option.value in {message["value"], None}


def test_an_unknown_unit_is_none() -> None:
    assert only(described("lamp", INT, unit=99)).unit is Unit.NONE


def test_of_two_options_with_one_name_the_first_is_settable() -> None:
    tree = parsed(described("gamma", INT), described("gamma", FIXED), described("gamma", GROUP))
    assert [option.is_settable for option in tree] == [True, False, False]
