"""Edited: each edit's pixels, at every mode and depth that a page can have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fakes.arrays import KINDS, ArrayPage, page_of, pixels_of
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
    Resampling,
    Resize,
    Rotate,
    SetDpi,
    Threshold,
)
from sheetfed.core.model import Image, Mode
from sheetfed.imaging.edited import EditedPage
from sheetfed.imaging.samples import highest, packed, unpacked

IDS = [f"{mode}-{depth}" for mode, depth in KINDS]


def edited(page: ArrayPage, *edits: Edit) -> NDArray[np.int64]:
    made = EditedPage(page, edits)
    assert made.image == after_all(page.image, edits)
    pixels = pixels_of(made)
    assert pixels.shape[:2] == (made.image.height_px, made.image.width_px)
    return pixels


@given(
    kind=st.sampled_from(KINDS),
    width_px=st.integers(1, 70),
    height_px=st.integers(1, 70),
)
@settings(deadline=None)
def test_a_page_survives_being_unpacked_and_packed(
    kind: tuple[Mode, int], width_px: int, height_px: int
) -> None:
    page = page_of(kind, width_px, height_px)
    whole = unpacked(page.strips(), page.image)
    again = np.concatenate(list(packed(whole, page.image)))
    assert np.array_equal(again, np.concatenate(list(page.strips())))


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
@pytest.mark.parametrize(("degrees", "quarters"), [(90, 3), (180, 2), (-90, 1), (360, 0)])
def test_a_right_angle_moves_every_pixel_and_changes_none(
    kind: tuple[Mode, int], degrees: int, quarters: int
) -> None:
    page = page_of(kind)
    assert np.array_equal(edited(page, Rotate(degrees)), np.rot90(pixels_of(page), quarters))


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_a_clockwise_quarter_brings_the_top_left_corner_to_the_top_right(
    kind: tuple[Mode, int],
) -> None:
    page = page_of(kind)
    before, turned = pixels_of(page), edited(page, Rotate(90))
    assert np.array_equal(turned[0, -1], before[0, 0])


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_a_quarter_that_keeps_the_size_is_in_the_middle_of_its_fill(
    kind: tuple[Mode, int],
) -> None:
    page = page_of(kind, 20, 40)
    turned = edited(page, Rotate(90, keep_size=True, fill="#000000"))
    assert not turned[:10].any()
    assert not turned[30:].any()
    assert np.array_equal(turned[10:30], np.rot90(pixels_of(page)[10:30], 3)[:, :])


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_a_small_turn_fills_the_corners_and_keeps_the_middle(kind: tuple[Mode, int]) -> None:
    page = page_of(kind, 60, 60)
    white = highest(page.image)
    page.pixels[:] = 0
    turned = edited(page, Rotate(10))
    assert (turned[0, 0] == white).all()
    assert (turned[-1, -1] == white).all()
    assert (turned[turned.shape[0] // 2, turned.shape[1] // 2] == 0).all()


def test_a_turn_is_clockwise_by_its_degrees() -> None:
    page = page_of((Mode.GRAY, 8), 201, 201)
    page.pixels[:] = 255
    page.pixels[95:106, 180:190] = 0  # at three o'clock
    turned = edited(page, Rotate(30))
    rows, columns = np.nonzero(turned[:, :, 0] < 128)
    down = rows.mean() - (turned.shape[0] - 1) / 2
    across = columns.mean() - (turned.shape[1] - 1) / 2
    assert np.degrees(np.arctan2(down, across)) == pytest.approx(30, abs=0.3)
    assert np.hypot(down, across) == pytest.approx(84.5, abs=0.5)


def test_a_turn_of_a_page_with_two_resolutions_keeps_its_shape() -> None:
    image = Image(200, 100, Mode.GRAY, 8, 200.0, 100.0)
    page = ArrayPage(np.zeros((100, 200, 1), dtype=np.uint8), image)
    turned = EditedPage(page, [Rotate(45)])
    assert turned.image.x_dpi == turned.image.y_dpi == 200
    dark = (pixels_of(turned)[:, :, 0] < 128).sum()
    assert dark == pytest.approx(200 * 200, rel=0.02)


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_mirror_and_flip_swap_sides(kind: tuple[Mode, int]) -> None:
    page = page_of(kind)
    before = pixels_of(page)
    assert np.array_equal(edited(page, Mirror()), before[:, ::-1])
    assert np.array_equal(edited(page, Flip()), before[::-1])


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_a_crop_is_that_part_of_the_page(kind: tuple[Mode, int]) -> None:
    page = page_of(kind)
    assert np.array_equal(edited(page, Crop(3, 5, 20, 31)), pixels_of(page)[5:31, 3:20])


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_erased_is_filled_and_the_rest_stays(kind: tuple[Mode, int]) -> None:
    page = page_of(kind)
    before, erased = pixels_of(page), edited(page, Erase(3, 5, 20, 31))
    assert (erased[5:31, 3:20] == highest(page.image)).all()
    erased[5:31, 3:20] = before[5:31, 3:20]
    assert np.array_equal(erased, before)


def test_a_fill_is_in_the_pages_own_colors() -> None:
    color = edited(page_of((Mode.COLOR, 8)), Erase(0, 0, 1, 1, "#102030"))
    deep = edited(page_of((Mode.COLOR, 16)), Erase(0, 0, 1, 1, "#102030"))
    gray = edited(page_of((Mode.GRAY, 8)), Erase(0, 0, 1, 1, "#102030"))
    bilevel = edited(page_of((Mode.BW, 1)), Erase(0, 0, 1, 1, "#102030"))
    assert color[0, 0].tolist() == [16, 32, 48]
    assert deep[0, 0].tolist() == [16 * 257, 32 * 257, 48 * 257]
    assert gray[0, 0].tolist() == [29]
    assert bilevel[0, 0].tolist() == [0]


@pytest.mark.parametrize("method", list(Resampling))
@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_a_new_size_keeps_what_is_where(kind: tuple[Mode, int], method: Resampling) -> None:
    page = page_of(kind, 40, 40)
    page.pixels[:] = highest(page.image)
    page.pixels[:20, :20] = 0
    small = edited(page, Resize(20, 10, method))
    nearly = highest(page.image) // 20
    assert small[:3, :6].max() <= nearly
    assert small[7:, 14:].min() >= highest(page.image) - nearly


def test_a_resampled_resolution_has_the_pixels_of_that_size() -> None:
    page = page_of((Mode.GRAY, 8), 40, 60)
    assert edited(page, SetDpi(50, 50, resample=True)).shape == (30, 20, 1)
    assert np.array_equal(edited(page, SetDpi(50, 50)), pixels_of(page))


def test_gray_is_rec_601_at_both_depths() -> None:
    color = page_of((Mode.COLOR, 8))
    deep = page_of((Mode.COLOR, 16))
    for page in (color, deep):
        exact = pixels_of(page) @ np.array([0.299, 0.587, 0.114])
        assert np.abs(edited(page, Gray())[:, :, 0] - exact).max() <= 1
    gray = page_of((Mode.GRAY, 8))
    assert np.array_equal(edited(gray, Gray()), pixels_of(gray))


def test_white_is_at_least_the_threshold() -> None:
    page = ArrayPage(np.array([[[99], [100], [101]]], dtype=np.uint8), _line(Mode.GRAY, 8))
    assert edited(page, BlackWhite(100)).ravel().tolist() == [0, 255, 255]


def test_a_threshold_is_found_between_ink_and_paper() -> None:
    ink_and_paper = np.random.default_rng(1).choice([60, 70, 180, 190], (50, 50, 1))
    for depth, scale in ((8, 1), (16, 257)):
        pixels = (ink_and_paper * scale).astype(np.uint16 if depth == 16 else np.uint8)
        page = ArrayPage(pixels, Image(50, 50, Mode.GRAY, depth, 100.0, 100.0))
        assert np.array_equal(edited(page, BlackWhite()) == 255, ink_and_paper > 128)


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_page_of_one_shade_has_a_threshold_too(shade: int) -> None:
    page = ArrayPage(np.full((9, 9, 1), shade, dtype=np.uint8), Image(9, 9, Mode.GRAY, 8, 75, 75))
    assert set(edited(page, BlackWhite()).ravel()) <= {0, 255}


def test_an_adaptive_threshold_sees_ink_in_the_shadow_where_one_for_all_does_not() -> None:
    paper = np.linspace(60, 240, 400)[np.newaxis, :].repeat(100, axis=0)
    is_ink = np.zeros((100, 400), dtype=bool)
    is_ink[40:60:8, 10:390] = True
    pixels = np.where(is_ink, paper * 0.5, paper).astype(np.uint8)[:, :, np.newaxis]
    page = ArrayPage(pixels, Image(400, 100, Mode.GRAY, 8, 200.0, 200.0))
    adaptive = edited(page, BlackWhite(Threshold.ADAPTIVE))[:, :, 0] == 0
    whole = edited(page, BlackWhite(Threshold.AUTO))[:, :, 0] == 0
    assert (adaptive == is_ink).mean() > 0.99
    assert (whole == is_ink).mean() < 0.8


def test_black_and_white_stays_as_it_is() -> None:
    page = page_of((Mode.BW, 1))
    assert np.array_equal(edited(page, BlackWhite(1)), pixels_of(page))


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_inverting_twice_changes_nothing(kind: tuple[Mode, int]) -> None:
    page = page_of(kind)
    before = pixels_of(page)
    assert np.array_equal(edited(page, Invert()), highest(page.image) - before)
    assert np.array_equal(edited(page, Invert(), Invert()), before)


@pytest.mark.parametrize("kind", KINDS[:4], ids=IDS[:4])
def test_brightness_goes_from_black_to_white(kind: tuple[Mode, int]) -> None:
    page = page_of(kind)
    white = highest(page.image)
    assert (edited(page, Brightness(-100)) == 0).all()
    assert (edited(page, Brightness(100)) == white).all()
    assert np.array_equal(edited(page, Brightness(0)), pixels_of(page))
    half = white - (white - pixels_of(page)) / 2
    assert np.abs(edited(page, Brightness(50)) - half).max() <= 1


@pytest.mark.parametrize("kind", KINDS[:4], ids=IDS[:4])
def test_contrast_goes_from_one_gray_to_two_shades(kind: tuple[Mode, int]) -> None:
    page = page_of(kind)
    white = highest(page.image)
    assert np.ptp(edited(page, Contrast(-100))) == 0
    assert set(edited(page, Contrast(100)).ravel()) == {0, white}
    assert np.array_equal(edited(page, Contrast(0)), pixels_of(page))


def _line(mode: Mode, depth: int) -> Image:
    return Image(3, 1, mode, depth, 75.0, 75.0)
