"""Corrections: the edits that a page's looks ask for."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sheetfed.core.blank import BLANK_BELOW
from sheetfed.core.edited import after, after_all
from sheetfed.core.edits import Crop, Edit, Rotate
from sheetfed.core.errors import ScanError
from sheetfed.core.model import Image
from sheetfed.core.ports import Measures, PageFiles
from sheetfed.core.touchup import TouchUp

STRAIGHT_BELOW: Final = 0.05
"""Degrees; a page that is turned by less stays as it is."""

_BLACK: Final = "#000000"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TouchedUp:
    """What is to become of a page that was just scanned."""

    edits: tuple[Edit, ...] = ()
    is_blank: bool = False


class Corrections:
    """Found out by looking at the page as it is after its edits."""

    def __init__(self, *, measures: Measures) -> None:
        self._measures = measures

    async def skew(self, files: PageFiles) -> float:
        """By how many degrees its lines are turned clockwise."""
        return await self._measures.skew(files)

    async def cropping(self, files: PageFiles, image: Image) -> Crop | None:
        """What keeps the sheet and cuts off the lid around it; None where there is none."""
        # What a turn has filled in white would be taken for paper.
        edits = tuple(
            replace(edit, fill=_BLACK) if isinstance(edit, Rotate) else edit for edit in files.edits
        )
        box = await self._measures.paper(replace(files, edits=edits))
        is_whole = box == Crop(0, 0, image.width_px, image.height_px)
        return None if is_whole else box

    async def touched_up(
        self, files: PageFiles, image: Image, wanted: Sequence[TouchUp]
    ) -> TouchedUp:
        """What these come to. A page that cannot be looked at is left as it is, and kept."""
        edits: tuple[Edit, ...] = ()
        try:
            if TouchUp.DESKEW in wanted:
                edits = deskewing(await self.skew(files))
                after_all(image, edits)
            if TouchUp.AUTO_CROP in wanted:
                turned = after_all(image, edits)
                crop = await self.cropping(replace(files, edits=edits), turned)
                if crop is not None:
                    after(turned, crop)
                    edits = (*edits, crop)
            if TouchUp.DISCARD_BLANK in wanted:
                ink = await self._measures.ink(replace(files, edits=edits))
                return TouchedUp(edits, is_blank=ink < BLANK_BELOW)
        except ScanError as error:
            log.warning("a page is kept as it was scanned: %s", error.message)
            return TouchedUp()
        return TouchedUp(edits)


def deskewing(degrees: float) -> tuple[Edit, ...]:
    """What sets a page upright again that is turned so much clockwise; it grows, so that nothing
    of it is lost."""
    return () if abs(degrees) < STRAIGHT_BELOW else (Rotate(-degrees),)
