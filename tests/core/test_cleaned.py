"""Cleaned: what a device calls itself does nothing to whoever reads it."""

import pytest

from sheetfed.core.cleaned import LONGEST, cleaned


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Büro 3²4 複合機", "Büro 3²4 複合機"),
        ("a\x1b[31mb\x07", "a[31mb"),
        ("a\nforged: b\r\0", "aforged: b"),
        ("a\x9b2Jb\x7f\u2028c\ud800", "a2Jbc"),
    ],
)
def test_what_would_be_obeyed_is_left_out_and_the_rest_stays(told: str, shown: str) -> None:
    assert cleaned(told) == shown


def test_words_without_end_are_cut() -> None:
    assert cleaned("x" * 100_000) == "x" * LONGEST
    assert cleaned("word", 2) == "wo"
