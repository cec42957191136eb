"""TIFF page: a page of many is decoded from what it is made of alone, and is what it was."""

import os
import struct
import subprocess
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from fakes.sealed import KEYRING, seal
from sheetfed.core.errors import ScanError
from sheetfed.imaging import files, picturefile
from sheetfed.imaging.tiffpage import alone
from sheetfed.sealed.keyring import CLEAR

PAGES = 4
_WAYS = [
    *(["-c", "lzw"], ["-c", "zip:2"], ["-c", "packbits"], ["-c", "jpeg"], ["-c", "lzw", "-B"]),
    *(["-c", "lzw", "-8"], ["-c", "lzw", "-r", "7"]),
    *(["-c", "lzw", "-t", "-w", "32", "-l", "32"], ["-c", "lzw", "-p", "separate"]),
]


def noise(number: int) -> Pillow.Image:
    random = np.random.default_rng(number)
    return Pillow.fromarray(random.integers(0, 256, (60 + number, 90, 3), dtype=np.uint8))


def encoded(pages: list[Pillow.Image], **words: object) -> bytes:
    file = BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], **words)
    return file.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Noise, compressed without loss."""
    path = tmp_path / "file"
    path.write_bytes(encoded([noise(number) for number in range(PAGES)], compression="tiff_lzw"))
    return path


@pytest.fixture
def sealing() -> Iterator[None]:
    files.use(KEYRING)
    yield
    files.use(CLEAR)


def by_the_way_of_all(path: Path, number: int) -> np.ndarray:
    with warnings.catch_warnings(), Pillow.open(path) as picture:
        warnings.simplefilter("ignore")
        picture.seek(number)
        picture.load()
        return np.asarray(picture)


def is_alone(path: Path, number: int) -> bool:
    with files.opened(path) as file, alone(file, number) as (page, place):
        assert page.tell() == 0
        assert place == (number if page is file else 0)
        return page is not file


def pixels(path: Path, number: int) -> np.ndarray:
    with picturefile.opened(path, number) as picture:
        picture.load()
        return np.asarray(picture)


@pytest.mark.parametrize("how", _WAYS, ids=" ".join)
def test_each_page_is_the_one_it_is_in_its_file(tmp_path: Path, path: Path, how: list[str]) -> None:
    written = tmp_path / "written"
    subprocess.run(["tiffcp", *how, path, written], check=True)
    for number in range(PAGES):
        assert is_alone(written, number) == (number > 0)
        assert np.array_equal(pixels(written, number), by_the_way_of_all(written, number))


def test_a_fax_is_the_one_it_is_in_its_file(path: Path) -> None:
    pages = [noise(number).convert("1") for number in range(PAGES)]
    path.write_bytes(encoded(pages, compression="group4"))
    for number, page in enumerate(pages):
        assert is_alone(path, number) == (number > 0)
        assert np.array_equal(pixels(path, number), np.asarray(page))


def test_a_large_page_with_few_before_it_is_left_to_a_file_in_clear(path: Path) -> None:
    pages = [noise(number).resize((600, 800)) for number in range(2)]
    path.write_bytes(encoded(pages, compression="tiff_lzw"))
    assert not is_alone(path, 1)
    assert np.array_equal(pixels(path, 1), np.asarray(pages[1]))


@pytest.mark.usefixtures("sealing")
def test_of_a_sealed_file_only_what_the_page_is_made_of_is_read(path: Path) -> None:
    pages = [noise(number).resize((600, 800)) for number in range(PAGES)]
    content = encoded(pages, compression="tiff_lzw")
    path.write_bytes(content)
    seal(path)
    with files.opened(path) as file, alone(file, 2) as (page, _):
        found = os.fstat(page.fileno())
        assert found.st_size == len(content)
        assert found.st_blocks * 512 < found.st_size / 2


@pytest.mark.usefixtures("sealing")
def test_a_page_of_a_sealed_file_is_what_it_is_in_clear(path: Path) -> None:
    expected = [by_the_way_of_all(path, number) for number in range(PAGES)]
    seal(path)
    for number in range(PAGES):
        assert is_alone(path, number)
        assert np.array_equal(pixels(path, number), expected[number])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_compressed_page_on_its_side_is_put_upright(path: Path, orientation: int) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    path.write_bytes(encoded([noise(0)], compression="tiff_lzw", exif=exif))
    page = picturefile.decoded(path)
    is_on_its_side = orientation >= 5
    expected = (60, 90) if is_on_its_side else (90, 60)
    assert (page.image.width_px, page.image.height_px) == expected


@pytest.mark.parametrize("compression", [None, "raw"])
def test_what_is_not_compressed_is_left_to_its_file(path: Path, compression: str | None) -> None:
    path.write_bytes(encoded([noise(0), noise(1)], compression=compression))
    assert not is_alone(path, 1)
    assert np.array_equal(pixels(path, 1), np.asarray(noise(1)))


@pytest.mark.parametrize("content", [b"", b"II*", b"II*\0\x08\0\0\0", b"II+\0" + b"\xff" * 12])
def test_what_cannot_be_followed_is_left_to_its_file(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert not is_alone(path, 1)


def test_other_formats_are_left_to_their_files(path: Path) -> None:
    noise(0).save(path, "PNG")
    assert not is_alone(path, 0)


def test_a_page_behind_the_last_is_left_to_the_file(path: Path) -> None:
    assert not is_alone(path, PAGES)
    with pytest.raises(ScanError), picturefile.opened(path, PAGES):
        pass


@pytest.mark.parametrize("tag", [273, 279])
def test_a_page_that_does_not_say_where_its_strips_are_is_left_to_its_file(
    path: Path, tag: int
) -> None:
    content = path.read_bytes()
    with Pillow.open(path) as picture:
        picture.seek(1)
        directory = picture.tag_v2.offset
    at = content.index(struct.pack("<HH", tag, 4), directory)
    path.write_bytes(content[:at] + struct.pack("<H", 60_000) + content[at + 2 :])
    assert not is_alone(path, 1)


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_directory_gives_what_it_gives_in_its_file(path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    content = bytearray(path.read_bytes())
    with Pillow.open(path) as picture:
        picture.seek(1)
        directory = picture.tag_v2.offset
    for place in random.integers(directory, directory + 180, 4):
        content[place] = int(random.integers(0, 256))
    path.write_bytes(content)
    try:
        expected = by_the_way_of_all(path, 1).tobytes()
    except Exception:  # noqa: BLE001
        expected = b""
    try:
        found = pixels(path, 1).tobytes()
    except ScanError:
        # Pillow takes a later directory that libtiff cannot read for a black page.
        assert not any(expected)
    else:
        assert found == expected
