"""Words: TWAIN's numbers for page sizes are sizes that have a name here."""

import pytest

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import Area
from sheetfed.core.settings import PAGE_SIZES_MM, parse
from sheetfed.web import words


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (1, "A4"),
        (2, "B5"),
        (3, "Letter"),
        (4, "Legal"),
        (5, "A5"),
        (6, "ISO B4"),
        (7, "ISO B6"),
        (9, "Ledger"),
        (10, "Executive"),
        (11, "A3"),
        (13, "A6"),
        (14, "C4"),
        (15, "C5"),
        (16, "C6"),
        (22, "A7"),
        (23, "A8"),
        (29, "ISO B5"),
        (38, "B4"),
        (39, "B6"),
        (52, "Statement"),
        (53, "Business card"),
    ],
)
@pytest.mark.parametrize("word", ["PageSize", "page_size"])
def test_a_twain_number_is_a_named_size(word: str, number: int, name: str) -> None:
    width_mm, height_mm = PAGE_SIZES_MM[name]
    asked = parse(words.ours({word: number}))
    assert asked.area == Area(0.0, 0.0, width_mm, height_mm)
    assert asked.ignored == ()


@pytest.mark.parametrize("number", [0, 54])
def test_no_size_and_the_largest_are_all_that_the_scanner_reaches(number: int) -> None:
    asked = parse(words.ours({"PageSize": number}))
    assert (asked.area, asked.ignored) == (None, ())


@pytest.mark.parametrize("number", [-1, 8, 17, 55, 9999])
def test_a_number_of_no_size_here_is_refused(number: int) -> None:
    with pytest.raises(InvalidParameter, match="page_size"):
        words.ours({"PageSize": number})
