"""TIFF: read back by libtiff and Pillow, at every depth and compression."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from fakes.arrays import KINDS, ArrayPage, page_of, pixels_of
from sheetfed.core.exports import Compression
from sheetfed.core.model import Mode
from sheetfed.imaging.samples import unpacked
from sheetfed.imaging.tiff import TiffWriter

LOSSLESS = [Compression.NONE, Compression.LZW, Compression.DEFLATE]


def write(path: Path, *pages: tuple[ArrayPage, Compression]) -> None:
    with path.open("wb") as file:
        writer = TiffWriter(file, quality=90)
        for page, compression in pages:
            writer.add(page, compression)


def decoded(path: Path, page: ArrayPage, number: int = 0) -> np.ndarray:
    """The pixels of one page of the file, decoded by libtiff."""
    single = path.with_suffix(f".{number}.tif")
    words = ["tiffcp", "-c", "none", "-r", "100000", f"{path},{number}", single]
    subprocess.run(words, check=True, timeout=10)
    with Pillow.open(single) as found:
        (start,), (size,) = found.tag_v2[273], found.tag_v2[279]
        assert found.tag_v2[262] == (0 if page.image.depth == 1 else found.tag_v2[262])
    data = np.frombuffer(single.read_bytes()[start : start + size], dtype=np.uint8)
    return unpacked([data.reshape(page.image.height_px, -1)], page.image).astype(np.int64)


@pytest.mark.parametrize("compression", LOSSLESS)
@pytest.mark.parametrize("kind", KINDS)
def test_libtiff_reads_every_pixel_back(
    tmp_path: Path, kind: tuple[Mode, int], compression: Compression
) -> None:
    page = page_of(kind, 211, 1500)
    write(tmp_path / "page.tif", (page, compression))
    assert np.array_equal(decoded(tmp_path / "page.tif", page), pixels_of(page))


def test_group_4_keeps_black_and_white(tmp_path: Path) -> None:
    page = page_of((Mode.BW, 1), 1001, 2100)
    write(tmp_path / "page.tif", (page, Compression.GROUP4))
    assert np.array_equal(decoded(tmp_path / "page.tif", page), pixels_of(page))


@pytest.mark.parametrize("kind", KINDS[:4])
def test_jpeg_strips_are_near_the_pixels(tmp_path: Path, kind: tuple[Mode, int]) -> None:
    page = page_of(kind, 300, 1200, smooth=True)
    write(tmp_path / "page.tif", (page, Compression.JPEG))
    with Pillow.open(tmp_path / "page.tif") as picture:
        assert picture.size == (300, 1200)
        found = np.asarray(picture).astype(np.int64).reshape(1200, 300, -1)
    expected = pixels_of(page) >> (8 if kind[1] == 16 else 0)
    assert np.abs(found - expected).mean() < 4


def test_many_pages_of_all_kinds_are_in_their_order(tmp_path: Path) -> None:
    pages = [page_of(kind, 40 + number, 60) for number, kind in enumerate(KINDS)]
    compressions = [Compression.DEFLATE, Compression.NONE, Compression.JPEG, Compression.LZW]
    write(
        tmp_path / "pages.tif",
        *zip(pages, [*compressions, Compression.GROUP4], strict=True),
    )
    for number, page in enumerate(pages):
        if number != 2:
            assert np.array_equal(decoded(tmp_path / "pages.tif", page, number), pixels_of(page))


def test_libtiff_finds_the_resolution_and_nothing_to_complain_of(tmp_path: Path) -> None:
    write(tmp_path / "page.tif", (page_of((Mode.COLOR, 16)), Compression.DEFLATE))
    told = subprocess.run(
        ["tiffinfo", tmp_path / "page.tif"], capture_output=True, text=True, check=True, timeout=10
    )
    assert told.stderr == ""
    assert "Resolution: 100, 100 pixels/inch" in told.stdout
    assert "Bits/Sample: 16" in told.stdout
