"""Export: a page at its full size in the formats of others, as other programs read them."""

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from fakes.spooled import color_pattern, write_bw_page, write_color_page, write_spool
from sheetfed.core.errors import DamagedImage, UnsupportedImage
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.spoolfile import Channel
from sheetfed.imaging import pdf
from sheetfed.imaging.edited import opened
from sheetfed.imaging.export import export

Store = Callable[[Path], Any]


def exported(page: Any, image_type: ImageType, quality: int = 85) -> Path:
    with opened(page.master) as whole:
        options = ExportOptions(quality=quality)
        export(whole, image_type=image_type, options=options, target=page.target)
    return Path(page.target)


def poppler(program: str, *words: str | Path) -> str:
    run = subprocess.run([program, *words], check=True, capture_output=True, text=True, timeout=10)
    return run.stdout


def gray_page(path: Path, width_px: int, height_px: int) -> Path:
    rows = np.ascontiguousarray(color_pattern(width_px, height_px)[:, :, 0])
    return write_spool(path, [(Channel.GRAY, rows)], width_px=width_px)


@pytest.mark.parametrize(("width_px", "height_px"), [(851, 1103), (1, 1), (2000, 700), (17, 4100)])
@pytest.mark.parametrize("quality", [40, 85, 100])
def test_a_jpeg_made_of_strips_is_that_of_the_whole(
    tmp_path: Path, stored: Store, width_px: int, height_px: int, quality: int
) -> None:
    spool = write_color_page(tmp_path / "s", width_px=width_px, height_px=height_px)
    made = exported(stored(spool), ImageType.JPEG, quality)
    whole = BytesIO()
    Pillow.fromarray(color_pattern(width_px, height_px)).save(whole, "JPEG", quality=quality)
    with Pillow.open(made) as found, Pillow.open(whole) as expected:
        assert np.array_equal(np.asarray(found), np.asarray(expected))
        assert found.info["dpi"] == (100, 100)


def test_a_gray_jpeg_made_of_strips_is_that_of_the_whole(tmp_path: Path, stored: Store) -> None:
    made = exported(stored(gray_page(tmp_path / "s", 853, 4100)), ImageType.JPEG)
    whole = BytesIO()
    Pillow.fromarray(color_pattern(853, 4100)[:, :, 0]).save(whole, "JPEG", quality=85)
    with Pillow.open(made) as found, Pillow.open(whole) as expected:
        assert np.array_equal(np.asarray(found), np.asarray(expected))


def test_a_page_too_long_for_jpeg_is_refused(tmp_path: Path, stored: Store) -> None:
    page = stored(gray_page(tmp_path / "s", 2, 65501))
    with pytest.raises(UnsupportedImage):
        exported(page, ImageType.JPEG)
    assert not page.target.exists()


def test_a_png_holds_every_pixel_and_the_resolution(tmp_path: Path, stored: Store) -> None:
    made = exported(stored(write_color_page(tmp_path / "s", dpi=300.0)), ImageType.PNG)
    with Pillow.open(made) as found:
        assert np.array_equal(np.asarray(found), color_pattern(850, 1100))
        assert found.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_a_black_and_white_png_has_one_bit(tmp_path: Path, stored: Store) -> None:
    made = exported(stored(write_bw_page(tmp_path / "s", width_px=851)), ImageType.PNG)
    with Pillow.open(made) as found:
        assert (found.mode, found.size) == ("1", (851, 1100))
        assert (found.getpixel((30, 30)), found.getpixel((400, 400))) == (0, 255)


def sixteen_bit_page(path: Path, channel: Channel) -> tuple[Path, np.ndarray]:
    samples = 3 if channel is Channel.RGB else 1
    words = np.random.default_rng(1).integers(0, 65536, (90, 33 * samples), dtype=np.uint16)
    rows = words.astype("<u2").view(np.uint8)
    return write_spool(path, [(channel, rows)], width_px=33, depth=16), words


def test_a_gray_png_keeps_sixteen_bits(tmp_path: Path, stored: Store) -> None:
    spool, words = sixteen_bit_page(tmp_path / "s", Channel.GRAY)
    with Pillow.open(exported(stored(spool), ImageType.PNG)) as found:
        assert np.array_equal(np.asarray(found), words)


