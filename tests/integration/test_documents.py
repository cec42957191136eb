"""Documents over a real store and real image workers: what is done to pages outlives a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw

from fakes.clock import FakeClock
from fakes.core import ALICE
from sheetfed.core.edited import shown
from sheetfed.core.edits import BlackWhite, Crop, Rotate
from sheetfed.core.errors import DamagedImage
from sheetfed.core.events import Hub
from sheetfed.core.meter import NO_METER
from sheetfed.core.model import DocumentId, Page
from sheetfed.core.renders import fitted
from sheetfed.core.splitting import AtBlank
from sheetfed.imaging.pool import ImagingPool
from sheetfed.papers import Papers
from sheetfed.storage.store import Store

A5_DPI = 100
A5_PX = (583, 827)


class Desk(Papers):
    """Documents over a store, as the daemon puts them together."""

    def __init__(self, store: Store, imaging: ImagingPool) -> None:
        super().__init__(
            store=store,
            imaging=imaging,
            hub=Hub(),
            clock=FakeClock(),
            pages_at_most=1000,
            instances_at_most=1000,
            meter=NO_METER,
        )
        self.store = store

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path, imaging: ImagingPool) -> AsyncIterator[Self]:
        async with Store.open(folder / "store", cache=folder / "cache") as store:
            desk = cls(store, imaging)
            await desk.collection.load()
            try:
                yield desk
            finally:
                await desk.close()

    def pages(self, document: DocumentId) -> list[Page]:
        return self.documents.pages_of(self.documents.get(ALICE, document))

    def files(self) -> set[Path]:
        blobs = {self.store.blobs.master(page.id).parents[1] for page in self.every()}
        return {path for folder in blobs for path in folder.rglob("*") if path.suffix}

    def every(self) -> list[Page]:
        return list(self.collection.pages.values())


@pytest.fixture
async def imaging() -> AsyncIterator[ImagingPool]:
    pool = ImagingPool(workers=2)
    await pool.start()
    yield pool
    await pool.close()


@pytest.fixture
async def desk(tmp_path: Path, imaging: ImagingPool) -> AsyncIterator[Desk]:
    async with Desk.open(tmp_path, imaging) as desk:
        yield desk


def lines(degrees: float = 0.0) -> Pillow.Image:
    """A sheet of A5 with lines of words, turned clockwise."""
    sheet = Pillow.new("L", A5_PX, 250)
    draw = ImageDraw.Draw(sheet)
    for row in range(60, 760, 24):
        for column in range(60, 500, 40):
            draw.rectangle((column, row, column + 28, row + 9), fill=20)
    return sheet.rotate(-degrees, Pillow.Resampling.BICUBIC, expand=True, fillcolor=250)


def write(path: Path, *sheets: Pillow.Image) -> Path:
    first, *rest = sheets
    first.save(path, "TIFF", save_all=True, append_images=rest, dpi=(A5_DPI, A5_DPI))
    return path


BLANK = Pillow.new("L", A5_PX, 250)


async def test_a_file_is_loaded_edited_arranged_and_there_again_after_a_restart(
    tmp_path: Path, imaging: ImagingPool
) -> None:
    source = await asyncio.to_thread(write, tmp_path / "s.tiff", *[lines() for _ in range(3)])
    async with Desk.open(tmp_path, imaging) as desk:
        first, second, third = await desk.loading.load(ALICE, source)
        document = first.document
        await desk.editing.edit(ALICE, first.id, Rotate(90), BlackWhite())
        await desk.editing.undo(ALICE, first.id)
        (copy,) = await desk.arranging.copy(ALICE, [first.id], document, 0)
        await desk.arranging.swap(ALICE, document, 2, 3)
        await desk.documents.remove_pages(document, [1])
        await desk.describing.set_current(ALICE, document, 2)
        await desk.describing.describe(ALICE, document, name="letters", metadata={"year": 2024})
        await desk.collection.save_late()
        before = desk.documents.get(ALICE, document), desk.pages(document)
        render = await desk.renders.read(fitted(desk.pages(document)[0], 100, 100, None))
    assert [page.id for page in before[1]] == [copy.id, third.id, second.id]
    async with Desk.open(tmp_path, imaging) as desk:
        assert (desk.documents.get(ALICE, document), desk.pages(document)) == before
        page = desk.documents.page(ALICE, copy.id)
        assert (page.edits, page.applied) == ((Rotate(90), BlackWhite()), (Rotate(90),))
        assert await desk.renders.read(fitted(page, 100, 100, None)) == render
        assert await desk.store.blobs.sweep(desk.documents.all_pages()) == 0
        assert len(await asyncio.to_thread(desk.files)) == 6


async def test_a_damaged_page_lets_nothing_of_its_file_stay(desk: Desk, tmp_path: Path) -> None:
    path = await asyncio.to_thread(write, tmp_path / "s.tiff", *[lines() for _ in range(3)])
    data = await asyncio.to_thread(path.read_bytes)
    await asyncio.to_thread(path.write_bytes, data[: len(data) * 3 // 4])
    with pytest.raises(DamagedImage):
        await desk.loading.load(ALICE, path)
    assert desk.every() == []
    assert desk.store.used_bytes == 0
    assert await desk.store.blobs.sweep(frozenset()) == 0


async def test_a_skewed_page_is_set_upright(desk: Desk, tmp_path: Path) -> None:
    source = await asyncio.to_thread(write, tmp_path / "s.tiff", lines(4.0))
    (page,) = await desk.loading.load(ALICE, source)
    assert await desk.editing.deskew(ALICE, page.id) == pytest.approx(4.0, abs=0.2)
    assert await desk.editing.skew(ALICE, page.id) == pytest.approx(0.0, abs=0.2)


async def test_a_skewed_sheet_on_a_dark_lid_is_set_upright_and_cut_out(
    desk: Desk, tmp_path: Path
) -> None:
    glass = Pillow.new("L", (827, 1169), 30)
    sheet = lines(4.0)
    mask = Pillow.new("L", A5_PX, 255).rotate(-4.0, expand=True)
    glass.paste(sheet, (80, 90), mask)
    source = await asyncio.to_thread(write, tmp_path / "s.tiff", glass)
    (page,) = await desk.loading.load(ALICE, source)
    await desk.editing.deskew(ALICE, page.id)
    assert isinstance(await desk.editing.auto_crop(ALICE, page.id), Crop)
    after = shown(desk.documents.page(ALICE, page.id))
    assert after.width_px == pytest.approx(A5_PX[0], abs=8)
    assert after.height_px == pytest.approx(A5_PX[1], abs=8)


async def test_a_stack_is_split_at_its_blank_sheets(desk: Desk, tmp_path: Path) -> None:
    stack = (lines(), BLANK, lines(), lines(), BLANK)
    source = await asyncio.to_thread(write, tmp_path / "s.tiff", *stack)
    pages = await desk.loading.load(ALICE, source)
    parts = await desk.splitting.split(ALICE, pages[0].document, AtBlank())
    assert [[page.sequence for page in desk.pages(part)] for part in parts] == [[0], [2, 3]]
    assert desk.pages(pages[0].document) == []
    assert await desk.store.blobs.sweep(desk.documents.all_pages()) == 0
