"""Reduced: a page of 16 bits a sample with the upper 8 of them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sheetfed.imaging.edited import PageStrips
from sheetfed.imaging.rows import Strip


class ReducedPage:
    def __init__(self, page: PageStrips) -> None:
        self._page = page
        self.image = replace(page.image, depth=8)
        self.strip_rows = page.strip_rows

    def strips(self) -> Iterator[Strip]:
        for strip in self._page.strips():
            yield np.ascontiguousarray(strip[:, 1::2])
