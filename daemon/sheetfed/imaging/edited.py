"""Edited: a page with its edits applied, in strips like its master."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, assert_never

import numpy as np

from sheetfed.core.edited import after
from sheetfed.core.edits import (
    BlackWhite,
    Brightness,
    Contrast,
    Crop,
    Edit,
    Erase,
    Flip,
    Gray,
    Invert,
    Mirror,
    Resize,
    Rotate,
    SetDpi,
)
from sheetfed.core.model import Image
from sheetfed.imaging import geometry, master, tones
from sheetfed.imaging.rows import Strip, strip_rows
from sheetfed.imaging.samples import Samples, packed, unpacked


class PageStrips(Protocol):
    """A page that can be read from the top: a master, or one with edits."""

    @property
    def image(self) -> Image: ...

    @property
    def strip_rows(self) -> int:
        """How many rows each strip but the last has."""
        ...

    def strips(self) -> Iterator[Strip]: ...


class EditedPage:
    """Holds the whole page in memory: up to about four times its size while it is edited."""

    def __init__(self, page: PageStrips, edits: Sequence[Edit]) -> None:
        self.image = page.image
        self._pixels = unpacked(page.strips(), page.image)
        for edit in edits:
            self._pixels = _applied(self._pixels, self.image, edit)
            self.image = after(self.image, edit)
        self.strip_rows = strip_rows(self.image)

    def strips(self) -> Iterator[Strip]:
        return packed(self._pixels, self.image)


@contextmanager
def opened(path: Path, edits: Sequence[Edit] = ()) -> Iterator[PageStrips]:
    """The page of this master after these edits. Raises DamagedImage."""
    with master.opened(path) as page:
        yield edited(page, edits)


def edited(page: PageStrips, edits: Sequence[Edit]) -> PageStrips:
    """The page itself where there is nothing to edit."""
    return EditedPage(page, edits) if edits else page


def _applied(pixels: Samples, image: Image, edit: Edit) -> Samples:
    match edit:
        case Rotate():
            return geometry.rotated(pixels, image, edit)
        case Mirror():
            return np.fliplr(pixels)
        case Flip():
            return np.flipud(pixels)
        case Crop():
            return geometry.cropped(pixels, edit)
        case Erase():
            return geometry.erased(pixels, image, edit)
        case Resize():
            return geometry.resized(pixels, image, edit)
        case SetDpi():
            return geometry.with_dpi(pixels, image, edit)
        case Gray():
            return tones.gray(pixels, image)
        case BlackWhite():
            return tones.black_white(pixels, image, edit)
        case Invert():
            return tones.inverted(pixels, image)
        case Brightness():
            return tones.brighter(pixels, image, edit)
        case Contrast():
            return tones.contrasted(pixels, image, edit)
        case _:
            assert_never(edit)
