"""Settings: the words of a scan request, good, wrong and unknown."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetfed.core import settings
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import Area, Mode, PaperSource, ScanSettings, Special

HUGE = 10**400
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(HUGE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)
WORDS = [
    *("scanner", "paper_source", "mode", "resolution", "depth", "area", "page_size", "pages"),
    *("brightness", "contrast", "wait_for_paper_s", "queue", "options", "document"),
    *("discard_blank", "deskew", "auto_crop"),
]
PLAUSIBLE = st.sampled_from(["color", "feeder", "A4", 8, 16, 300, -1, 1.5, True, {"depth": 8}])


def test_no_words_ask_for_nothing() -> None:
    assert settings.parse({}) == ScanSettings()


def test_null_is_the_same_as_absent() -> None:
    assert settings.parse(dict.fromkeys(WORDS)) == ScanSettings()


@pytest.mark.parametrize(
    ("word", "value", "field", "parsed"),
    [
        ("scanner", "test:0", "scanner", "test:0"),
        ("scanner", "", "scanner", None),
        ("paper_source", "feeder-duplex", "paper_source", PaperSource.FEEDER_DUPLEX),
        ("mode", "bw", "mode", Mode.BW),
        ("resolution", 300, "resolution", 300),
        ("resolution", 300.0, "resolution", 300),
        ("depth", 16, "depth", 16),
        ("depth", 8.0, "depth", 8),
        ("pages", 3, "pages", 3),
        ("pages", -1, "pages", None),
        ("brightness", -100, "brightness", -100),
        ("contrast", 100, "contrast", 100),
        ("wait_for_paper_s", 2.5, "wait_for_paper_s", 2.5),
        ("queue", True, "queue", True),
        ("queue", False, "queue", False),
        ("discard_blank", True, "discard_blank", True),
        ("deskew", True, "deskew", True),
        ("auto_crop", True, "auto_crop", True),
        ("page_size", "a4", "area", Area(0.0, 0.0, 210.0, 297.0)),
        ("page_size", "Letter", "area", Area(0.0, 0.0, 215.9, 279.4)),
        (
            "area",
            {"left": 1, "top": 2.5, "width": 100, "height": 0.1},
            "area",
            Area(1.0, 2.5, 100.0, 0.1),
        ),
        ("options", {}, "options", {}),
        (
            "options",
            {"read-delay": True, "gain": 3, "gamma": 1.8, "test-picture": "Grid"},
            "options",
            {"read-delay": True, "gain": 3, "gamma": 1.8, "test-picture": "Grid"},
        ),
        (
            "options",
            {"table": [0, 128.5, 255], "of-tuple": (1, 2), "lamp": {"automatic": True}},
            "options",
            {"table": (0, 128.5, 255), "of-tuple": (1, 2), "lamp": Special.AUTOMATIC},
        ),
    ],
)
def test_a_good_value_is_taken(word: str, value: object, field: str, parsed: object) -> None:
    found = getattr(settings.parse({word: value}), field)
    assert found == parsed
    assert type(found) is type(parsed)


@pytest.mark.parametrize(
    ("word", "value", "allowed"),
    [
        ("scanner", 3, "a text"),
        ("scanner", "x" * 1025, "a text"),
        ("paper_source", "adf", "flatbed, feeder, feeder-duplex"),
        ("paper_source", ["feeder"], "flatbed, feeder, feeder-duplex"),
        ("mode", 2, "color, gray, bw"),
        ("resolution", "300", "a whole number from 1 to 100000"),
        ("resolution", True, "a whole number from 1 to 100000"),
        ("resolution", 0, "a whole number from 1 to 100000"),
        ("resolution", 100_001, "a whole number from 1 to 100000"),
        ("resolution", 300.5, "a whole number from 1 to 100000"),
        ("resolution", math.nan, "a whole number from 1 to 100000"),
        ("resolution", math.inf, "a whole number from 1 to 100000"),
        ("resolution", HUGE, "a whole number from 1 to 100000"),
        ("depth", 1, "8 or 16"),
        ("depth", True, "8 or 16"),
        ("depth", [], "8 or 16"),
        ("pages", 0, "a whole number from 1 to 1000000"),
        ("pages", -2, "a whole number from 1 to 1000000"),
        ("brightness", 101, "a whole number from -100 to 100"),
        ("contrast", -101, "a whole number from -100 to 100"),
        ("wait_for_paper_s", -0.1, "a number from 0 to 3600"),
        ("wait_for_paper_s", 3601, "a number from 0 to 3600"),
        ("wait_for_paper_s", "1", "a number from 0 to 3600"),
        ("wait_for_paper_s", False, "a number from 0 to 3600"),
        ("wait_for_paper_s", math.nan, "a number from 0 to 3600"),
        ("wait_for_paper_s", HUGE, "a number from 0 to 3600"),
        ("queue", 1, "true or false"),
        ("deskew", "yes", "true or false"),
        ("page_size", "A0", ", ".join(settings.PAGE_SIZES_MM)),
        ("page_size", 4, ", ".join(settings.PAGE_SIZES_MM)),
        ("area", [0, 0, 1, 1], "an object of left, top, width and height in mm"),
        ("area", {"left": 0}, "an object of left, top, width and height in mm"),
        ("options", [], "an object of SANE option names and values"),
        ("options", dict.fromkeys(map(str, range(501)), 0), "an object of SANE option"),
    ],
    ids=lambda value: "huge" if value == HUGE else None,
)
def test_a_bad_value_is_refused_with_what_is_allowed(
    word: str, value: object, allowed: str
) -> None:
    with pytest.raises(InvalidParameter) as caught:
        settings.parse({word: value})
    assert caught.value.details["name"] == word
    assert str(caught.value.details["allowed"]).startswith(allowed)
    assert caught.value.message == f"{word}: allowed is {caught.value.details['allowed']}"


@pytest.mark.parametrize("side", ["left", "top", "width", "height"])
@pytest.mark.parametrize("value", [-1, 10_001, "1", None, math.inf])
def test_a_bad_side_of_an_area_is_named(side: str, value: object) -> None:
    area: dict[str, object] = {"left": 0, "top": 0, "width": 10, "height": 10}
    with pytest.raises(InvalidParameter) as caught:
        settings.parse({"area": area | {side: value}})
    assert caught.value.details["name"] == f"area.{side}"


def test_an_area_without_extent_is_refused() -> None:
    with pytest.raises(InvalidParameter, match=r"area\.width"):
        settings.parse({"area": {"left": 0, "top": 0, "width": 0, "height": 10}})


def test_an_area_comes_before_a_page_size() -> None:
    area = {"left": 0, "top": 0, "width": 10, "height": 20}
    parsed = settings.parse({"area": area, "page_size": "A4"})
    assert parsed.area == Area(0.0, 0.0, 10.0, 20.0)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {"a": 1},
        {"automatic": False},
        {"automatic": 1},
        {"automatic": True, "a": 1},
        [1, True],
        [1, "2"],
        [[1]],
        [0] * 65537,
        b"1",
        2**31,
        -(2**31) - 1,
        [0.5, 10**400],
        float("nan"),
        [1, float("inf")],
    ],
    ids=lambda value: "too many numbers" if isinstance(value, list) and len(value) > 2 else None,
)
def test_an_option_that_is_no_value_of_sanes_is_named(value: object) -> None:
    with pytest.raises(InvalidParameter) as caught:
        settings.parse({"options": {"gamma-table": value}})
    assert caught.value.details["name"] == "options.gamma-table"


def test_options_alone_are_checked_under_the_callers_word() -> None:
    assert settings.options_asked("parameter", {"lamp": True}) == {"lamp": True}
    with pytest.raises(InvalidParameter, match=r"^parameter\.lamp: allowed is true, false"):
        settings.options_asked("parameter", {"lamp": None})
    with pytest.raises(InvalidParameter, match=r"^parameter: "):
        settings.options_asked("parameter", [])


def test_an_option_name_is_a_text() -> None:
    with pytest.raises(InvalidParameter, match=r"options\.3"):
        settings.parse({"options": {3: 1}})


def test_unknown_words_are_ignored_and_listed_in_order() -> None:
    parsed = settings.parse({"IfShowUI": True, "mode": "gray", "Zebra": None, "aa": {}})
    assert parsed == ScanSettings(mode=Mode.GRAY, ignored=("IfShowUI", "Zebra", "aa"))


def test_of_many_and_long_unknown_words_only_so_much_is_kept() -> None:
    parsed = settings.parse({f"{number:03}".ljust(1000, "x"): 1 for number in range(500)})
    assert len(parsed.ignored) == settings.IGNORED_AT_MOST
    assert {len(name) for name in parsed.ignored} == {64}


@given(st.dictionaries(st.sampled_from(WORDS) | st.text(), JSON | PLAUSIBLE, max_size=6))
def test_whatever_json_comes_it_is_settings_or_invalid_parameter(words: dict[str, object]) -> None:
    try:
        parsed = settings.parse(words)
    except InvalidParameter as error:
        named = str(error.details["name"]).split(".")[0]
    else:
        named = ""
        assert set(parsed.ignored) == {name[:64] for name in set(words) - set(WORDS)}
    assert named in {"", *words} & {"", *WORDS}
