"""sheetctl options: a scanner's options as a table, and what becomes of a value."""

from dataclasses import replace

import pytest
from dbus_next.signature import Variant

from fakes import devices
from fakes.core import FakeCore
from fakes.devices import DESK, OPTIONS
from fakes.sheetctl import Sheetctl
from sheetfed.bus import values
from sheetfed.cli import settings
from sheetfed.core.options import Option, OptionType, Range, Unit

pytestmark = pytest.mark.usefixtures("door")

TWELVE = ", ".join(map(str, range(12)))
MANY = (
    Option(0, "", OptionType.INT, title="Number of options", value=9, is_settable=False),
    Option(1, "", OptionType.GROUP, title="Scan mode"),
    Option(
        2,
        "mode",
        OptionType.STRING,
        group="Scan mode",
        constraint=("Gray", "Color"),
        value="Gray",
        desc="What colours there are.",
    ),
    Option(3, "preview", OptionType.BOOL, group="Scan mode", value=False),
    Option(
        4,
        "gamma-table",
        OptionType.INT,
        group="Enhancement",
        size_bytes=64,
        constraint=Range(0, 255, 1),
        value=tuple(range(16)),
        is_automatic=True,
    ),
    Option(
        5,
        "tl-x",
        OptionType.FIXED,
        group="Geometry",
        unit=Unit.MM,
        constraint=Range(0, 215.9, 0.02),
        value=1.5,
    ),
    Option(6, "eject", OptionType.BUTTON, group="Geometry", size_bytes=0),
    Option(7, "lamp", OptionType.INT, constraint=(5, 10), value=5, is_active=False),
    Option(8, "dpi-x", OptionType.INT, constraint=Range(50, 600, 50), value=50, is_advanced=True),
    Option(9, "paper", OptionType.BOOL, is_settable=False, is_set_at_device=True, value=True),
    Option(10, "serial", OptionType.STRING, size_bytes=9, value="A 1", is_settable=False),
    Option(11, "comment", OptionType.STRING, size_bytes=40, is_readable=False),
)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scanners have every kind of option."""
    monkeypatch.setattr(devices, "OPTIONS", MANY)


async def _shown(sheetctl: Sheetctl, *arguments: str) -> list[str]:
    ran = await sheetctl("options", "desk", *arguments)
    assert ran.code == 0, ran.err
    return [" ".join(line.split()) for line in ran.out.decode().splitlines()]


@pytest.mark.usefixtures("many")
async def test_options_are_listed_by_group_with_what_they_take(sheetctl: Sheetctl) -> None:
    assert await _shown(sheetctl) == [
        "OPTION VALUE TAKES",
        "Scan mode",
        "mode Gray Gray | Color",
        "preview no yes | no",
        "Enhancement",
        f"gamma-table {TWELVE} … (16) 16 numbers, each 0 to 255 | automatic",
        "Geometry",
        "tl-x 1.5 0 to 215.9 mm",
        "eject - yes, to press it",
        "",
        "paper yes set at the scanner",
        "serial A 1 read only",
        "comment - a text",
    ]


@pytest.mark.usefixtures("many")
async def test_advanced_and_inactive_options_are_shown_on_request(sheetctl: Sheetctl) -> None:
    ran = await sheetctl("options", "desk")
    assert ran.err == "2 more with --all\n"
    shown = await _shown(sheetctl, "--all")
    assert "lamp inactive 5 | 10" in shown
    assert "dpi-x 50 50 to 600 in steps of 50" in shown


@pytest.mark.usefixtures("many")
async def test_the_drivers_words_are_shown_on_request(sheetctl: Sheetctl) -> None:
    assert "mode Gray Gray | Color What colours there are." in await _shown(sheetctl, "-v")


async def test_what_is_set_is_shown_and_then_forgotten(sheetctl: Sheetctl, core: FakeCore) -> None:
    ran = await sheetctl("options", "desk", "--set", "mode=color", "--set", "resolution=5000")
    assert ran.code == 0
    assert "resolution: 1200 is the nearest there is" in ran.err
    assert b"Color" in ran.out
    assert "resolution 50 50 to 1200 dpi" in await _shown(sheetctl)
    assert not core.devices.in_use


async def test_what_is_refused_is_said_and_is_a_wrong_command_line(sheetctl: Sheetctl) -> None:
    ran = await sheetctl("options", "desk", "--set", "mode=sepia", "--set", "resolution=100")
    assert ran.code == 2
    refusal = "mode: the option mode does not take this value; it takes Gray | Color"
    assert refusal in ran.err
    assert b"100" in ran.out


async def test_programs_get_options_and_outcomes_as_json(sheetctl: Sheetctl) -> None:
    listed = (await sheetctl("--json", "options", "desk")).json
    assert [option["name"] for option in listed] == [option.name for option in OPTIONS]
    told = (await sheetctl("--json", "options", "desk", "--set", "resolution=200")).json
    assert told["outcomes"] == {"resolution": {"ok": True, "value": 200, "snapped": False}}
    assert told["options"][1]["value"] == 200


@pytest.mark.parametrize("word", ["hall", "Hall scanner", "test:1"])
async def test_a_scanner_is_named_by_id_name_or_device(sheetctl: Sheetctl, word: str) -> None:
    assert (await sheetctl("options", word)).code == 0


async def test_without_a_name_it_is_the_only_scanner(sheetctl: Sheetctl, core: FakeCore) -> None:
    ran = await sheetctl("options")
    assert ran.code == 2
    assert '"Desk scanner", "Hall scanner"' in ran.err
    core.devices.scanners[:] = [replace(DESK, name="Only")]
    await core.scanners.refresh()
    assert (await sheetctl("options")).code == 0


async def test_a_scanner_that_is_not_there_is_said(sheetctl: Sheetctl, core: FakeCore) -> None:
    assert (await sheetctl("options", "cellar")).code == 5
    core.devices.scanners.clear()
    await core.scanners.refresh()
    assert (await sheetctl("options")).code == 5


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("a=yes", Variant("b", True)),
        ("a=No", Variant("b", False)),
        ("a=-7", Variant("i", -7)),
        ("a=9999999999", Variant("d", 9999999999.0)),
        ("a=0.5", Variant("d", 0.5)),
        ("a=0,64,255", Variant("ai", [0, 64, 255])),
        ("a=0,0.5", Variant("ad", [0.0, 0.5])),
        ("a=ADF, left", Variant("s", "ADF, left")),
        ("a=b=c", Variant("s", "b=c")),
        ('a="7"', Variant("s", "7")),
        ('a="', Variant("s", '"')),
        ("a=", Variant("s", "")),
        ("a=automatic", Variant("a{sv}", {"automatic": Variant("b", True)})),
        ('a="automatic"', Variant("s", "automatic")),
    ],
)
def test_a_value_is_read_as_what_it_looks_like(text: str, asked: Variant) -> None:
    name, found = settings.option(text)
    assert name == "a"
    assert found.signature == asked.signature
    assert values.plain(found) == values.plain(asked)


@pytest.mark.parametrize("text", ["7", "yes", "1,2"])
def test_a_text_options_value_is_a_text_whatever_it_looks_like(text: str) -> None:
    assert settings.option(f"a={text}", {"a": "string"})[1].signature == "s"
