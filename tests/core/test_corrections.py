"""Corrections: what a page that was just scanned is touched up with."""

from pathlib import Path

import pytest

from fakes.pages import A4_300, FakePages
from sheetfed.core.blank import BLANK_BELOW
from sheetfed.core.corrections import Corrections, TouchedUp
from sheetfed.core.edits import Crop, Edit, Rotate
from sheetfed.core.errors import DamagedImage
from sheetfed.core.ports import PageFiles
from sheetfed.core.touchup import TouchUp

FILES = PageFiles(Path("/a.master"), Path("/a.preview"))
SHEET = Crop(100, 200, 2000, 3000)
EVERY = tuple(TouchUp)


@pytest.fixture
def pages() -> FakePages:
    """A skewed sheet on a dark lid, with ink."""
    pages = FakePages()
    pages.skewed, pages.sheet = 2.0, SHEET
    return pages


async def touched_up(pages: FakePages, *wanted: TouchUp) -> TouchedUp:
    return await Corrections(measures=pages).touched_up(FILES, A4_300, wanted)


@pytest.mark.parametrize(
    ("wanted", "edits"),
    [
        ((), ()),
        ((TouchUp.DISCARD_BLANK,), ()),
        ((TouchUp.DESKEW,), (Rotate(-2.0),)),
        ((TouchUp.AUTO_CROP,), (SHEET,)),
        (EVERY, (Rotate(-2.0), SHEET)),
    ],
)
async def test_a_page_gets_the_edits_that_are_wanted(
    pages: FakePages, wanted: tuple[TouchUp, ...], edits: tuple[Edit, ...]
) -> None:
    assert await touched_up(pages, *wanted) == TouchedUp(edits)


async def test_nothing_is_looked_at_when_nothing_is_wanted(pages: FakePages) -> None:
    await touched_up(pages)
    assert pages.measured == []


async def test_a_good_page_stays_as_it_is() -> None:
    assert await touched_up(FakePages(), *EVERY) == TouchedUp()


async def test_whether_it_is_blank_is_asked_of_the_sheet_and_not_of_the_lid(
    pages: FakePages,
) -> None:
    pages.inked = BLANK_BELOW / 2
    assert (await touched_up(pages, *EVERY)).is_blank
    black = Rotate(-2.0, fill="#000000")
    assert [files.edits for files in pages.measured] == [(), (black,), (Rotate(-2.0), SHEET)]


async def test_a_page_that_cannot_be_looked_at_is_kept_as_it_is(
    pages: FakePages, caplog: pytest.LogCaptureFixture
) -> None:
    pages.inked = 0.0
    pages.measuring.fault = DamagedImage()
    assert await touched_up(pages, *EVERY) == TouchedUp()
    assert "kept as it was scanned" in caplog.text


@pytest.mark.parametrize("wanted", [TouchUp.AUTO_CROP, TouchUp.DESKEW])
async def test_an_edit_that_cannot_be_done_is_not_begun(wanted: TouchUp) -> None:
    pages = FakePages()
    pages.sheet, pages.skewed = Crop(0, 0, 9999, 9999), 45.0
    large = Corrections(measures=pages)
    image = A4_300
    if wanted is TouchUp.DESKEW:
        image = type(A4_300)(60_000, 9_000, A4_300.mode, 8, 300.0, 300.0)
    assert await large.touched_up(FILES, image, (wanted,)) == TouchedUp()
