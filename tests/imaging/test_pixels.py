"""Pixels: whatever layout a driver gives, the rows are those of the picture."""

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from fakes.spooled import Rows, write_spool
from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Image, Mode
from sheetfed.core.spoolfile import Channel
from sheetfed.imaging.pixels import SpooledPage

THIRDS = (Channel.RED, Channel.GREEN, Channel.BLUE)
RANDOM = np.random.default_rng(1)


def read(path: Path, rows: int = 7) -> tuple[Image, Rows]:
    with path.open("rb", buffering=0) as file:
        page = SpooledPage(file)
        return page.image, np.concatenate([strip.copy() for strip in page.strips(rows)])


def noise(height: int, width_bytes: int) -> Rows:
    return RANDOM.integers(0, 256, (height, width_bytes), dtype=np.uint8)


@pytest.mark.parametrize(
    ("channel", "depth", "width_bytes", "mode"),
    [
        (Channel.RGB, 8, 33, Mode.COLOR),
        (Channel.RGB, 16, 66, Mode.COLOR),
        (Channel.GRAY, 8, 11, Mode.GRAY),
        (Channel.GRAY, 16, 22, Mode.GRAY),
    ],
)
def test_a_single_frame_is_its_rows(
    tmp_path: Path, channel: Channel, depth: int, width_bytes: int, mode: Mode
) -> None:
    rows = noise(20, width_bytes)
    spool = write_spool(tmp_path / "s", [(channel, rows)], width_px=11, depth=depth)
    image, pixels = read(spool)
    assert image == Image(11, 20, mode, depth, 300.0, 300.0)
    assert np.array_equal(pixels, rows)


@pytest.mark.parametrize("depth", [8, 16])
def test_padding_at_the_end_of_lines_is_left_out(tmp_path: Path, depth: int) -> None:
    rows = noise(20, 33 * depth // 8)
    padded = np.concatenate((rows, noise(20, 5)), axis=1)
    spool = write_spool(tmp_path / "s", [(Channel.RGB, padded)], width_px=11, depth=depth)
    assert np.array_equal(read(spool)[1], rows)


def test_bits_after_the_last_pixel_of_a_row_are_cleared(tmp_path: Path) -> None:
    rows = np.full((3, 4), 0xFF, dtype=np.uint8)
    spool = write_spool(tmp_path / "s", [(Channel.GRAY, rows)], width_px=11, depth=1)
    image, pixels = read(spool)
    assert (image.mode, image.depth) == (Mode.BW, 1)
    assert pixels.tolist() == [[0xFF, 0xE0]] * 3


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_frames_in_any_order_become_one_picture(
    tmp_path: Path, order: tuple[int, int, int], depth: int
) -> None:
    sample_bytes = depth // 8
    picture = RANDOM.integers(0, 256, (20, 11, 3, sample_bytes), dtype=np.uint8)
    frames = [(THIRDS[third], picture[:, :, third].reshape(20, -1)) for third in order]
    spool = write_spool(tmp_path / "s", frames, width_px=11, depth=depth)
    image, pixels = read(spool)
    assert (image.mode, image.depth) == (Mode.COLOR, depth)
    assert np.array_equal(pixels, picture.reshape(20, -1))


def test_one_bit_color_comes_in_turns_of_bytes_and_gets_eight_bits(tmp_path: Path) -> None:
    rows = np.array([[0b10000000, 0b01000000, 0b11000000, 0, 0, 0]], dtype=np.uint8)
    spool = write_spool(tmp_path / "s", [(Channel.RGB, rows)], width_px=9, depth=1)
    image, pixels = read(spool)
    assert (image.mode, image.depth) == (Mode.COLOR, 8)
    assert pixels[0, :9].tolist() == [255, 0, 255, 0, 255, 255, 0, 0, 0]


def test_one_bit_frames_of_three_passes_get_eight_bits(tmp_path: Path) -> None:
    frames = [(third, np.array([[1 << (7 - n)]], dtype=np.uint8)) for n, third in enumerate(THIRDS)]
    spool = write_spool(tmp_path / "s", frames, width_px=3, depth=1)
    assert read(spool)[1].tolist() == [[255, 0, 0, 0, 255, 0, 0, 0, 255]]


def test_surplus_bytes_are_refused(tmp_path: Path) -> None:
    spool = write_spool(
        tmp_path / "s", [(Channel.GRAY, noise(4, 11))], width_px=11, surplus=b"\0" * 11
    )
    with pytest.raises(DamagedImage, match="more or fewer bytes"):
        read(spool)


def test_missing_bytes_are_refused(tmp_path: Path) -> None:
    spool = write_spool(tmp_path / "s", [(Channel.GRAY, noise(4, 11))], width_px=11)
    data = spool.read_bytes()
    spool.write_bytes(data[:4096] + data[4096 + 11 :])
    with pytest.raises(DamagedImage):
        read(spool)


def test_an_incomplete_spool_is_refused(tmp_path: Path) -> None:
    spool = write_spool(tmp_path / "s", [(Channel.GRAY, noise(4, 11))], width_px=11)
    spool.write_bytes(spool.read_bytes()[:-1])
    with pytest.raises(DamagedImage, match="incomplete"):
        read(spool)


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [(Channel.RED, noise(4, 11))],
        [(Channel.RED, noise(4, 11)), (Channel.GREEN, noise(4, 11))],
        [(Channel.RED, noise(4, 11))] * 3,
        [(third, noise(4 + (third is Channel.BLUE), 11)) for third in THIRDS],
        [(Channel.GRAY, noise(4, 10))],
    ],
)
def test_frames_that_make_no_picture_are_refused(
    tmp_path: Path, frames: list[tuple[Channel, Rows]]
) -> None:
    spool = write_spool(tmp_path / "s", frames, width_px=11)
    with pytest.raises(DamagedImage):
        read(spool)


@pytest.mark.parametrize(("width_px", "depth"), [(0, 8), (11, 4)])
def test_a_size_or_depth_that_no_picture_has_is_refused(
    tmp_path: Path, width_px: int, depth: int
) -> None:
    spool = write_spool(
        tmp_path / "s", [(Channel.GRAY, noise(4, 11))], width_px=width_px, depth=depth
    )
    with pytest.raises(DamagedImage, match="size or depth"):
        read(spool)
