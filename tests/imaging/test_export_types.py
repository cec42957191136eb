"""Export: in every type the page has its pixels, resolution and size, as other programs tell."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from fakes.spooled import color_pattern, write_bw_page, write_color_page, write_spool
from sheetfed.core.edits import Crop, Edit, Gray, Mirror, Rotate
from sheetfed.core.errors import UnsupportedImage
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.spoolfile import Channel
from sheetfed.imaging.edited import opened
from sheetfed.imaging.export import export
from sheetfed.imaging.load import load

Store = Callable[[Path], Any]

PICTURES = [kind for kind in ImageType if kind is not ImageType.PDF]
LOSSLESS = [ImageType.PNG, ImageType.BMP, ImageType.TIFF]


def exported(page: Any, image_type: ImageType, *edits: Edit, **options: Any) -> Path:
    with opened(page.master, edits) as whole:
        export(whole, image_type=image_type, options=ExportOptions(**options), target=page.target)
    return Path(page.target)


def resolution(path: Path) -> tuple[float, float]:
    """Dots per inch across and down, as exiftool tells them."""
    words = ["exiftool", "-j", "-n", "-a", "-G1", path]
    run = subprocess.run(words, check=True, capture_output=True, text=True, timeout=15)
    (told,) = json.loads(run.stdout)
    for x, y, inch in (
        ("IFD0:XResolution", "IFD0:YResolution", 1.0),
        ("JFIF:XResolution", "JFIF:YResolution", 1.0),
        ("PNG-pHYs:PixelsPerUnitX", "PNG-pHYs:PixelsPerUnitY", 0.0254),
        ("File:PixelsPerMeterX", "File:PixelsPerMeterY", 0.0254),
    ):
        if x in told:
            return told[x] * inch, told[y] * inch
    raise AssertionError(f"no resolution: {told}")


@pytest.mark.parametrize("image_type", PICTURES)
@pytest.mark.parametrize("dpi", [(300.0, 300.0), (300.0, 600.0), (187.3, 187.3), (37.5, 37.5)])
def test_the_resolution_is_told(
    tmp_path: Path, stored: Store, image_type: ImageType, dpi: tuple[float, float]
) -> None:
    rows = color_pattern(60, 40).reshape(40, -1)
    page = stored(write_spool(tmp_path / "s", [(Channel.RGB, rows)], width_px=60, dpi=dpi))
    made = exported(page, image_type)
    assert resolution(made) == pytest.approx(dpi, abs=0.05)
    again = load(source=made, number=0, master=tmp_path / "m", preview=tmp_path / "v")
    assert (again.x_dpi, again.y_dpi) == pytest.approx(dpi, abs=0.5)


@pytest.mark.parametrize("image_type", LOSSLESS)
def test_every_pixel_of_an_edited_page_is_there(
    tmp_path: Path, stored: Store, image_type: ImageType
) -> None:
    page = stored(write_color_page(tmp_path / "s"))
    made = exported(page, image_type, Rotate(90), Mirror(), Crop(10, 20, 1000, 800))
    expected = np.rot90(color_pattern(850, 1100), 3)[:, ::-1][20:800, 10:1000]
    with Pillow.open(made) as found:
        assert found.format == image_type.name
        assert np.array_equal(np.asarray(found), expected)


@pytest.mark.parametrize("image_type", [ImageType.JPEG, ImageType.WEBP])
def test_an_edited_page_is_nearly_there_where_something_is_lost(
    tmp_path: Path, stored: Store, image_type: ImageType
) -> None:
    made = exported(stored(write_color_page(tmp_path / "s")), image_type, Rotate(180))
    with Pillow.open(made) as found:
        difference = np.asarray(found).astype(int) - color_pattern(850, 1100)[::-1, ::-1]
    assert np.abs(difference).mean() < 8


@pytest.mark.parametrize("image_type", PICTURES)
def test_black_and_white_stays_that(tmp_path: Path, stored: Store, image_type: ImageType) -> None:
    page = stored(write_bw_page(tmp_path / "s", width_px=851))
    with Pillow.open(exported(page, image_type, quality=100)) as found:
        shown = np.asarray(found.convert("L")).astype(int)
    assert shown.shape == (1100, 851)
    is_black = np.zeros((1100, 851), dtype=bool)
    is_black[20:40] = is_black[-40:-20] = True
    is_black[:, 20:40] = is_black[:, -40:-20] = True
    assert np.abs(shown - np.where(is_black, 0, 255)).max() <= 4


def test_black_and_white_has_one_bit_where_the_type_knows_that(
    tmp_path: Path, stored: Store
) -> None:
    page = stored(write_bw_page(tmp_path / "s"))
    for image_type in LOSSLESS:
        with Pillow.open(exported(page, image_type)) as found:
            assert found.mode == "1"


@pytest.mark.parametrize("image_type", PICTURES)
def test_sixteen_bits_are_kept_or_become_their_upper_eight(
    tmp_path: Path, stored: Store, image_type: ImageType
) -> None:
    shades = np.linspace(0, 65535, 64 * 48).astype(np.uint16).reshape(48, 64)
    rows = shades.astype("<u2").view(np.uint8)
    page = stored(write_spool(tmp_path / "s", [(Channel.GRAY, rows)], width_px=64, depth=16))
    with Pillow.open(exported(page, image_type, quality=100)) as found:
        pixels = np.asarray(found if found.mode.startswith("I") else found.convert("L"))
    if image_type in (ImageType.PNG, ImageType.TIFF):
        assert np.array_equal(pixels, shades)
    else:
        assert np.abs(pixels.astype(int) - (shades >> 8)).max() <= 4


def test_gray_is_gray_in_a_bmp_and_a_jpeg(tmp_path: Path, stored: Store) -> None:
    page = stored(write_color_page(tmp_path / "s"))
    for image_type in (ImageType.BMP, ImageType.JPEG):
        with Pillow.open(exported(page, image_type, Gray())) as found:
            assert found.mode == "L"


def test_quality_makes_a_webp_larger(tmp_path: Path, stored: Store) -> None:
    page = stored(write_color_page(tmp_path / "s"))
    sizes = [exported(page, ImageType.WEBP, quality=q).stat().st_size for q in (10, 90)]
    assert sizes[0] < sizes[1]


def test_a_page_too_long_for_webp_is_refused(tmp_path: Path, stored: Store) -> None:
    rows = np.zeros((16384, 2), dtype=np.uint8)
    page = stored(write_spool(tmp_path / "s", [(Channel.GRAY, rows)], width_px=2))
    with pytest.raises(UnsupportedImage, match="16383"):
        exported(page, ImageType.WEBP)
    assert not page.target.exists()
