"""All options: every type that SANE's test backend has, set and read back through a worker."""

import logging
from collections.abc import Mapping

import pytest

from fakes.reading import HASTY
from fakes.scripted import Scripted, Words, feeder, scanner
from sheetfed.core.errors import InvalidParameter, ScannerTimeout
from sheetfed.core.model import OptionAsked, OptionValue, Special
from sheetfed.core.options import Option, OptionType, Outcome, Range, Unit, same
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.driver import SaneDevices

LONG = "This is the very long third entry. Maybe the frontend has an idea how to display it"

ASKED: list[tuple[str, OptionAsked, OptionValue]] = [
    ("bool-soft-select-soft-detect", True, True),
    ("bool-soft-select-soft-detect-emulated", True, True),
    ("bool-soft-select-soft-detect-auto", Special.AUTOMATIC, True),
    ("int", -7, -7),
    ("int-constraint-range", 27, 28),
    ("int-constraint-word-list", 250, 256),
    ("int-constraint-array", (1, -2, 3, 0, 5, 2**31 - 1), (1, -2, 3, 0, 5, 2**31 - 1)),
    ("int-constraint-array-constraint-range", (0, 5, 8, 193, 6, 4), (4, 4, 8, 192, 6, 4)),
    (
        "int-constraint-array-constraint-word-list",
        (-40, -9, 1, 20, 42, 99999),
        (-42, -8, 0, 17, 42, 65536),
    ),
    ("int-inexact", 7, 8),
    ("red-gamma-table", tuple(range(255, -1, -1)), tuple(range(255, -1, -1))),
    ("green-gamma-table", (300,) * 256, (255,) * 256),
    ("blue-gamma-table", (-1,) * 256, (0,) * 256),
    ("gamma-table", tuple(i % 251 for i in range(4096)), tuple(i % 251 for i in range(4096))),
    ("fixed", -1.5, -1.5),
    ("fixed-constraint-range", 0.0, -0.17),
    ("fixed-constraint-word-list", 100, 129.5),
    ("string", "Größe: 3 €", "Größe: 3 €"),
    ("string-constraint-string-list", LONG.upper(), LONG),
    ("string-constraint-long-string-list", "46", "46"),
    ("button", True, True),
]
READ_ONLY = {"bool-hard-select-soft-detect", "bool-hard-select", "bool-soft-detect"}


@pytest.fixture
async def tested(device: SaneDevice) -> SaneDevice:
    """The virtual scanner with its test options."""
    await device.set_options({"enable-test-options": True})
    return device


async def named(device: SaneDevice) -> Mapping[str, Option]:
    return {option.name: option for option in await device.options() if option.name}


async def test_every_test_option_is_set_and_read_back(
    tested: SaneDevice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    there = await named(tested)
    found = await tested.set_options({name: asked for name, asked, _ in ASKED})
    now = await named(tested)
    for outcome, (name, asked, actual) in zip(found, ASKED, strict=True):
        assert (outcome.name, outcome.asked, outcome.error) == (name, asked, None)
        assert outcome.actual is not None
        assert same(now[name], outcome.actual, actual)
        assert now[name].value == (None if now[name].type is OptionType.BUTTON else outcome.actual)
    test_options = {
        option.name for option in there.values() if option.group.endswith("test options")
    }
    assert test_options == {name for name, _, _ in ASKED} | READ_ONLY
    await tested.close()
    assert "Yes! You pressed me!" in caplog.text


async def test_what_is_not_for_software_to_set_is_refused(tested: SaneDevice) -> None:
    for outcome in await tested.set_options(dict.fromkeys(READ_ONLY, True)):
        assert isinstance(outcome.error, InvalidParameter)
        assert "cannot be set now" in outcome.error.message


async def test_flags_units_and_constraints_are_the_drivers(tested: SaneDevice) -> None:
    options = await named(tested)

    def flags(name: str) -> set[str]:
        option = options[name]
        words = {word for word in Option.__slots__ if word.startswith("is_")}
        return {word for word in words if getattr(option, word)}

    basic = {"is_active", "is_settable", "is_readable"}
    assert flags("source") == basic
    assert flags("read-delay-duration") == {"is_settable", "is_readable"}
    assert flags("int") == basic | {"is_advanced"}
    assert flags("bool-soft-select-soft-detect-auto") == basic | {"is_advanced", "is_automatic"}
    assert flags("bool-soft-select-soft-detect-emulated") == basic | {"is_advanced", "is_emulated"}
    assert flags("bool-hard-select") == {"is_active", "is_advanced", "is_set_at_device"}
    assert flags("bool-soft-detect") == {"is_active", "is_advanced", "is_readable"}
    assert [
        options[name].unit for name in ("int-constraint-range", "int-constraint-word-list")
    ] == [
        Unit.PIXEL,
        Unit.BIT,
    ]
    assert options["fixed-constraint-range"].unit is Unit.MICROSECOND
    table = options["gamma-table"]
    assert (table.type, table.size_bytes, table.constraint) == (
        OptionType.INT,
        16384,
        Range(0, 255, 1),
    )
    assert options["bool-hard-select"].value is None
    assert isinstance(table.value, tuple)
    assert len(table.value) == 4096


async def test_the_tree_has_the_drivers_groups_in_their_places(tested: SaneDevice) -> None:
    tree = await tested.options()
    groups = [option.title for option in tree if option.type is OptionType.GROUP]
    assert groups[:3] == ["Scan Mode", "Special Options", "Geometry"]
    assert groups[-1] == "Button test options"
    assert [option.index for option in tree] == list(range(1, len(tree) + 1))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("bool-soft-select-soft-detect", Special.AUTOMATIC),
        ("gamma-table", (1,) * 4095),
        ("string", "€" * 33),
        ("no-such-option", 1),
    ],
)
async def test_what_is_wrong_is_refused_and_the_rest_goes_on(
    tested: SaneDevice, name: str, wrong: OptionAsked
) -> None:
    before = await named(tested)
    refused, taken = await tested.set_options({name: wrong, "int-inexact": 50})
    assert isinstance(refused.error, InvalidParameter)
    assert refused.error.details["name"] == name
    assert taken == Outcome("int-inexact", 50, 51)
    now = await named(tested)
    assert now.get(name) == before.get(name)


