"""Edited: a page's size, mode and resolution after each edit."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetfed.core.edited import after, after_all
from sheetfed.core.edits import (
    BlackWhite,
    Brightness,
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
)
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import Image, Mode

PAGE = Image(width_px=2000, height_px=3000, mode=Mode.COLOR, depth=16, x_dpi=200, y_dpi=300)


@pytest.mark.parametrize("degrees", [90, -90, 270, 450])
def test_a_quarter_turn_swaps_sides_and_resolutions(degrees: int) -> None:
    turned = after(PAGE, Rotate(degrees))
    assert (turned.width_px, turned.height_px) == (3000, 2000)
    assert (turned.x_dpi, turned.y_dpi) == (300, 200)


@pytest.mark.parametrize("edit", [Rotate(0), Rotate(180), Rotate(90, keep_size=True)])
def test_these_turns_keep_the_size(edit: Rotate) -> None:
    assert after(PAGE, edit) == PAGE


def test_any_other_turn_takes_the_box_around_the_page_at_its_higher_resolution() -> None:
    turned = after(PAGE, Rotate(30))
    assert (turned.x_dpi, turned.y_dpi) == (300, 300)
    assert turned.width_px == math.ceil(3000 * math.cos(math.pi / 6) + 3000 * 0.5)


def test_a_turn_that_keeps_the_size_keeps_the_paper() -> None:
    turned = after(PAGE, Rotate(3, keep_size=True))
    assert turned.width_px / turned.x_dpi == PAGE.width_px / PAGE.x_dpi


def test_a_crop_has_the_size_of_its_rectangle() -> None:
    cropped = after(PAGE, Crop(10, 20, 110, 220))
    assert (cropped.width_px, cropped.height_px) == (100, 200)
    assert cropped.x_dpi == PAGE.x_dpi


@pytest.mark.parametrize(
    "edit",
    [
        Crop(0, 0, 2001, 10),
        Crop(0, 0, 10, 3001),
        Crop(5, 0, 5, 10),
        Crop(0, 9, 10, 9),
        Crop(-1, 0, 10, 10),
        Erase(0, -1, 10, 10),
        Erase(1990, 0, 2010, 10),
    ],
)
def test_a_rectangle_that_is_not_on_the_page_is_refused(edit: Edit) -> None:
    with pytest.raises(InvalidParameter) as caught:
        after(PAGE, edit)
    assert caught.value.details["allowed"] == "within 2000 x 3000 pixels"


@pytest.mark.parametrize(
    "edit", [Erase(0, 0, 10, 10), Mirror(), Flip(), Invert(), Brightness(20), SetDpi(200, 300)]
)
def test_these_edits_change_pixels_only(edit: Edit) -> None:
    assert after(PAGE, edit) == PAGE


def test_a_new_size_keeps_the_paper() -> None:
    small = after(PAGE, Resize(1000, 1000))
    assert (small.width_px, small.height_px, small.x_dpi, small.y_dpi) == (1000, 1000, 100, 100)


def test_a_new_resolution_keeps_the_pixels() -> None:
    assert after(PAGE, SetDpi(600, 600)) == replace(PAGE, x_dpi=600, y_dpi=600)


def test_a_resampled_resolution_keeps_the_paper() -> None:
    image = after(PAGE, SetDpi(100, 100, resample=True))
    assert (image.width_px, image.height_px, image.x_dpi, image.y_dpi) == (1000, 1000, 100, 100)


def test_gray_keeps_its_depth_and_black_and_white_has_one_bit() -> None:
    gray = after(PAGE, Gray())
    assert (gray.mode, gray.depth) == (Mode.GRAY, 16)
    assert after(gray, Gray()) == gray
    black_white = after(PAGE, BlackWhite())
    assert (black_white.mode, black_white.depth) == (Mode.BW, 1)


@pytest.mark.parametrize("edit", [Resize(65_001, 1), Resize(60_000, 60_000), SetDpi(1, 1, True)])
def test_a_page_that_would_be_too_large_is_refused(edit: Edit) -> None:
    page = replace(PAGE, x_dpi=1e-6) if isinstance(edit, SetDpi) else PAGE
    with pytest.raises(InvalidParameter, match="pixels"):
        after(page, edit)


def test_edits_follow_each_other() -> None:
    image = after_all(PAGE, [Rotate(90), Crop(0, 0, 3000, 1000), Gray()])
    assert (image.width_px, image.height_px, image.mode) == (3000, 1000, Mode.GRAY)


@given(
    degrees=st.floats(-3600, 3600),
    keep_size=st.booleans(),
    width_px=st.integers(1, 500),
    height_px=st.integers(1, 500),
)
def test_a_turn_never_makes_an_empty_page(
    degrees: float, keep_size: bool, width_px: int, height_px: int
) -> None:
    image = Image(width_px, height_px, Mode.GRAY, 8, 75, 150)
    turned = after(image, Rotate(degrees, keep_size))
    assert turned.width_px >= 1
    assert turned.height_px >= 1
