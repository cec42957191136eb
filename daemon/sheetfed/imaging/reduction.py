"""Reduction: edits as they are on a picture of the page that is smaller by a whole factor."""

from collections.abc import Sequence
from dataclasses import replace

from sheetfed.core.edited import after
from sheetfed.core.edits import BlackWhite, Contrast, Crop, Edit, Erase, Resize, SetDpi
from sheetfed.core.model import Image


def reduced(edits: Sequence[Edit], small: Image, factor: int) -> list[Edit] | None:
    """What gives on the small picture nearly what the edits give, reduced, on the page.

    None when one of them does not treat the mean of some pixels as it does each of them.
    """
    made = []
    for edit in edits:
        if isinstance(edit, BlackWhite | Contrast):
            return None
        made.append(_reduced(edit, small, factor))
        small = after(small, made[-1])
    return made


def _reduced(edit: Edit, small: Image, factor: int) -> Edit:
    match edit:
        case Crop(left, top, right, bottom) | Erase(left, top, right, bottom):
            left, right = _span(left, right, small.width_px, factor)
            top, bottom = _span(top, bottom, small.height_px, factor)
            return replace(edit, left=left, top=top, right=right, bottom=bottom)
        case Resize(width, height):
            width, height = max(1, round(width / factor)), max(1, round(height / factor))
            return replace(edit, width=width, height=height)
        case SetDpi(x, y):
            return replace(edit, x=x / factor, y=y / factor)
        case _:
            return edit


def _span(start: int, end: int, length_px: int, factor: int) -> tuple[int, int]:
    """At least a pixel, on the picture."""
    first = min(round(start / factor), length_px - 1)
    return first, max(first + 1, min(round(end / factor), length_px))
