"""Verify: a page whose files can be read is told, and one whose files cannot is refused."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image as Pillow

from fakes.spooled import write_bw_page, write_color_page
from imaging.conftest import Stored
from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Image, Mode
from sheetfed.imaging import verify as verifying
from sheetfed.imaging.master import MasterWriter
from sheetfed.imaging.pool import ImagingPool
from sheetfed.imaging.verify import verify

Store = Callable[[Path], Stored]


@pytest.mark.parametrize("write", [write_color_page, write_bw_page])
def test_a_sound_page_is_told_as_it_is(
    tmp_path: Path, stored: Store, write: Callable[[Path], Path]
) -> None:
    page = stored(write(tmp_path / "spool"))
    assert verify(master=page.master, preview=page.preview) == page.image


async def test_the_pool_does_it_in_a_worker(
    tmp_path: Path, stored: Store, single: ImagingPool
) -> None:
    page = await asyncio.to_thread(stored, write_color_page(tmp_path / "spool"))
    assert await single.verify(master=page.master, preview=page.preview) == page.image
    page.master.unlink()
    with pytest.raises(DamagedImage, match="missing"):
        await single.verify(master=page.master, preview=page.preview)


@pytest.mark.parametrize("part", [0.0, 0.3, 0.6, 0.99])
def test_a_flipped_bit_anywhere_in_the_master_is_found(
    tmp_path: Path, stored: Store, part: float
) -> None:
    page = stored(write_color_page(tmp_path / "spool"))
    data = bytearray(page.master.read_bytes())
    data[int(len(data) * part)] ^= 1
    page.master.write_bytes(data)
    with pytest.raises(DamagedImage):
        verify(master=page.master, preview=page.preview)


@pytest.mark.parametrize("name", ["master", "preview"])
def test_a_file_that_is_cut_off_is_found(tmp_path: Path, stored: Store, name: str) -> None:
    page = stored(write_color_page(tmp_path / "spool"))
    path: Path = getattr(page, name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DamagedImage):
        verify(master=page.master, preview=page.preview)


@pytest.mark.parametrize("content", [None, b"", b"no picture"])
def test_a_page_without_its_preview_is_found(
    tmp_path: Path, stored: Store, content: bytes | None
) -> None:
    page = stored(write_color_page(tmp_path / "spool"))
    page.preview.unlink()
    if content is not None:
        page.preview.write_bytes(content)
    with pytest.raises(DamagedImage, match="preview"):
        verify(master=page.master, preview=page.preview)


def test_a_preview_that_is_a_bomb_is_not_decoded(tmp_path: Path, stored: Store) -> None:
    page = stored(write_color_page(tmp_path / "spool"))
    Pillow.new("1", (30_000, 5_000)).save(page.preview, "PNG")
    with pytest.raises(DamagedImage, match="larger than a preview"):
        verify(master=page.master, preview=page.preview)


@pytest.mark.parametrize(
    ("width_px", "height_px", "rows"),
    [(70_000, 10, 1), (60_000, 60_000, 1), (20_000, 20_000, 20_000)],
)
def test_a_master_that_is_a_bomb_is_not_unpacked(
    tmp_path: Path, stored: Store, width_px: int, height_px: int, rows: int
) -> None:
    page = stored(write_color_page(tmp_path / "spool"))
    huge = Image(width_px, height_px, Mode.COLOR, 8, 300.0, 300.0)
    with page.master.open("wb") as file:
        MasterWriter(file, image=huge, strip_rows=rows)
    with pytest.raises(DamagedImage, match="larger than a page"):
        verify(master=page.master, preview=page.preview)


def test_the_largest_strip_of_our_own_is_no_bomb() -> None:
    from sheetfed.core.edits import SIDE_AT_MOST_PX
    from sheetfed.imaging.preview import factor
    from sheetfed.imaging.rows import row_bytes, strip_rows

    widest = Image(SIDE_AT_MOST_PX, 9_000, Mode.COLOR, 16, 300.0, 300.0)
    rows = strip_rows(widest, multiple_of=factor(widest))
    assert rows * row_bytes(widest) <= verifying._STRIP_BYTES_AT_MOST
