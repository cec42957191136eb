"""Editing by looks: straight, cropped, upright; blank or not; what barcodes are on it."""

import asyncio

import pytest

from fakes.core import ALICE
from fakes.pages import A4_300
from fakes.recorder import recorded
from fakes.shelf import Shelf
from sheetfed.core.barcodes import Barcode, BarcodeFormat
from sheetfed.core.blank import BLANK_BELOW
from sheetfed.core.edited import shown
from sheetfed.core.edits import Crop, Flip, Rotate
from sheetfed.core.errors import DamagedImage, WrongState
from sheetfed.core.model import PageId

A = PageId("a")
SHEET = Crop(100, 200, 2000, 3000)
CODE = Barcode("part 1", BarcodeFormat.QR_CODE, ((0, 0), (9, 0), (9, 9), (0, 9)))


@pytest.fixture
async def shelf() -> Shelf:
    """With one page, that is turned upside down already."""
    shelf = Shelf()
    await shelf.fill("a")
    await shelf.editing.edit(ALICE, A, Rotate(180))
    return shelf


async def test_the_skew_is_that_of_the_page_as_it_is_shown(shelf: Shelf) -> None:
    shelf.pages.skewed = 3.1
    assert await shelf.editing.skew(ALICE, A) == 3.1
    assert [files.edits for files in shelf.pages.measured] == [(Rotate(180),)]
    assert shelf.documents.page(ALICE, A).edits == (Rotate(180),)


async def test_a_skewed_page_is_turned_back_and_grows(shelf: Shelf) -> None:
    shelf.pages.skewed = 3.1
    assert await shelf.editing.deskew(ALICE, A) == 3.1
    page = shelf.documents.page(ALICE, A)
    assert page.edits == (Rotate(180), Rotate(-3.1, keep_size=False, fill="#ffffff"))
    assert shown(page).width_px > A4_300.width_px


@pytest.mark.parametrize("skewed", [0.0, 0.04, -0.04])
async def test_a_page_that_is_straight_stays_as_it_is(shelf: Shelf, skewed: float) -> None:
    shelf.pages.skewed = skewed
    with recorded(shelf.hub) as events:
        assert await shelf.editing.deskew(ALICE, A) == skewed
    assert events == []


async def test_a_sheet_on_a_lid_is_cut_out(shelf: Shelf) -> None:
    shelf.pages.sheet = SHEET
    assert await shelf.editing.auto_crop(ALICE, A) == SHEET
    assert shelf.documents.page(ALICE, A).edits == (Rotate(180), SHEET)


@pytest.mark.parametrize("sheet", [None, Crop(0, 0, 2480, 3508)])
async def test_a_page_without_a_lid_is_not_cropped(shelf: Shelf, sheet: Crop | None) -> None:
    shelf.pages.sheet = sheet
    with recorded(shelf.hub) as events:
        assert await shelf.editing.auto_crop(ALICE, A) is None
    assert events == []


async def test_the_white_corners_of_a_turn_are_not_taken_for_paper(shelf: Shelf) -> None:
    await shelf.editing.edit(ALICE, A, Rotate(-3))
    await shelf.editing.auto_crop(ALICE, A)
    assert shelf.pages.measured[0].edits[1:] == (Rotate(-3, fill="#000000"),)


@pytest.mark.parametrize(("turned", "edits"), [(0, ()), (90, (Rotate(90),))])
async def test_a_page_is_turned_upright_by_its_text(
    shelf: Shelf, turned: int, edits: tuple[Rotate, ...]
) -> None:
    shelf.pages.turned = turned
    assert await shelf.editing.auto_orient(ALICE, A) == turned
    assert shelf.documents.page(ALICE, A).edits == (Rotate(180), *edits)


async def test_a_page_with_less_ink_than_the_threshold_is_blank(shelf: Shelf) -> None:
    shelf.pages.inked = BLANK_BELOW / 2
    assert await shelf.editing.is_blank(ALICE, A) == (True, BLANK_BELOW / 2)
    assert await shelf.editing.is_blank(ALICE, A, 0.0) == (False, BLANK_BELOW / 2)
    shelf.pages.inked = BLANK_BELOW
    assert await shelf.editing.is_blank(ALICE, A) == (False, BLANK_BELOW)


async def test_barcodes_of_the_wanted_formats_are_found(shelf: Shelf) -> None:
    shelf.pages.codes = [CODE]
    assert await shelf.editing.barcodes(ALICE, A) == [CODE]
    assert await shelf.editing.barcodes(ALICE, A, [BarcodeFormat.EAN_13]) == []


async def test_a_page_that_is_edited_while_it_is_looked_at_is_not_corrected(shelf: Shelf) -> None:
    shelf.pages.skewed, shelf.pages.turned, shelf.pages.sheet = 3.1, 90, SHEET
    for work in (shelf.editing.deskew, shelf.editing.auto_crop, shelf.editing.auto_orient):
        shelf.pages.measuring.shut()
        looking = asyncio.create_task(work(ALICE, A))
        await shelf.pages.measuring.reached()
        before = await shelf.editing.edit(ALICE, A, Flip())
        shelf.pages.measuring.open()
        with pytest.raises(WrongState, match="edited while"):
            await looking
        assert shelf.documents.page(ALICE, A) == before


async def test_a_page_that_cannot_be_looked_at_stays_as_it_is(shelf: Shelf) -> None:
    shelf.pages.measuring.fault = DamagedImage()
    with pytest.raises(DamagedImage):
        await shelf.editing.deskew(ALICE, A)
    assert shelf.documents.page(ALICE, A).edits == (Rotate(180),)
