"""Paper: where the sheet lies on a page that shows the scanner's dark lid around it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from sheetfed.core.edits import Crop
from sheetfed.imaging.edited import PageStrips
from sheetfed.imaging.overview import Overview, overview
from sheetfed.imaging.tones import otsu

_DPI = 75.0
_SPECK_MM = 2.0
_CONTRAST_LEAST = 40
_LID_LEAST = 0.9
_SHEET_MOST = 0.99
_SHEET_LEAST_MM = 20.0


@dataclass(frozen=True, slots=True)
class _Box:
    left: int
    top: int
    right: int
    bottom: int


def paper_box(page: PageStrips) -> Crop | None:
    """The rectangle around the sheet, in pixels of the page; None where no lid is seen."""
    seen = overview(page, _DPI)
    box = _sheet(seen)
    if box is None:
        return None
    across = page.image.width_px / seen.picture.width
    down = page.image.height_px / seen.picture.height
    return Crop(
        left=round(box.left * across),
        top=round(box.top * down),
        right=min(page.image.width_px, round(box.right * across)),
        bottom=min(page.image.height_px, round(box.bottom * down)),
    )


def _sheet(seen: Overview) -> _Box | None:
    plane = seen.gray
    threshold = otsu(plane)
    bright = _without_specks(plane >= threshold, seen)
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    if not len(rows):
        return None
    box = _Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    across, down = seen.px_per_mm
    if (box.right - box.left) / across < _SHEET_LEAST_MM:
        return None
    if (box.bottom - box.top) / down < _SHEET_LEAST_MM:
        return None
    return box if _is_lid_around(plane, threshold, box) else None


def _without_specks(bright: NDArray[np.bool_], seen: Overview) -> NDArray[np.bool_]:
    """What is left of the bright places when those narrower than a speck are taken out."""
    side = max(3, round(_SPECK_MM * seen.px_per_mm[0])) | 1
    mask = Pillow.fromarray(bright.astype(np.uint8) * 255, "L")
    opened = mask.filter(ImageFilter.MinFilter(side)).filter(ImageFilter.MaxFilter(side))
    return np.asarray(opened) > 0


def _is_lid_around(plane: NDArray[np.uint8], threshold: int, box: _Box) -> bool:
    outside = np.ones(plane.shape, dtype=bool)
    outside[box.top : box.bottom, box.left : box.right] = False
    if outside.mean() < 1 - _SHEET_MOST:
        return False
    lid, sheet = plane[outside], plane[~outside]
    is_dark = (lid < threshold).mean() >= _LID_LEAST
    paper = sheet[sheet >= threshold]
    return bool(is_dark and np.median(paper) - np.median(lid) >= _CONTRAST_LEAST)
