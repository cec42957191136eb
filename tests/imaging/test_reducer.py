"""Reducer: strips of any height give the picture that reducing the whole would give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from fakes.spooled import color_pattern
from sheetfed.imaging.reducer import Reducer


@given(
    width_px=st.integers(1, 40),
    height_px=st.integers(1, 60),
    rows=st.integers(1, 30),
    factor=st.integers(1, 12),
)
@settings(deadline=None)
def test_strips_reduce_as_the_whole_does(
    width_px: int, height_px: int, rows: int, factor: int
) -> None:
    pixels = color_pattern(width_px, height_px)
    reducer = Reducer(width_px=width_px, height_px=height_px, factor=factor)
    for top in range(0, height_px, rows):
        reducer.add(Pillow.fromarray(pixels[top : top + rows]))
    expected = Pillow.fromarray(pixels).reduce(factor)
    assert np.array_equal(np.asarray(reducer.result()), np.asarray(expected))


def test_a_picture_without_rows_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no rows"):
        Reducer(width_px=5, height_px=5, factor=1).result()
