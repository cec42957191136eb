"""Quirk file: what is wrong is told with its place, the rest is taken."""

import pytest

from fakes.dialects import entry
from sheetfed.core.model import PaperSource
from sheetfed.devices.quirkfile import parse
from sheetfed.devices.quirks import SHIPPED_DIR


@pytest.mark.parametrize(
    ("says", "problem"),
    [
        ("fed_form = 'feeder'", "line 1: fed_form: is not known"),
        ("fed_from = 'tray'", "line 1: fed_from: allowed is flatbed, feeder, feeder-duplex"),
        (
            "sources = [['adf']]",
            "line 1: sources: allowed is [phrase, meaning] or a depth after it",
        ),
        ("sources = [['...', 'feeder']]", "line 1: sources: allowed is [phrase, meaning] or"),
        ("modes = [['a', 'color', 12]]", "line 1: modes: allowed is [phrase, meaning] or"),
        ("modes = [['a', 'colour']]", "line 1: modes: allowed is color, gray, bw"),
        ("modes = 'color'", "line 1: modes: allowed is a list"),
        ("names = { light = ['a'] }", "line 1: names: light: allowed is source, mode"),
        ("names = { depth = [''] }", "line 1: names: depth: allowed is a text"),
        ("names = []", "line 1: names: allowed is a table"),
        ("first = { a = [1] }", "line 1: first: a: allowed is true, false, a number or a text"),
        ("never = { a = 'b' }", "line 1: never: a: allowed is true or false"),
        ("feeder_switches = [{ option = 'a' }]", "line 1: feeder_switches: allowed is a table of"),
        ("paper = ['w']", "line 1: paper: allowed is a list of two options, or none"),
        ("pixel_dpi = 0", "line 1: pixel_dpi: allowed is a number above 0"),
        ("usual_ratio = true", "line 1: usual_ratio: allowed is a number"),
        ("usual_ratio = inf", "line 1: usual_ratio: allowed is a number"),
        ("scales = { contrast = [1, 2] }", "line 1: scales: contrast: allowed is a list of the"),
        ("vendor = []", "line 1: vendor: allowed is a pattern or a list of patterns"),
        ("model = 5", "line 1: model: allowed is a text"),
    ],
)
def test_a_wrong_entry_is_told_with_its_place_and_left_out(says: str, problem: str) -> None:
    file = parse(entry(says) + entry("fed_from = 'feeder'"))
    assert len(file.problems) == 1
    assert file.problems[0].startswith(problem)
    assert [quirk.fed_from for quirk in file.quirks] == [PaperSource.FEEDER]


def test_an_entry_without_a_reason_is_left_out() -> None:
    file = parse("\n\n[[quirk]]\nfed_from = 'feeder'")
    assert (file.quirks, file.problems) == ((), ("line 3: reason: is missing",))


def test_what_is_no_entry_is_told() -> None:
    assert parse("[quirk]\nreason = 'r'").problems == (
        "quirk: allowed is a table in double brackets",
    )
    assert parse("[[quirks]]\nreason = 'r'").problems == ("quirks: only [[quirk]] is known here",)
    assert parse("quirk = [{ fed_from = 'feeder' }]").problems == ("entry 1: reason: is missing",)


def test_the_shipped_files_have_no_problem() -> None:
    assert {path.name: parse(path.read_text()).problems for path in SHIPPED_DIR.iterdir()} == {
        path.name: () for path in SHIPPED_DIR.iterdir()
    }
