"""Editing: what is done to a page can be undone; what is seen of it can be acted upon."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from sheetfed.core.barcodes import Barcode, BarcodeFormat
from sheetfed.core.blank import BLANK_BELOW
from sheetfed.core.collection import Collection
from sheetfed.core.corrections import Corrections, deskewing
from sheetfed.core.documents import Documents
from sheetfed.core.edited import after_all, shown
from sheetfed.core.edits import Crop, Edit, Rotate
from sheetfed.core.errors import NothingToUndo, TooMany, WrongState
from sheetfed.core.model import Caller, Page, PageId
from sheetfed.core.ports import Measures
from sheetfed.core.renders import Renders

EDITS_AT_MOST: Final = 200
"""Of one page."""


class Editing:
    """A page that is not the caller's is NotFound. What is measured is the page as it is shown."""

    def __init__(
        self,
        *,
        collection: Collection,
        documents: Documents,
        renders: Renders,
        measures: Measures,
    ) -> None:
        self._collection = collection
        self._documents = documents
        self._renders = renders
        self._measures = measures
        self._corrections = Corrections(measures=measures)

    async def edit(self, caller: Caller, page: PageId, *edits: Edit) -> Page:
        """Do all of these or none; what was undone before cannot be redone any more.

        Raises InvalidParameter when one of them cannot be done, or TooMany.
        """
        return await self._change(caller, page, lambda found: edited(found, edits))

    async def undo(self, caller: Caller, page: PageId) -> Page:
        """Raises NothingToUndo."""
        return await self._change(caller, page, undone)

    async def redo(self, caller: Caller, page: PageId) -> Page:
        """Raises NothingToUndo."""
        return await self._change(caller, page, redone)

    async def skew(self, caller: Caller, page: PageId) -> float:
        """By how many degrees its lines are turned clockwise; 0 without lines."""
        found = self._documents.page(caller, page)
        return await self._corrections.skew(self._renders.files(found))

    async def deskew(self, caller: Caller, page: PageId) -> float:
        """Set its lines upright; returns by how many degrees clockwise they were turned."""
        found = self._documents.page(caller, page)
        degrees = await self._corrections.skew(self._renders.files(found))
        await self._correct(caller, found, deskewing(degrees))
        return degrees

    async def auto_crop(self, caller: Caller, page: PageId) -> Crop | None:
        """Cut off the scanner's lid around the sheet; returns what was kept, None if all was."""
        found = self._documents.page(caller, page)
        crop = await self._corrections.cropping(self._renders.files(found), shown(found))
        await self._correct(caller, found, () if crop is None else (crop,))
        return crop

    async def auto_orient(self, caller: Caller, page: PageId) -> int:
        """Turn it so that its text stands upright; returns by how many degrees clockwise."""
        found = self._documents.page(caller, page)
        degrees = await self._measures.orientation(self._renders.files(found))
        await self._correct(caller, found, (Rotate(degrees),) if degrees else ())
        return degrees

    async def is_blank(
        self, caller: Caller, page: PageId, threshold: float = BLANK_BELOW
    ) -> tuple[bool, float]:
        """Whether less of it than the threshold is ink, 0…1, and how much is."""
        found = self._documents.page(caller, page)
        ratio = await self._measures.ink(self._renders.files(found))
        return ratio < threshold, ratio

    async def barcodes(
        self, caller: Caller, page: PageId, formats: Sequence[BarcodeFormat] = ()
    ) -> Sequence[Barcode]:
        """Those of these formats, of all without any."""
        found = self._documents.page(caller, page)
        return await self._measures.barcodes(self._renders.files(found), formats)

    async def _correct(self, caller: Caller, measured: Page, edits: Sequence[Edit]) -> None:
        """Raises WrongState when the page is not any more as it was measured."""

        def plan(found: Page) -> Page:
            if found.applied != measured.applied:
                raise WrongState("the page was edited while it was looked at; try again")
            return edited(found, edits)

        if edits:
            await self._change(caller, measured.id, plan)

    async def _change(self, caller: Caller, page: PageId, plan: Callable[[Page], Page]) -> Page:
        self._documents.page(caller, page)
        return await self._collection.change_page(page, plan)


def edited(page: Page, edits: Sequence[Edit]) -> Page:
    """The page after these edits too. Raises InvalidParameter or TooMany."""
    after_all(shown(page), edits)
    every = (*page.applied, *edits)
    if len(every) > EDITS_AT_MOST:
        raise TooMany(f"a page takes at most {EDITS_AT_MOST} edits", details={"edits": len(every)})
    return replace(page, edits=every, undone=0)


def undone(page: Page) -> Page:
    """The page without the last edit that is applied. Raises NothingToUndo."""
    if not page.applied:
        raise NothingToUndo("there is no edit to undo")
    return replace(page, undone=page.undone + 1)


def redone(page: Page) -> Page:
    """The page with the edit that was undone last. Raises NothingToUndo."""
    if page.undone == 0:
        raise NothingToUndo("there is no edit to redo")
    return replace(page, undone=page.undone - 1)
