"""Values: what goes out fits D-Bus, what comes in is plain."""

import pytest
from dbus_next.signature import Variant

from sheetfed.bus import values, words
from sheetfed.core.capabilities import Capabilities, SourceCapabilities
from sheetfed.core.model import Mode, OptionAsked, PaperSource, Special


@pytest.mark.parametrize(
    ("value", "signature"),
    [
        (True, "b"),
        (7, "i"),
        (2**40, "x"),
        (-0.5, "d"),
        ("a\0b", "s"),
        ((1, 2), "ai"),
        ((), "ai"),
        ((1.5, 2), "ad"),
        (Special.AUTOMATIC, "a{sv}"),
    ],
)
def test_an_options_value_keeps_its_type(value: OptionAsked, signature: str) -> None:
    assert words.of_option(value).signature == signature


def test_the_drivers_choice_is_told_as_it_is_asked_for() -> None:
    assert values.plain(words.of_option(Special.AUTOMATIC)) == {"automatic": True}


def test_variants_are_taken_off_at_every_depth() -> None:
    nested = Variant("a{sv}", {"a": Variant("av", [Variant("(sv)", ["b", Variant("u", 1)])])})
    assert values.plain(nested) == {"a": [["b", 1]]}


def test_text_is_mended_at_every_depth_and_nothing_else_is_touched() -> None:
    mended = values.clean({"k\0": [("a\0", Variant("s", "b\0"), b"\0", 7)]})
    assert mended == {"k\ufffd": [["a\ufffd", Variant("s", "b\ufffd"), b"\0", 7]]}


def test_what_a_source_can_do_is_told_as_far_as_it_is_known() -> None:
    source = SourceCapabilities(
        source=PaperSource.FLATBED,
        modes=(Mode.BW,),
        depths=(8,),
        resolutions=(100, 200),
        resolution_range=None,
        area_mm=None,
    )
    told = values.plain(words.of_capabilities(Capabilities((source,))))
    assert told == {
        "sources": [
            {"source": "flatbed", "modes": ["bw"], "depths": [8], "resolutions": [100, 200]}
        ],
        "feeder": False,
        "duplex": False,
    }


def test_members_have_one_name_in_python() -> None:
    assert values.snake("StoreBytes") == "store_bytes"
    assert values.snake("Id") == "id"
