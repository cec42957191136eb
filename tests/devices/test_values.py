"""Values: SANE's bytes and ours say the same, both ways."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetfed.devices.values import Kind, decode, encode, numbers, text

WORDS = st.integers(min_value=-(2**31), max_value=2**31 - 1)


@given(st.lists(WORDS, min_size=1, max_size=9))
def test_whole_numbers_come_back_as_they_were_set(words: list[int]) -> None:
    value = words if len(words) > 1 else words[0]
    raw = encode(Kind.INT, value)
    assert len(raw) == 4 * len(words)
    assert decode(Kind.INT, raw) == value


@given(st.floats(min_value=-32768, max_value=32767.9999))
def test_a_fixed_number_is_the_nearest_that_16_bits_can_say(value: float) -> None:
    back = decode(Kind.FIXED, encode(Kind.FIXED, value))
    assert isinstance(back, float)
    assert abs(back - value) <= 2**-17
    assert encode(Kind.FIXED, back) == encode(Kind.FIXED, value)


@given(st.text().filter(lambda word: "\0" not in word))
def test_a_text_comes_back_as_it_was_set(word: str) -> None:
    raw = encode(Kind.STRING, word)
    assert raw == word.encode() + b"\0"
    assert decode(Kind.STRING, raw + b"rubbish") == word


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [(Kind.BOOL, True, 1), (Kind.BOOL, False, 0), (Kind.BUTTON, True, 1)],
)
def test_true_is_one(kind: Kind, value: bool, words: int) -> None:
    assert encode(kind, value) == struct.pack("=i", words)


def test_whatever_is_not_zero_is_true() -> None:
    assert decode(Kind.BOOL, struct.pack("=i", -3)) is True
    assert decode(Kind.BOOL, struct.pack("=i", 0)) is False


def test_words_of_an_old_driver_are_latin_1() -> None:
    assert text(b"Schwarzwei\xdf") == "Schwarzweiß"
    assert text("Schwarzweiß".encode()) == "Schwarzweiß"
    assert decode(Kind.STRING, b"Gr\xfcn\0") == "Grün"


def test_a_drivers_own_word_is_sent_as_the_driver_spells_it() -> None:
    words = (b"Farbe", b"Schwarzwei\xdf")
    assert encode(Kind.STRING, "Schwarzweiß", words) == b"Schwarzwei\xdf\0"
    assert encode(Kind.STRING, "Größe", words) == "Größe".encode() + b"\0"


def test_the_numbers_of_a_fixed_option_are_fractions() -> None:
    assert numbers(Kind.FIXED, (98304, -65536)) == [1.5, -1.0]
    assert numbers(Kind.INT, (98304, -1)) == [98304, -1]


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Kind.INT, b""),
        (Kind.FIXED, b"abc"),
        (Kind.BUTTON, bytes(4)),
        (Kind.GROUP, bytes(4)),
        (9, b""),
    ],
)
def test_bytes_that_hold_no_value_are_none(kind: int, raw: bytes) -> None:
    assert decode(kind, raw) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.INT, 2**31),
        (Kind.INT, "1"),
        (Kind.INT, [1, None]),
        (Kind.FIXED, 32768),
        (Kind.FIXED, float("inf")),
        (Kind.BOOL, 1),
        (Kind.STRING, 1),
        (Kind.STRING, "\ud800"),
        (Kind.GROUP, True),
        (9, 1),
    ],
)
def test_a_value_of_another_type_is_refused(kind: int, value: object) -> None:
    with pytest.raises(ValueError):
        encode(kind, value)
