"""Plain TIFF: samples that lie in a file as in a page's rows are read, all others are decoded."""

import struct
import subprocess
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms, TiffImagePlugin

from fakes.deep import tiff
from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Mode
from sheetfed.imaging import master as masters
from sheetfed.imaging import picturefile
from sheetfed.imaging.load import load
from sheetfed.imaging.plaintiff import PlainPage
from sheetfed.imaging.samples import unpacked

_STRIP_OFFSETS, _LONG, _SLONG = 273, 4, 9
WIDTH_PX, HEIGHT_PX = 61, 50
NOISE = np.random.default_rng(2).integers(0, 65536, (HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint16)
COLOR = Pillow.fromarray((NOISE >> 8).astype(np.uint8))


def write(path: Path, content: bytes, *how: str) -> None:
    """A TIFF that libtiff has laid out this way."""
    source = path.with_suffix(".source")
    source.write_bytes(content)
    subprocess.run(["tiffcp", *how, source, path], check=True)
    source.unlink()


def encoded(picture: Pillow.Image, **words: object) -> bytes:
    file = BytesIO()
    picture.save(file, "TIFF", **words)
    return file.getvalue()


def offsets(content: bytes) -> tuple[tuple[int, ...], int]:
    """Those of the strips, and where in the file they are said."""
    with Pillow.open(BytesIO(content)) as picture:
        assert isinstance(picture, TiffImagePlugin.TiffImageFile)
        told = picture.tag_v2[_STRIP_OFFSETS]
    assert len(told) > 2
    return told, content.index(struct.pack(f"<{len(told)}I", *told))


def is_read(path: Path) -> bool:
    return isinstance(picturefile.decoded(path), PlainPage)


def pixels(path: Path) -> np.ndarray:
    target = path.with_suffix(".m")
    image = load(source=path, number=0, master=target, preview=path.with_suffix(".v"))
    with masters.opened(target) as page:
        assert page.image == image
        return unpacked(page.strips(), image).squeeze()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("rows", ["1", "16", "50"])
def test_strips_that_follow_each_other_are_read(path: Path, mode: str, rows: str) -> None:
    write(path, encoded(COLOR.convert(mode)), "-r", rows)
    assert is_read(path)
    assert np.array_equal(pixels(path), np.asarray(COLOR.convert(mode)))


def test_sixteen_bits_of_color_are_read(path: Path) -> None:
    write(path, tiff(NOISE), "-r", "8")
    assert is_read(path)
    assert np.array_equal(pixels(path), NOISE)


def test_sixteen_bits_of_gray_are_read(path: Path) -> None:
    path.write_bytes(encoded(Pillow.fromarray(NOISE[:, :, 0])))
    page = picturefile.decoded(path)
    assert isinstance(page, PlainPage)
    assert (page.image.mode, page.image.depth) == (Mode.GRAY, 16)
    assert np.array_equal(pixels(path), NOISE[:, :, 0])


def test_strips_in_another_order_are_put_in_theirs(path: Path) -> None:
    write(path, encoded(COLOR), "-r", "8")
    content = bytearray(path.read_bytes())
    (first, second, third, *_), at = offsets(content)
    content[at : at + 8] = struct.pack("<II", second, first)
    content[first:third] = content[second:third] + content[first:second]
    path.write_bytes(content)
    assert not is_read(path)
    assert np.array_equal(pixels(path), np.asarray(COLOR))


@pytest.mark.parametrize(
    "how", [["-B"], ["-c", "lzw"], ["-t", "-w", "16", "-l", "16"]], ids="".join
)
def test_samples_that_lie_otherwise_are_decoded(path: Path, how: list[str]) -> None:
    write(path, tiff(NOISE), *how)
    assert not is_read(path)
    assert np.array_equal(pixels(path), NOISE)


def test_a_page_that_lies_on_its_side_is_decoded(path: Path) -> None:
    path.write_bytes(tiff(NOISE, orientation=6))
    assert not is_read(path)
    assert np.array_equal(pixels(path), np.rot90(NOISE, -1))


def test_colors_with_a_profile_are_decoded(path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path.write_bytes(encoded(COLOR, icc_profile=profile))
    assert not is_read(path)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_file_that_ends_too_early_is_damaged_and_leaves_nothing(path: Path, mode: str) -> None:
    content = encoded(COLOR.convert(mode))
    path.write_bytes(content[:-1])
    assert is_read(path)
    with pytest.raises(DamagedImage):
        pixels(path)
    assert [left.name for left in path.parent.iterdir()] == ["file"]


def test_a_place_before_the_file_is_damage(path: Path) -> None:
    content = bytearray(tiff(NOISE))
    at = content.index(struct.pack("<HHI", _STRIP_OFFSETS, _LONG, 1))
    content[at : at + 12] = struct.pack("<HHIi", _STRIP_OFFSETS, _SLONG, 1, -9)
    path.write_bytes(content)
    with pytest.raises(DamagedImage):
        pixels(path)
