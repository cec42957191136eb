"""Blank: how much of a page is ink, apart from noise, shadows, punch holes and the other side."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from sheetfed.imaging.edited import PageStrips
from sheetfed.imaging.overview import Overview, overview

_DPI = 100.0
_NEIGHBOURHOOD_MM = 4.0
_INK_BELOW = 0.72
_SPARSE = 0.01
_SPECK_MM = 0.9
_EDGE_MM = 3.0
_HOLE_MM = (3.5, 9.0)
_HOLE_FILL = 0.6
_HOLE_FROM_EDGE_MM = 26.0


@dataclass(frozen=True, slots=True)
class _Blob:
    """Pixels that touch each other: their box, and how many they are."""

    top: int
    left: int
    bottom: int
    right: int
    size_px: int


def ink_ratio(page: PageStrips) -> float:
    """The part of the page that is covered with ink, 0…1; below BLANK_BELOW it is blank."""
    seen = overview(page, _DPI)
    ink = _ink(seen)
    if ink.mean() > _SPARSE:
        return float(ink.mean())
    kept = sum(
        blob.size_px
        for blob in _blobs(ink)
        if not _is_speck(blob, seen) and not _is_hole(blob, seen)
    )
    return kept / ink.size


def _ink(seen: Overview) -> NDArray[np.bool_]:
    """Where it is darker than the paper around it by more than the other side shines through."""
    darkest = seen.darkest
    radius = max(1, round(_NEIGHBOURHOOD_MM * seen.px_per_mm[0]))
    paper = _brightest(Pillow.fromarray(darkest, "L"), radius)
    ink = np.asarray(darkest < np.asarray(paper, dtype=np.float32) * np.float32(_INK_BELOW))
    # Shadows of the sheet's edges and of the lid.
    across, down = (round(_EDGE_MM * scale) for scale in seen.px_per_mm)
    ink[:down], ink[-down:], ink[:, :across], ink[:, -across:] = False, False, False, False
    return ink


def _brightest(plane: Pillow.Image, radius: int) -> Pillow.Image:
    """The shade of the paper: the brightest of the neighbourhood once noise is smoothed."""
    quarter = plane.reduce(4).filter(ImageFilter.BoxBlur(1))
    side = max(3, radius // 2) | 1
    return (
        quarter.filter(ImageFilter.MaxFilter(side))
        .filter(ImageFilter.BoxBlur(side))
        .resize(plane.size, Pillow.Resampling.BILINEAR)
    )


def _blobs(ink: NDArray[np.bool_]) -> Iterator[_Blob]:
    """Each place of ink, from its pixels' eight neighbours on."""
    left = {(int(row), int(column)) for row, column in np.argwhere(ink)}
    while left:
        todo = [left.pop()]
        rows, columns = [], []
        while todo:
            row, column = todo.pop()
            rows.append(row)
            columns.append(column)
            for near in (
                (row + down, column + across) for down in (-1, 0, 1) for across in (-1, 0, 1)
            ):
                if near in left:
                    left.remove(near)
                    todo.append(near)
        yield _Blob(min(rows), min(columns), max(rows) + 1, max(columns) + 1, len(rows))


def _is_speck(blob: _Blob, seen: Overview) -> bool:
    across, down = seen.px_per_mm
    return max((blob.right - blob.left) / across, (blob.bottom - blob.top) / down) < _SPECK_MM


def _is_hole(blob: _Blob, seen: Overview) -> bool:
    """A punch hole: round, full, of a usual size, near an edge."""
    across, down = seen.px_per_mm
    width_mm, height_mm = (blob.right - blob.left) / across, (blob.bottom - blob.top) / down
    low, high = _HOLE_MM
    if not (low <= width_mm <= high and low <= height_mm <= high):
        return False
    is_full = blob.size_px / ((blob.right - blob.left) * (blob.bottom - blob.top)) >= _HOLE_FILL
    return is_full and _from_edge_mm(blob, seen) <= _HOLE_FROM_EDGE_MM


def _from_edge_mm(blob: _Blob, seen: Overview) -> float:
    across, down = seen.px_per_mm
    width, height = seen.picture.size
    return min(
        blob.left / across,
        (width - blob.right) / across,
        blob.top / down,
        (height - blob.bottom) / down,
    )
