"""Pages that have been taken in, for the tests of what is made from them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sheetfed.core.model import Image
from sheetfed.imaging.ingest import ingest


@dataclass(frozen=True, slots=True)
class Stored:
    """A page's files, and a place for what is made of it."""

    image: Image
    master: Path
    preview: Path
    target: Path


@pytest.fixture
def stored() -> Callable[[Path], Stored]:
    """Takes in a spool; the page's files lie beside it."""

    def store(spool: Path) -> Stored:
        master, preview = spool.with_suffix(".m"), spool.with_suffix(".v")
        image = ingest(spool=spool, master=master, preview=preview)
        return Stored(image, master, preview, spool.with_suffix(".out"))

    return store
