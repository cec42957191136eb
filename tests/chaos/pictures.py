"""Pictures: the pixels that a page may have, told by their digests."""

import hashlib
import io
import json
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chaos.told import Edits, require
from fakes.scripted import pixels

STACK = 6
"""Pages in a scripted feeder."""


def digest(rows: NDArray[np.uint8]) -> str:
    return hashlib.sha256(repr(rows.shape).encode() + rows.tobytes()).hexdigest()


def digest_of(png: bytes) -> str:
    with Image.open(io.BytesIO(png)) as picture:
        return digest(np.asarray(picture))


@cache
def seeds() -> dict[str, int]:
    """The pages of a scripted feeder, by their digests."""
    return {digest(pixels(seed)): seed for seed in range(1, STACK + 1)}


@cache
def letter(number: int) -> tuple[bytes, str]:
    """A PNG from outside and the digest of its pixels; a few different ones."""
    rows = np.random.default_rng(number).integers(0, 256, (60, 40 + number), np.uint8)
    file = io.BytesIO()
    Image.fromarray(rows).save(file, "PNG")
    return file.getvalue(), digest(rows)


LETTERS = 5


class Gallery:
    """What was seen once is what has to be seen ever after."""

    def __init__(self) -> None:
        self._letters = {letter(number)[1] for number in range(LETTERS)}
        self._patterns: set[str] = set()
        self._shown: dict[tuple[str, str], str] = {}

    def expect(self, png: bytes) -> None:
        """A scan of the test backend, when nothing goes wrong."""
        self._patterns.add(digest_of(png))

    def see(self, page: str, base: str | None, edits: Edits, png: bytes) -> str | None:
        """The digest of the page without its edits, where that can be told."""
        found = digest_of(png)
        if not edits:
            allowed = self._letters | self._patterns | seeds().keys()
            require(found in allowed, f"{page} has pixels that nobody scanned")
            require(base in (None, found), f"{page} has other pixels than it had")
            return found
        if base is not None:
            first = self._shown.setdefault((base, json.dumps(edits)), found)
            require(first == found, f"{page} with {edits} has other pixels than it had")
        return base
