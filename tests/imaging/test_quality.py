"""Quality: skew, sheet and blankness are measured right on every generated page."""

import pytest
from bench.quality import framed, labelled, skewed

pytestmark = pytest.mark.timeout(120)


def test_skew_is_found_within_a_fifth_of_a_degree() -> None:
    off = {page.name: page.found for page in skewed.measured() if page.off > 0.2}
    assert off == {}


def test_a_sheet_on_a_dark_lid_is_found_within_two_millimetres_and_no_other_is() -> None:
    pages = list(framed.measured())
    off = {page.name: page.found for page in pages if page.off_mm > 2.0}
    assert off == {}
    assert sum(page.edges is None for page in pages) >= 2


def test_blank_and_written_pages_are_told_apart() -> None:
    pages = list(labelled.measured())
    wrong = {page.name: page.ratio for page in pages if not page.is_right}
    assert wrong == {}
    assert len(pages) >= 60
    assert 2 * sum(page.is_blank for page in pages) == len(pages)