def test_a_color_png_keeps_sixteen_bits(tmp_path: Path, stored: Store) -> None:
    spool, words = sixteen_bit_page(tmp_path / "s", Channel.RGB)
    made = exported(stored(spool), ImageType.PNG)
    assert made.read_bytes()[24] == 16, "the header's bit depth"
    with Pillow.open(made) as found:
        assert np.array_equal(np.asarray(found), (words >> 8).reshape(90, 33, 3))


def test_a_jpeg_of_sixteen_bits_has_the_upper_eight(tmp_path: Path, stored: Store) -> None:
    spool, words = sixteen_bit_page(tmp_path / "s", Channel.GRAY)
    with Pillow.open(exported(stored(spool), ImageType.JPEG, 100)) as found:
        assert np.abs(np.asarray(found).astype(int) - (words >> 8)).max() <= 2


def test_a_color_pdf_has_the_size_of_the_sheet_and_a_jpeg(tmp_path: Path, stored: Store) -> None:
    made = exported(stored(write_color_page(tmp_path / "s")), ImageType.PDF)
    assert "Page size:       612 x 792 pts (letter)" in poppler("pdfinfo", made)
    _, _, image = poppler("pdfimages", "-list", made).strip().split("\n")
    assert image.split()[3:9] == ["850", "1100", "rgb", "3", "8", "jpeg"]
    assert image.split()[12:14] == ["100", "100"]


def test_a_black_and_white_pdf_is_group_4_and_not_inverted(tmp_path: Path, stored: Store) -> None:
    made = exported(stored(write_bw_page(tmp_path / "s")), ImageType.PDF)
    _, _, image = poppler("pdfimages", "-list", made).strip().split("\n")
    assert image.split()[3:9] == ["850", "1100", "gray", "1", "1", "ccitt"]
    poppler("pdftoppm", "-r", "100", "-gray", "-singlefile", made, tmp_path / "shown")
    with Pillow.open(tmp_path / "shown.pgm") as shown:
        assert shown.size == (850, 1100)
        assert (shown.getpixel((30, 500)), shown.getpixel((400, 500))) == (0, 255)


def test_a_page_of_unknown_resolution_has_a_pdf(tmp_path: Path, stored: Store) -> None:
    made = exported(stored(write_color_page(tmp_path / "s", dpi=0.0)), ImageType.PDF)
    assert "Page size:       850 x 1100 pts" in poppler("pdfinfo", made)


def test_a_pdf_page_shows_the_picture(tmp_path: Path, stored: Store) -> None:
    made = exported(stored(write_color_page(tmp_path / "s")), ImageType.PDF, 95)
    poppler("pdftoppm", "-r", "100", "-singlefile", made, tmp_path / "shown")
    with Pillow.open(tmp_path / "shown.ppm") as shown:
        difference = np.asarray(shown).astype(int) - color_pattern(850, 1100)
    assert np.abs(difference).mean() < 6


def test_joined_files_keep_their_order(tmp_path: Path, stored: Store) -> None:
    parts = [
        exported(
            stored(write_color_page(tmp_path / f"s{number}", width_px=100 + number, height_px=50)),
            ImageType.PDF,
        ).rename(tmp_path / f"{number}.pdf")
        for number in range(12)
    ]
    pdf.join(parts=parts, target=tmp_path / "all.pdf")
    images = poppler("pdfimages", "-list", tmp_path / "all.pdf").strip().split("\n")[2:]
    assert [int(image.split()[3]) for image in images] == list(range(100, 112))


def test_a_damaged_master_is_a_damaged_image_and_leaves_nothing(
    tmp_path: Path, stored: Store
) -> None:
    page = stored(write_color_page(tmp_path / "s"))
    data = bytearray(page.master.read_bytes())
    data[len(data) // 2] ^= 1
    page.master.write_bytes(data)
    before = sorted(tmp_path.iterdir())
    for image_type in ImageType:
        with pytest.raises(DamagedImage):
            exported(page, image_type)
    assert sorted(tmp_path.iterdir()) == before


def test_a_black_and_white_page_is_encoded_once(
    tmp_path: Path, stored: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = stored(write_bw_page(tmp_path / "s"))
    monkeypatch.delattr("img2pdf.transcode_monochrome")
    assert exported(page, ImageType.PDF).exists()
