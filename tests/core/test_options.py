"""Options: every value is snapped to one that the option can take, or refused."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import OptionValue, Special
from sheetfed.core.options import (
    Option,
    OptionType,
    Outcome,
    Range,
    allowed,
    is_snapped,
    same,
    snap,
)

WORDS = st.integers(min_value=-(2**31), max_value=2**31 - 1)


def option(kind: OptionType, constraint: object = None, **more: object) -> Option:
    return Option(index=1, name="it", type=kind, constraint=constraint, **more)  # type: ignore[arg-type]


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    low = draw(st.integers(min_value=-1000, max_value=1000))
    return Range(
        low,
        low + draw(st.integers(min_value=0, max_value=1000)),
        draw(st.integers(min_value=0, max_value=50)),
    )


@given(ranges(), WORDS)
def test_a_snapped_number_lies_in_the_range_on_a_step(limits: Range, value: int) -> None:
    snapped = snap(option(OptionType.INT, limits), value)
    assert isinstance(snapped, int)
    assert limits.low <= snapped <= limits.high
    assert limits.step == 0 or (snapped - limits.low) % limits.step == 0


@given(ranges(), WORDS)
def test_no_step_of_the_range_is_nearer_than_the_snapped_one(limits: Range, value: int) -> None:
    snapped = snap(option(OptionType.INT, limits), value)
    assert isinstance(snapped, int)
    steps = range(int(limits.low), int(limits.high) + 1, int(limits.step) or 1)
    assert abs(snapped - value) == min(abs(step - value) for step in steps)


@given(
    ranges().map(lambda limits: Range(limits.low / 7, limits.high / 7, limits.step / 7)),
    st.floats(min_value=-400, max_value=400),
)
def test_snapping_twice_is_snapping_once(limits: Range, value: float) -> None:
    fixed = option(OptionType.FIXED, limits)
    once = snap(fixed, value)
    assert isinstance(once, float)
    assert limits.low <= once <= limits.high
    assert same(fixed, snap(fixed, once), once)


@given(st.lists(WORDS, min_size=1, max_size=6), WORDS)
def test_the_nearest_of_a_list_is_taken(choices: list[int], value: int) -> None:
    snapped = snap(option(OptionType.INT, tuple(choices)), value)
    assert snapped in choices
    assert isinstance(snapped, int)
    assert abs(snapped - value) == min(abs(choice - value) for choice in choices)


@pytest.mark.parametrize(
    ("kind", "value", "snapped"),
    [
        (OptionType.INT, 2**40, 2**31 - 1),
        (OptionType.INT, -(2**40), -(2**31)),
        (OptionType.INT, 7.0, 7),
        (OptionType.INT, 10**400, 2**31 - 1),
        (OptionType.FIXED, 1e9, 2**15 - 2**-16),
        (OptionType.FIXED, -(10**400), -32768.0),
        (OptionType.FIXED, 3, 3.0),
        (OptionType.BOOL, True, True),
        (OptionType.BUTTON, True, True),
    ],
)
def test_without_a_constraint_the_type_is_the_limit(
    kind: OptionType, value: OptionValue, snapped: OptionValue
) -> None:
    result = snap(option(kind), value)
    assert result == snapped
    assert type(result) is type(snapped)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (OptionType.BOOL, 1),
        (OptionType.BOOL, "yes"),
        (OptionType.INT, True),
        (OptionType.INT, "1"),
        (OptionType.INT, 1.5),
        (OptionType.INT, math.nan),
        (OptionType.FIXED, math.inf),
        (OptionType.FIXED, "1.5"),
        (OptionType.INT, (1,)),
        (OptionType.GROUP, "x"),
        (OptionType.UNKNOWN, 1),
    ],
)
def test_a_wrong_type_is_refused_with_what_is_allowed(kind: OptionType, value: OptionValue) -> None:
    with pytest.raises(InvalidParameter) as caught:
        snap(option(kind), value)
    assert caught.value.details == {"name": "it", "allowed": str(kind)}


@pytest.mark.parametrize("value", [1, True, ("a",)])
def test_a_text_is_only_a_text(value: OptionValue) -> None:
    with pytest.raises(InvalidParameter) as caught:
        snap(option(OptionType.STRING, size_bytes=6), value)
    assert caught.value.details["allowed"] == "a text of at most 5 bytes"


@pytest.mark.parametrize("value", [False, 1, "true", ()])
def test_a_button_is_pressed_by_true_alone(value: OptionValue) -> None:
    with pytest.raises(InvalidParameter) as caught:
        snap(option(OptionType.BUTTON, size_bytes=0), value)
    assert caught.value.details == {"name": "it", "allowed": "true"}


def test_automatic_is_for_options_whose_driver_chooses() -> None:
    chosen = option(OptionType.INT, is_automatic=True)
    assert snap(chosen, Special.AUTOMATIC) is Special.AUTOMATIC
    with pytest.raises(InvalidParameter):
        snap(option(OptionType.INT), Special.AUTOMATIC)


def test_a_word_is_found_whatever_its_case() -> None:
    assert snap(option(OptionType.STRING, ("Gray", "Color")), "cOLOR") == "Color"
    assert snap(option(OptionType.STRING, ("Color", "COLOR")), "COLOR") == "COLOR"


def test_a_word_that_is_not_in_the_list_is_refused_with_the_list() -> None:
    with pytest.raises(InvalidParameter) as caught:
        snap(option(OptionType.STRING, ("Gray", "Color")), "Colour")
    assert caught.value.details == {"name": "it", "allowed": ["Gray", "Color"]}


@pytest.mark.parametrize("value", ["abcd", "ä€", "a\0", "\ud800"])
def test_a_free_word_has_to_fit_the_drivers_memory_as_utf_8(value: str) -> None:
    word = option(OptionType.STRING, size_bytes=4)
    assert [snap(word, fit) for fit in ("äb", "abc", "€", "")] == ["äb", "abc", "€", ""]
    with pytest.raises(InvalidParameter):
        snap(word, value)


@pytest.mark.parametrize(
    ("kind", "constraint", "value"),
    [(OptionType.STRING, Range(0, 1), "x"), (OptionType.INT, ("a", "b"), 1)],
)
def test_a_constraint_of_another_type_allows_nothing(
    kind: OptionType, constraint: object, value: OptionValue
) -> None:
    with pytest.raises(InvalidParameter):
        snap(option(kind, constraint), value)


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        (Range(1, 1200, 1), "1 to 1200 in steps of 1"),
        (Range(0, 1.5), "0 to 1.5"),
        ((1, 8, 16), ["1", "8", "16"]),
        ((1073741824,), ["1073741824"]),
        (None, "int"),
    ],
)
def test_what_is_allowed_can_be_read(constraint: object, words: object) -> None:
    assert allowed(option(OptionType.INT, constraint)) == words


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        (Range(0, 255, 1), "6 numbers, each 0 to 255 in steps of 1"),
        ((1, 8, 16), "6 numbers, each one of 1, 8, 16"),
        (None, "6 numbers, each int"),
    ],
)
def test_what_an_array_takes_is_told_with_its_length(constraint: object, words: str) -> None:
    array = option(OptionType.INT, constraint, size_bytes=24)
    assert array.length == 6
    for wrong in ((0,) * 5, (0,) * 7, (0,) * 5 + (True,), 0, "0", (0,) * 5 + (math.inf,)):
        with pytest.raises(InvalidParameter) as caught:
            snap(array, wrong)
        assert caught.value.details == {"name": "it", "allowed": words}


CONSTRAINTS = st.none() | ranges() | st.lists(WORDS, min_size=1, max_size=6).map(tuple)


@given(
    st.sampled_from([OptionType.INT, OptionType.FIXED]),
    CONSTRAINTS,
    st.lists(WORDS, min_size=2, max_size=9),
)
def test_an_array_is_snapped_number_by_number(
    kind: OptionType, constraint: object, numbers: list[int]
) -> None:
    array = option(kind, constraint, size_bytes=4 * len(numbers))
    plain = option(kind, constraint)
    assert snap(array, tuple(numbers)) == tuple(snap(plain, number) for number in numbers)


@given(
    st.sampled_from([OptionType.INT, OptionType.FIXED]),
    CONSTRAINTS,
    st.integers(min_value=1, max_value=5),
    st.recursive(
        st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=5).map(tuple),
        max_leaves=5,
    ),
)
def test_whatever_is_asked_of_numbers_is_taken_or_refused(
    kind: OptionType, constraint: object, length: int, value: OptionValue
) -> None:
    numbers = option(kind, constraint, size_bytes=4 * length)
    with suppress(InvalidParameter):
        taken = snap(numbers, value)
        items = taken if isinstance(taken, tuple) else (taken,)
        assert len(items) == length
        assert {type(item) for item in items} == {int if kind is OptionType.INT else float}
        assert same(numbers, snap(numbers, taken), taken)


def test_fixed_values_are_the_same_within_their_precision() -> None:
    fixed = option(OptionType.FIXED)
    assert same(fixed, 0.1, 0.1 + 1 / 65536)
    assert not same(fixed, 0.1, 0.2)
    assert not same(option(OptionType.INT), 1, 2)
    assert not same(fixed, 1.0, "1.0")


def test_arrays_are_the_same_when_all_their_numbers_are() -> None:
    fixed = option(OptionType.FIXED, size_bytes=8)
    assert same(fixed, (0.1, 1.0), (0.1 + 1 / 65536, 1.0))
    assert not same(fixed, (0.1, 1.0), (0.1, 1.1))
    assert not same(fixed, (0.1, 1.0), (0.1,))
    assert not same(fixed, (0.1, 1.0), 0.1)


@pytest.mark.parametrize(
    ("it", "has_choice"),
    [
        (option(OptionType.INT), True),
        (option(OptionType.INT, Range(1, 1)), False),
        (option(OptionType.INT, Range(1, 2)), True),
        (option(OptionType.STRING, ("a", "a")), False),
        (option(OptionType.STRING, ("a", "b")), True),
        (option(OptionType.BUTTON), True),
        (option(OptionType.INT, size_bytes=1024), True),
        (option(OptionType.INT, Range(1, 1), size_bytes=1024), False),
        (option(OptionType.INT, is_active=False), False),
        (option(OptionType.INT, is_settable=False), False),
    ],
)
def test_an_option_with_one_value_gives_no_choice(it: Option, has_choice: bool) -> None:
    assert it.has_choice is has_choice


FIXED = Option(1, "gamma", OptionType.FIXED)


@pytest.mark.parametrize(
    ("known", "outcome", "expected"),
    [
        (FIXED, Outcome("gamma", 1.5, 2.0), True),
        (FIXED, Outcome("gamma", 1.5, 1.5), False),
        (FIXED, Outcome("gamma", 1.5, 1.50001), False),
        (FIXED, Outcome("gamma", Special.AUTOMATIC, 2.0), False),
        (FIXED, Outcome("gamma", 1.5, error=InvalidParameter()), False),
        (None, Outcome("gamma", 1.5, 2.0), False),
    ],
)
def test_a_value_is_snapped_when_it_is_another_than_was_asked_for(
    known: Option | None, outcome: Outcome, expected: bool
) -> None:
    assert is_snapped(known, outcome) is expected
