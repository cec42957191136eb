"""Permissions: what including another one means, and how they are read."""

import pytest

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.permissions import (
    ALL,
    Permission,
    brief,
    completed,
    in_order,
    parse,
)

LIST, SCAN, READ, UPLOAD = Permission


def test_scanning_includes_listing_and_reading_and_nothing_else() -> None:
    assert completed([SCAN]) == {LIST, SCAN, READ}
    for other in (LIST, READ, UPLOAD):
        assert completed([other]) == {other}


def test_they_are_told_in_their_order_and_briefly_without_the_included() -> None:
    assert in_order(ALL) == (LIST, SCAN, READ, UPLOAD)
    assert brief(ALL) == (SCAN, UPLOAD)
    assert brief(frozenset({READ, LIST})) == (LIST, READ)


def test_words_are_read_as_completed_permissions() -> None:
    assert parse("wants", ["upload", "scan"]) == ALL


@pytest.mark.parametrize(
    "words", [None, "scan", [], ["scan", "all"], [1], [["scan"]], ["scan"] * 5]
)
def test_anything_else_is_refused_with_what_is_allowed(words: object) -> None:
    with pytest.raises(InvalidParameter, match="wants: allowed is a list of list, scan, read, up"):
        parse("wants", words)
