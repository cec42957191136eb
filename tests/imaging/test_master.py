"""Master: lossless for every picture, and known for damaged when it is."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import Image, Mode
from sheetfed.imaging import master
from sheetfed.imaging.master import MasterWriter
from sheetfed.imaging.rows import Strip, row_bytes, strip_rows

MODES = [(Mode.COLOR, 8), (Mode.COLOR, 16), (Mode.GRAY, 8), (Mode.GRAY, 16), (Mode.BW, 1)]


def write(path: Path, image: Image, pixels: Strip, rows: int) -> None:
    with path.open("wb") as file:
        writer = MasterWriter(file, image=image, strip_rows=rows)
        for top in range(0, len(pixels), rows):
            writer.add(pixels[top : top + rows])
        writer.close()


def read(path: Path) -> tuple[Image, Strip]:
    with master.opened(path) as page:
        return page.image, np.concatenate(list(page.strips()))


@given(
    kind=st.sampled_from(MODES),
    width_px=st.integers(1, 67),
    height_px=st.integers(1, 50),
    rows=st.integers(1, 60),
    seed=st.integers(0, 2**32 - 1),
)
@settings(deadline=None)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    kind: tuple[Mode, int],
    width_px: int,
    height_px: int,
    rows: int,
    seed: int,
) -> None:
    image = Image(width_px, height_px, *kind, 300.0, 299.5)
    shape = (height_px, row_bytes(image))
    pixels = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    path = tmp_path_factory.mktemp("master") / "m"
    write(path, image, pixels, rows)
    found, restored = read(path)
    assert found == image
    assert np.array_equal(restored, pixels)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    image = Image(50, 40, Mode.GRAY, 8, 300.0, 300.0)
    pixels = np.random.default_rng(1).integers(0, 256, (40, 50), dtype=np.uint8)
    write(tmp_path / "m", image, pixels, 16)
    return tmp_path / "m"


def test_a_missing_master_is_a_damaged_image(tmp_path: Path) -> None:
    with pytest.raises(DamagedImage, match="missing"):
        read(tmp_path / "nothing")


def test_every_flipped_byte_is_noticed_or_harmless(path: Path) -> None:
    whole = path.read_bytes()
    _, pixels = read(path)
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0x55
        path.write_bytes(damaged)
        try:
            image, found = read(path)
        except DamagedImage:
            continue
        assert (image.width_px, image.height_px) == (50, 40)
        assert np.array_equal(found, pixels)


@pytest.mark.parametrize("length", [0, 10, 25, 60, 200, 400, 1000])
def test_a_truncated_master_is_damaged(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DamagedImage):
        read(path)


def test_a_master_that_lacks_strips_is_not_finished() -> None:
    image = Image(50, 40, Mode.GRAY, 8, 300.0, 300.0)
    writer = MasterWriter(BytesIO(), image=image, strip_rows=16)
    writer.add(np.zeros((16, 50), dtype=np.uint8))
    with pytest.raises(DamagedImage, match="fewer rows"):
        writer.close()


@given(kind=st.sampled_from(MODES), width_px=st.integers(1, 60_000), factor=st.integers(1, 60))
def test_strips_suit_jpeg_and_the_preview(
    kind: tuple[Mode, int], width_px: int, factor: int
) -> None:
    image = Image(width_px, 1000, *kind, 300.0, 300.0)
    rows = strip_rows(image, multiple_of=factor)
    assert rows % 16 == 0
    assert rows % factor == 0


def test_docs_show_how_to_read_a_master_without_sheetfed(path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "store.md"
    _, _, rest = page.read_text().partition("```python\n")
    code, _, _ = rest.partition("```")
    scope: dict[str, object] = {}
    exec(compile(code, str(page), "exec"), scope)
    read_master = scope["read_master"]
    assert callable(read_master)
    header, pixels = read_master(path)
    assert (header["width_px"], header["height_px"]) == (50, 40)
    assert np.array_equal(pixels, read(path)[1])
