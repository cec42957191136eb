"""Pages that have been taken in, and pools of real workers, for the tests of this folder."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.image_workers import site
from fakes.spooled import write_bw_page
from sheetfed.core.edits import Edit
from sheetfed.core.model import Image
from sheetfed.core.ports import PageFiles
from sheetfed.imaging.ingest import ingest
from sheetfed.imaging.pool import ImagingPool


@dataclass(frozen=True, slots=True)
class Stored:
    """A page's files, and a place for what is made of it."""

    image: Image
    master: Path
    preview: Path
    target: Path

    def files(self, *edits: Edit) -> PageFiles:
        return PageFiles(self.master, self.preview, edits)


@pytest.fixture
def stored() -> Callable[[Path], Stored]:
    """Takes in a spool; the page's files lie beside it."""

    def store(spool: Path) -> Stored:
        master, preview = spool.with_suffix(".m"), spool.with_suffix(".v")
        image = ingest(spool=spool, master=master, preview=preview)
        return Stored(image, master, preview, spool.with_suffix(".out"))

    return store


@pytest.fixture(autouse=True)
def reached(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers can be held up and killed by the files they open."""
    monkeypatch.setenv("PYTHONPATH", str(site(tmp_path_factory.mktemp("site"))))


@pytest.fixture
async def pool() -> AsyncIterator[ImagingPool]:
    pool = ImagingPool(workers=2)
    await pool.start()
    yield pool
    await pool.close()


@pytest.fixture
async def single() -> AsyncIterator[ImagingPool]:
    pool = ImagingPool(workers=1)
    await pool.start()
    yield pool
    await pool.close()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return write_bw_page(tmp_path / "spool")


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return tmp_path / "master"


@pytest.fixture
def preview(tmp_path: Path) -> Path:
    return tmp_path / "preview"
