"""Model: what an image's samples take."""

from dataclasses import replace

import pytest

from fakes.pages import A4_300
from sheetfed.core.model import Mode


@pytest.mark.parametrize(
    ("mode", "depth", "bits"),
    [(Mode.COLOR, 8, 24), (Mode.COLOR, 16, 48), (Mode.GRAY, 16, 16), (Mode.BW, 1, 1)],
)
def test_bits_per_pixel_count_all_samples(mode: Mode, depth: int, bits: int) -> None:
    assert replace(A4_300, mode=mode, depth=depth).bits_per_pixel == bits
