"""Render: a page at the size that is asked for, from its preview or its master."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from fakes.spooled import color_pattern, write_bw_page, write_color_page
from sheetfed.core.edited import after_all
from sheetfed.core.edits import (
    BlackWhite,
    Brightness,
    Contrast,
    Crop,
    Edit,
    Erase,
    Flip,
    Gray,
    Invert,
    Mirror,
    Resize,
    Rotate,
    SetDpi,
    Threshold,
)
from sheetfed.core.errors import DamagedImage
from sheetfed.core.imagetype import ImageType
from sheetfed.imaging.edited import opened
from sheetfed.imaging.render import render
from sheetfed.imaging.rows import picture

Store = Callable[[Path], Any]


def rendered(page: Any, size: tuple[int, int], image_type: ImageType, *edits: Edit) -> Pillow.Image:
    render(
        page=page.files(*edits),
        width_px=size[0],
        height_px=size[1],
        image_type=image_type,
        target=page.target,
    )
    with Pillow.open(page.target) as picture:
        picture.load()
        return picture


@pytest.fixture
def large(tmp_path: Path, stored: Store) -> Any:
    return stored(write_color_page(tmp_path / "s", width_px=1654, height_px=2339))


@pytest.mark.parametrize("image_type", [ImageType.JPEG, ImageType.PNG])
@pytest.mark.parametrize("size", [(363, 513), (1, 1), (827, 1170), (1103, 1560), (1653, 2339)])
def test_a_render_has_exactly_the_size_and_type(
    large: Any, size: tuple[int, int], image_type: ImageType
) -> None:
    picture = rendered(large, size, image_type)
    assert (picture.size, picture.format) == (size, image_type.name)


def test_a_thumbnail_comes_from_the_preview(large: Any) -> None:
    data = bytearray(large.master.read_bytes())
    data[-100] ^= 1
    large.master.write_bytes(data)
    assert rendered(large, (363, 513), ImageType.JPEG).size == (363, 513)
    with pytest.raises(DamagedImage):
        rendered(large, (1103, 1560), ImageType.JPEG)


@pytest.mark.parametrize("content", [None, b"", b"\xff\xd8\xff\xe0 torn"])
def test_without_a_good_preview_the_master_serves(large: Any, content: bytes | None) -> None:
    expected = np.asarray(rendered(large, (363, 513), ImageType.PNG)).astype(int)
    if content is None:
        large.preview.unlink()
    else:
        large.preview.write_bytes(content)
    found = np.asarray(rendered(large, (363, 513), ImageType.PNG)).astype(int)
    assert np.abs(found - expected).mean() < 4


def test_a_truncated_preview_is_not_served(large: Any) -> None:
    large.preview.write_bytes(large.preview.read_bytes()[:5000])
    assert rendered(large, (363, 513), ImageType.PNG).getpixel((360, 510)) != (128, 128, 128)


def test_a_full_size_png_is_lossless(tmp_path: Path, stored: Store) -> None:
    page = stored(write_color_page(tmp_path / "s"))
    picture = rendered(page, (850, 1100), ImageType.PNG)
    assert np.array_equal(np.asarray(picture), color_pattern(850, 1100))


def test_a_full_size_jpeg_is_a_jpeg_of_the_page(tmp_path: Path, stored: Store) -> None:
    page = stored(write_color_page(tmp_path / "s"))
    picture = rendered(page, (850, 1100), ImageType.JPEG)
    assert np.abs(np.asarray(picture).astype(int) - color_pattern(850, 1100)).mean() < 8


def test_black_and_white_is_smoothed_when_it_is_reduced(tmp_path: Path, stored: Store) -> None:
    page = stored(write_bw_page(tmp_path / "s"))
    picture = rendered(page, (85, 110), ImageType.PNG)
    assert picture.mode == "L"
    assert picture.getpixel((3, 50)) < 20
    assert picture.getpixel((42, 50)) > 250


def test_black_and_white_at_full_size_has_one_bit(tmp_path: Path, stored: Store) -> None:
    page = stored(write_bw_page(tmp_path / "s"))
    assert rendered(page, (850, 1100), ImageType.PNG).mode == "1"


def test_the_target_is_private(large: Any) -> None:
    rendered(large, (10, 10), ImageType.PNG)
    assert large.target.stat().st_mode & 0o777 == 0o600


FROM_PREVIEW = [
    (Rotate(90),),
    (Rotate(1.3),),
    (Rotate(-20, keep_size=True, fill="#204080"),),
    (Mirror(), Flip(), Rotate(270)),
    (Crop(100, 200, 1500, 2100), Rotate(180)),
    (Erase(300, 300, 900, 1200, "#ff0000"),),
    (Resize(1200, 2339),),
    (SetDpi(70, 70, resample=True), SetDpi(300, 300)),
    (Gray(), Invert(), Brightness(20)),
]


@pytest.mark.parametrize("edits", FROM_PREVIEW, ids=lambda edits: type(edits[0]).__name__)
def test_an_edited_thumbnail_is_nearly_that_of_the_edited_page(
    large: Any, edits: tuple[Edit, ...]
) -> None:
    shown = after_all(large.image, edits)
    scale = 500 / max(shown.width_px, shown.height_px)
    size = (round(shown.width_px * scale), round(shown.height_px * scale))
    quick = np.asarray(rendered(large, size, ImageType.PNG, *edits)).astype(int)
    with opened(large.master, edits) as page:
        whole = np.concatenate([np.asarray(picture(strip, shown)) for strip in page.strips()])
    exact = np.asarray(Pillow.fromarray(whole).resize(size, Pillow.Resampling.LANCZOS)).astype(int)
    assert quick.shape == exact.shape
    assert np.abs(quick - exact).mean() < 5
    assert np.percentile(np.abs(quick - exact), 99) < 60


@pytest.mark.parametrize("edits", FROM_PREVIEW[:5], ids=lambda edits: type(edits[0]).__name__)
def test_an_edited_thumbnail_needs_the_preview_alone(large: Any, edits: tuple[Edit, ...]) -> None:
    data = bytearray(large.master.read_bytes())
    data[-100] ^= 1
    large.master.write_bytes(data)
    assert rendered(large, (300, 300), ImageType.JPEG, *edits).size == (300, 300)
    with pytest.raises(DamagedImage):
        rendered(large, (1103, 1400), ImageType.JPEG, *edits)


@pytest.mark.parametrize("edit", [BlackWhite(), BlackWhite(Threshold.ADAPTIVE), Contrast(60)])
def test_what_means_of_pixels_would_not_show_is_made_of_the_page_itself(
    large: Any, edit: Edit
) -> None:
    large.preview.unlink()
    size = (363, 513)
    small = np.asarray(rendered(large, size, ImageType.PNG, edit)).astype(int)
    with opened(large.master, [edit]) as page:
        whole = np.concatenate([np.asarray(picture(strip, page.image)) for strip in page.strips()])
    exact = np.asarray(Pillow.fromarray(whole).resize(size, Pillow.Resampling.LANCZOS)).astype(int)
    assert np.abs(small - exact).mean() < 5


def test_black_and_white_is_edited_before_it_is_reduced(tmp_path: Path, stored: Store) -> None:
    page = stored(write_bw_page(tmp_path / "s", width_px=1700, height_px=2200))
    page.preview.unlink()
    small = rendered(page, (220, 170), ImageType.PNG, Rotate(90))
    assert small.getpixel((110, 3)) < 20
    assert small.getpixel((110, 85)) > 250


def test_an_edited_page_at_full_size_is_lossless(tmp_path: Path, stored: Store) -> None:
    page = stored(write_color_page(tmp_path / "s"))
    picture = rendered(page, (1100, 850), ImageType.PNG, Rotate(90))
    assert np.array_equal(np.asarray(picture), np.rot90(color_pattern(850, 1100), 3))


def test_a_webp_is_rendered_at_any_size(large: Any) -> None:
    assert rendered(large, (363, 513), ImageType.WEBP).format == "WEBP"
