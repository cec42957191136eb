"""Pool: what real workers find out about a page, as it is after its edits."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench.quality import sheets
from PIL import Image as Pillow

from fakes.codes import drawn
from fakes.spooled import write_spool
from sheetfed.core.barcodes import BarcodeFormat
from sheetfed.core.edits import Crop, Rotate
from sheetfed.core.spoolfile import Channel
from sheetfed.imaging.pool import ImagingPool

Store = Callable[[Path], Any]
Keep = Callable[[Pillow.Image], Awaitable[Any]]


@pytest.fixture
def kept(tmp_path: Path, stored: Store) -> Keep:
    """Takes in a picture in gray as a page of the generated sheets' resolution."""

    async def keep(picture: Pillow.Image) -> Any:
        rows = np.array(picture)
        dpi = (sheets.DPI, sheets.DPI)
        frames = [(Channel.GRAY, rows)]
        spool = write_spool(tmp_path / "s", frames, width_px=picture.width, dpi=dpi)
        return await asyncio.to_thread(stored, spool)

    return keep


@pytest.fixture
async def bare(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ImagingPool]:
    """A pool whose workers find no other program."""
    pool = ImagingPool(workers=1)
    with monkeypatch.context() as patched:
        patched.setenv("PATH", "/nowhere")
        await pool.start()
    yield pool
    await pool.close()


async def test_skew_is_that_of_the_edited_page(pool: ImagingPool, kept: Keep) -> None:
    page = await kept(sheets.turned(sheets.text(3), 3.0))
    assert await pool.skew(page.files()) == pytest.approx(3.0, abs=0.2)
    assert await pool.skew(page.files(Rotate(-3.0))) == pytest.approx(0.0, abs=0.2)


async def test_the_sheet_is_found_on_its_lid_and_nowhere_else(
    pool: ImagingPool, kept: Keep
) -> None:
    lid = sheets.blank(1, paper=30)
    lid.paste(sheets.text(1).crop((0, 0, 700, 900)), (120, 150))
    page = await kept(lid)
    box = await pool.paper(page.files())
    assert box is not None
    found = np.array([box.left, box.top, box.right, box.bottom])
    assert np.abs(found - [120, 150, 820, 1050]).max() <= sheets.px(2)
    assert await pool.paper(page.files(Crop(130, 160, 800, 1000))) is None


async def test_ink_tells_a_written_page_from_a_blank_one(pool: ImagingPool, kept: Keep) -> None:
    written = (await kept(sheets.text(2, lines=3))).files()
    assert await pool.ink(written) > 1e-4
    assert await pool.ink((await kept(sheets.blank(2))).files()) == 0.0


async def test_barcodes_come_with_their_places_on_the_edited_page(
    pool: ImagingPool, kept: Keep
) -> None:
    sheet = sheets.blank(4)
    picture = drawn(BarcodeFormat.QR_CODE, "page 1 of 2")
    sheet.paste(Pillow.fromarray(picture), (100, 200))
    page = await kept(sheet)
    (found,) = await pool.barcodes(page.files(), [])
    assert (found.text, found.format) == ("page 1 of 2", BarcodeFormat.QR_CODE)
    (moved,) = await pool.barcodes(page.files(Crop(50, 150, 900, 900)), [BarcodeFormat.QR_CODE])
    before, after = (np.array(code.points).mean(axis=0) for code in (found, moved))
    assert np.abs(before - after - [50, 150]).max() <= 2
    assert await pool.barcodes(page.files(), [BarcodeFormat.EAN_13]) == []


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
async def test_a_page_is_turned_until_its_text_is_upright(
    pool: ImagingPool, kept: Keep, turn: int
) -> None:
    page = await kept(sheets.text(5, lines=24).rotate(turn, expand=True))
    assert await pool.orientation(page.files()) == turn
    assert await pool.orientation(page.files(Rotate(turn))) == 0


async def test_a_page_without_text_stays_as_it_is(pool: ImagingPool, kept: Keep) -> None:
    assert await pool.orientation((await kept(sheets.blank(6))).files()) == 0


async def test_the_languages_of_text_are_those_installed(
    pool: ImagingPool, bare: ImagingPool
) -> None:
    languages = await pool.text_languages()
    assert "eng" in languages
    assert "osd" not in languages
    assert await bare.text_languages() == ()


async def test_without_tesseract_no_page_is_turned(bare: ImagingPool, kept: Keep) -> None:
    page = await kept(sheets.text(5).rotate(90, expand=True))
    assert await bare.orientation(page.files()) == 0
