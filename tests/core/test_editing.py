"""Editing: checked before anything is written, undone and redone by moving a mark."""

import pytest

from fakes.core import ALICE, ALICE_ON_THE_WEB, BOB
from fakes.recorder import recorded
from fakes.shelf import BUFFER, ONE, Shelf
from sheetfed.core import editing as editing_module
from sheetfed.core.edited import shown
from sheetfed.core.edits import Crop, Flip, Gray, Mirror, Rotate
from sheetfed.core.errors import InvalidParameter, NotFound, NothingToUndo, StoreFull, TooMany
from sheetfed.core.events import PageChanged
from sheetfed.core.model import Mode, PageId

A, B = PageId("a"), PageId("b")


async def test_an_edit_is_kept_with_the_page_and_told(shelf: Shelf) -> None:
    await shelf.fill("a", "b")
    with recorded(shelf.hub) as events:
        page = await shelf.editing.edit(ALICE, B, Rotate(90), Gray())
    assert page.edits == (Rotate(90), Gray())
    assert (shown(page).width_px, shown(page).mode) == (3508, Mode.GRAY)
    assert shelf.documents.page(ALICE, B) == page
    assert shelf.catalogue.rows[BUFFER][1][1] == page
    assert events == [PageChanged(ALICE.owner, BUFFER, ONE, B, 1)]


async def test_an_edit_that_cannot_be_done_changes_nothing(shelf: Shelf) -> None:
    await shelf.fill("a")
    with recorded(shelf.hub) as events, pytest.raises(InvalidParameter, match="not on the page"):
        await shelf.editing.edit(ALICE, A, Flip(), Crop(0, 0, 9999, 10))
    assert shelf.documents.page(ALICE, A).edits == ()
    assert events == []


async def test_an_edit_is_checked_on_the_page_as_it_is_shown(shelf: Shelf) -> None:
    await shelf.fill("a")
    await shelf.editing.edit(ALICE, A, Rotate(90))
    await shelf.editing.edit(ALICE, A, Crop(3000, 0, 3508, 100))
    await shelf.editing.undo(ALICE, A)
    await shelf.editing.undo(ALICE, A)
    with pytest.raises(InvalidParameter):
        await shelf.editing.edit(ALICE, A, Crop(3000, 0, 3508, 100))
    assert shelf.documents.page(ALICE, A).undone == 2


async def test_an_edit_that_cannot_be_written_is_not_there(shelf: Shelf) -> None:
    await shelf.fill("a")
    shelf.catalogue.writing.fault = StoreFull()
    with pytest.raises(StoreFull):
        await shelf.editing.edit(ALICE, A, Flip())
    assert shelf.documents.page(ALICE, A).edits == ()


async def test_undo_and_redo_move_along_the_edits_and_are_told(shelf: Shelf) -> None:
    await shelf.fill("a")
    await shelf.editing.edit(ALICE, A, Flip(), Mirror())
    with recorded(shelf.hub) as events:
        assert (await shelf.editing.undo(ALICE, A)).applied == (Flip(),)
        assert (await shelf.editing.undo(ALICE, A)).applied == ()
        assert (await shelf.editing.redo(ALICE, A)).applied == (Flip(),)
    assert shelf.catalogue.rows[BUFFER][1][0].undone == 1
    assert events == [PageChanged(ALICE.owner, BUFFER, ONE, A, 0)] * 3


async def test_where_nothing_is_left_nothing_is_undone_or_redone(shelf: Shelf) -> None:
    await shelf.fill("a")
    await shelf.editing.edit(ALICE, A, Flip())
    with pytest.raises(NothingToUndo, match="redo"):
        await shelf.editing.redo(ALICE, A)
    await shelf.editing.undo(ALICE, A)
    with pytest.raises(NothingToUndo, match="undo"):
        await shelf.editing.undo(ALICE, A)


async def test_a_new_edit_drops_what_was_undone(shelf: Shelf) -> None:
    await shelf.fill("a")
    await shelf.editing.edit(ALICE, A, Flip(), Gray())
    await shelf.editing.undo(ALICE, A)
    page = await shelf.editing.edit(ALICE, A, Mirror())
    assert (page.edits, page.undone) == ((Flip(), Mirror()), 0)


async def test_a_page_takes_so_many_edits_and_no_more(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing_module, "EDITS_AT_MOST", 3)
    await shelf.fill("a")
    await shelf.editing.edit(ALICE, A, *[Flip()] * 3)
    with pytest.raises(TooMany, match="at most 3 edits"):
        await shelf.editing.edit(ALICE, A, Mirror())
    await shelf.editing.undo(ALICE, A)
    await shelf.editing.edit(ALICE, A, Mirror())
    assert shelf.documents.page(ALICE, A).edits == (Flip(), Flip(), Mirror())


async def test_an_undo_writes_one_row_however_many_pages_there_are(shelf: Shelf) -> None:
    await shelf.fill(*"abc")
    await shelf.editing.edit(ALICE, A, Flip())
    shelf.catalogue.arranging.fault = StoreFull()
    await shelf.editing.undo(ALICE, A)
    assert shelf.catalogue.edits_written == 2
    assert shelf.catalogue.saved == []


async def test_no_edit_at_all_changes_nothing(shelf: Shelf) -> None:
    await shelf.fill("a")
    with recorded(shelf.hub) as events:
        await shelf.editing.edit(ALICE, A)
    assert (events, shelf.catalogue.edits_written) == ([], 0)


async def test_somebody_elses_page_is_not_found(shelf: Shelf) -> None:
    await shelf.fill("a")
    for caller in (BOB, ALICE_ON_THE_WEB):
        for work in (
            shelf.editing.edit(caller, A, Flip()),
            shelf.editing.undo(caller, A),
            shelf.editing.skew(caller, A),
            shelf.editing.deskew(caller, A),
            shelf.editing.auto_crop(caller, A),
            shelf.editing.auto_orient(caller, A),
            shelf.editing.is_blank(caller, A),
            shelf.editing.barcodes(caller, A),
        ):
            with pytest.raises(NotFound):
                await work