async def test_setting_one_option_shows_what_it_changed(device: SaneDevice) -> None:
    before = await named(device)
    assert not before["read-delay-duration"].is_active
    found = await device.set_options({"read-delay-duration": 5000, "read-delay": True})
    assert found[0].error is not None
    found = await device.set_options({"read-delay-duration": 5000})
    assert found == (Outcome("read-delay-duration", 5000, 5000),)


BELL: Words = {"name": "bell", "type": "int", "value": 1}


async def test_odd_options_of_a_driver_hurt_no_others(scripted: Scripted) -> None:
    odd: list[Words] = [
        {"name": "turned", "type": "int", "constraint": {"range": [9, 1, 1]}, "value": 3},
        {"name": "empty", "type": "string", "constraint": [], "value": "a"},
        {"name": "tiny", "type": "int", "size": 0, "value": 3},
    ]
    mode = {"name": "mode", "type": "string", "constraint": ["Grün", "Weiß"], "value": "Grün"}
    scripted.write(feeder(options=[*odd, BELL, mode]))
    devices = SaneDevices(config_dir=str(scripted.folder))
    device = await devices.open(scanner())
    refused = await device.set_options({"turned": 3, "empty": "a", "tiny": 3})
    taken = await device.set_options({"bell": 2, "mode": "weiß"})
    tree = await device.options()
    await devices.close()
    assert all(isinstance(outcome.error, InvalidParameter) for outcome in refused)
    assert taken == (Outcome("bell", 2, 2), Outcome("mode", "weiß", "Weiß"))
    assert [option.name for option in tree] == ["turned", "empty", "tiny", "bell", "mode"]
    sets = [call for call in scripted.calls() if call.startswith("set ")]
    assert [call.split()[1] for call in sets] == ["mode", "bell"]


async def test_an_option_that_hangs_when_it_is_read_is_named(scripted: Scripted) -> None:
    hang = {"at": "get_option", "option": "bell", "hang": "sleep", "times": 1}
    scripted.write(feeder(options=[BELL]), faults=[hang])
    devices = SaneDevices(config_dir=str(scripted.folder), deadlines=HASTY)
    device = await devices.open(scanner())
    with pytest.raises(ScannerTimeout, match="while its option bell was read") as caught:
        await device.options()
    assert caught.value.details == {"step": "options", "option": "bell"}
    await device.close()
    again = await devices.open(scanner())
    assert [option.value for option in await again.options()] == [1]
    await devices.close()


async def test_an_option_that_hangs_when_it_is_set_is_named(scripted: Scripted) -> None:
    hang = {"at": "set_option", "option": "bell", "hang": "sleep", "times": 1}
    scripted.write(feeder(options=[BELL]), faults=[hang])
    devices = SaneDevices(config_dir=str(scripted.folder), deadlines=HASTY)
    device = await devices.open(scanner())
    with pytest.raises(ScannerTimeout, match="while its option bell was set"):
        await device.set_options({"bell": 2})
    await devices.close()
