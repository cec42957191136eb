"""Ingest: a spooled page becomes a lossless master and a preview, or nothing."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from fakes.spooled import color_pattern, write_bw_page, write_color_page, write_spool
from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Image, Mode
from sheetfed.core.spoolfile import Channel
from sheetfed.imaging import master as masters
from sheetfed.imaging.ingest import ingest


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def taken_in(spool: Path) -> tuple[Image, Path, Path]:
    master, preview = spool.with_name("m"), spool.with_name("v")
    return ingest(spool=spool, master=master, preview=preview), master, preview


def test_the_master_holds_every_pixel(tmp_path: Path) -> None:
    image, master, _ = taken_in(write_color_page(tmp_path / "s", width_px=851, height_px=1103))
    assert image == Image(851, 1103, Mode.COLOR, 8, 100.0, 100.0)
    with masters.opened(master) as page:
        pixels = np.concatenate(list(page.strips()))
    assert np.array_equal(pixels, color_pattern(851, 1103).reshape(1103, -1))


def test_files_are_private_and_leave_no_part_behind(tmp_path: Path) -> None:
    _, master, preview = taken_in(write_color_page(tmp_path / "s"))
    assert (mode_of(master), mode_of(preview)) == (0o600, 0o600)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m", "s", "v"]


def test_a_large_page_is_reduced_by_a_whole_factor(tmp_path: Path) -> None:
    width_px, height_px = 2005, 3508
    y = np.mgrid[0:height_px, 0:width_px][0]
    rows = (y * 255 // height_px).astype(np.uint8)
    spool = write_spool(tmp_path / "s", [(Channel.GRAY, rows)], width_px=width_px)
    _, _, preview = taken_in(spool)
    with Pillow.open(preview) as small:
        assert (small.format, small.mode, small.size) == ("JPEG", "L", (669, 1170))
        shown = np.asarray(small).astype(int)
    expected = np.arange(1170)[:, np.newaxis] * 255 / 1169
    assert np.abs(shown - expected).max() < 4


def test_a_small_page_is_its_own_preview(tmp_path: Path) -> None:
    _, _, preview = taken_in(write_color_page(tmp_path / "s", width_px=850, height_px=1100))
    with Pillow.open(preview) as small:
        assert (small.format, small.mode, small.size) == ("JPEG", "RGB", (850, 1100))


def test_black_and_white_has_a_preview_in_shades(tmp_path: Path) -> None:
    image, _, preview = taken_in(write_bw_page(tmp_path / "s", width_px=2001, height_px=3001))
    assert (image.mode, image.depth) == (Mode.BW, 1)
    with Pillow.open(preview) as small:
        assert (small.format, small.mode, small.size) == ("PNG", "L", (1001, 1501))
        assert small.getpixel((15, 700)) == 0
        assert small.getpixel((500, 700)) == 255


@pytest.mark.parametrize("channel", [Channel.GRAY, Channel.RGB])
def test_sixteen_bits_stay_in_the_master(tmp_path: Path, channel: Channel) -> None:
    samples = 3 if channel is Channel.RGB else 1
    words = np.random.default_rng(1).integers(0, 65536, (60, 33 * samples), dtype=np.uint16)
    rows = words.astype("<u2").view(np.uint8)
    spool = write_spool(tmp_path / "s", [(channel, rows)], width_px=33, depth=16)
    image, master, preview = taken_in(spool)
    assert image.depth == 16
    with masters.opened(master) as page:
        assert np.array_equal(np.concatenate(list(page.strips())), rows)
    with Pillow.open(preview) as small:
        assert small.size == (33, 60)


def test_a_damaged_spool_leaves_nothing_behind(tmp_path: Path) -> None:
    spool = tmp_path / "s"
    spool.write_bytes(b"nothing of a page")
    with pytest.raises(DamagedImage):
        taken_in(spool)
    assert list(tmp_path.iterdir()) == [spool]
