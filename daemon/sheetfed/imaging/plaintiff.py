"""Plain TIFF: a page whose samples lie in its file in one piece, as they do in a page's rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image as Pillow
from PIL.TiffImagePlugin import TiffImageFile

from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Image, Mode
from sheetfed.imaging import files
from sheetfed.imaging.rows import Strip, row_bytes

_KINDS: Final[Mapping[tuple[str, str], tuple[Mode, int]]] = {
    ("RGB", "RGB"): (Mode.COLOR, 8),
    ("RGB", "RGB;16L"): (Mode.COLOR, 16),
    ("L", "L"): (Mode.GRAY, 8),
    ("I;16", "I;16"): (Mode.GRAY, 16),
}
_FARTHEST: Final = 2**63


@dataclass(frozen=True, slots=True)
class PlainPage:
    """Read straight from the file: neither decoded nor held in memory."""

    path: Path
    offset: int
    image: Image

    def strips(self, rows: int) -> Iterator[Strip]:
        """All rows from the top, `rows` at a time; a strip is good until the next is taken.

        Raises DamagedImage.
        """
        buffer = np.empty((rows, row_bytes(self.image)), dtype=np.uint8)
        with files.opened(self.path) as file:
            file.seek(self.offset)
            for top in range(0, self.image.height_px, rows):
                strip = buffer[: self.image.height_px - top]
                if file.readinto(strip.data) != strip.nbytes:
                    raise DamagedImage("the image is cut off")
                yield strip


def found(picture: Pillow.Image, path: Path, dpi: tuple[float, float]) -> PlainPage | None:
    """The page of this file that the picture, upright and not decoded yet, is at; None where it
    has to be decoded or its colors have to be converted."""
    if not isinstance(picture, TiffImageFile) or not picture.tile:
        return None
    codec, _, offset, how = picture.tile[0]
    kind = _KINDS.get((picture.mode, how[0])) if codec == "raw" and how else None
    if kind is None or (picture.mode == "RGB" and "icc_profile" in picture.info):
        return None
    if not isinstance(offset, int) or not 0 <= offset < _FARTHEST:
        return None
    image = Image(picture.width, picture.height, *kind, *dpi)
    return PlainPage(path, offset, image) if _is_in_one_piece(picture.tile, image) else None


def _is_in_one_piece(tiles: Iterable[Any], image: Image) -> bool:
    """Whether they are strips of whole rows that follow each other in the file as on the page."""
    start, top = None, 0
    for _, (left, upper, right, lower), offset, _ in tiles:
        start = offset if start is None else start
        if (left, upper, right) != (0, top, image.width_px):
            return False
        if offset != start + top * row_bytes(image):
            return False
        top = lower
    return top == image.height_px
