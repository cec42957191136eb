"""Load: others' colour with 16 bits a sample is kept with all of them."""

import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from fakes.deep import chunk, png, tiff
from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Image, Mode
from sheetfed.imaging import master as masters
from sheetfed.imaging.load import load
from sheetfed.imaging.samples import unpacked

PIXELS = np.random.default_rng(1).integers(0, 65536, (50, 37, 4), dtype=np.uint16)
COLOR = PIXELS[:, :, :3]


def loaded(path: Path) -> tuple[Image, np.ndarray]:
    image = load(
        source=path, number=0, master=path.with_suffix(".m"), preview=path.with_suffix(".v")
    )
    with masters.opened(path.with_suffix(".m")) as page:
        assert page.image == image
        return image, unpacked(page.strips(), image)


def profile(*, is_ours: bool) -> bytes:
    srgb = bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    if is_ours:
        return srgb
    return srgb.replace(b"rXYZ", b"swap").replace(b"bXYZ", b"rXYZ").replace(b"swap", b"bXYZ")


def embedded(data: bytes) -> bytes:
    return chunk(b"iCCP", b"name\0\0" + zlib.compress(data))


def test_a_png_keeps_its_sixteen_bits_of_color(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(png(COLOR))
    image, pixels = loaded(path)
    assert (image.mode, image.depth) == (Mode.COLOR, 16)
    assert np.array_equal(pixels, COLOR)


def test_what_shines_through_in_sixteen_bits_is_over_white(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(png(PIXELS))
    image, pixels = loaded(path)
    alpha = PIXELS[:, :, 3:] / 65535
    expected = np.rint(COLOR * alpha + 65535 * (1 - alpha))
    assert (image.mode, image.depth) == (Mode.COLOR, 16)
    assert np.abs(pixels - expected).max() <= 1


@pytest.mark.parametrize(
    "how",
    [
        *(["-L"], ["-B"], ["-c", "lzw"], ["-c", "lzw:2"], ["-B", "-c", "zip:2"]),
        *(["-c", "packbits"], ["-t", "-w", "16", "-l", "16"]),
        ["-t", "-w", "16", "-l", "16", "-c", "lzw:2"],
    ],
    ids="".join,
)
def test_a_tiff_keeps_its_sixteen_bits_of_color(tmp_path: Path, how: list[str]) -> None:
    path = tmp_path / "file"
    (tmp_path / "plain").write_bytes(tiff(COLOR))
    subprocess.run(["tiffcp", *how, tmp_path / "plain", path], check=True)
    image, pixels = loaded(path)
    assert (image.mode, image.depth) == (Mode.COLOR, 16)
    assert np.array_equal(pixels, COLOR)


def test_a_tiff_in_sixteen_bits_that_lies_on_its_side_is_put_upright(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(tiff(COLOR, orientation=6))
    _, pixels = loaded(path)
    assert np.array_equal(pixels, np.rot90(COLOR, -1))


@pytest.mark.parametrize(("is_ours", "depth"), [(True, 16), (False, 8)])
def test_only_colors_that_have_to_be_converted_lose_bits(
    tmp_path: Path, is_ours: bool, depth: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(png(COLOR, embedded(profile(is_ours=is_ours))))
    image, pixels = loaded(path)
    assert (image.mode, image.depth) == (Mode.COLOR, depth)
    if is_ours:
        assert np.array_equal(pixels, COLOR)


def test_a_damaged_file_of_sixteen_bits_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(png(COLOR)[:2000])
    with pytest.raises(DamagedImage):
        loaded(path)


def test_eight_bits_stay_eight(tmp_path: Path) -> None:
    path = tmp_path / "file"
    Pillow.fromarray((COLOR >> 8).astype(np.uint8)).save(path, "TIFF")
    image, _ = loaded(path)
    assert image.depth == 8
