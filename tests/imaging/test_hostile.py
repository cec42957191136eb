"""Hostile: whatever a file holds, it becomes a page or is refused, at nobody else's cost."""

import asyncio
import resource
import struct
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import img2pdf
import numpy as np
import pytest
from PIL import Image as Pillow

from fakes import deep
from fakes.image_workers import make_deadly, workers
from sheetfed.core.errors import DamagedImage, TooLarge, UnsupportedImage
from sheetfed.imaging import limits
from sheetfed.imaging.pool import ImagingPool

REFUSED = (DamagedImage, TooLarge, UnsupportedImage)
FILES_A_FORMAT = 60
MIB = 1024 * 1024
WORDS: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 70},
    "progressive JPEG": {"progressive": True},
    "PNG": {},
    "BMP": {},
    "WEBP": {},
    "lossless WEBP": {"lossless": True},
    "TIFF": {},
    "tiff_lzw TIFF": {"compression": "tiff_lzw"},
    "jpeg TIFF": {"compression": "jpeg"},
    "PDF": {},
    "16-bit PNG": {},
    "16-bit TIFF": {},
}


def made(name: str, size: tuple[int, int] = (90, 70)) -> bytes:
    """A good file of this kind."""
    if name in ("16-bit PNG", "16-bit TIFF"):
        pixels = np.arange(size[0] * size[1] * 3, dtype=np.uint16).reshape(size[1], size[0], 3)
        return deep.png(pixels) if name == "16-bit PNG" else deep.tiff(pixels)
    shades = Pillow.radial_gradient("L").resize(size)
    picture = Pillow.merge("RGB", (shades, shades.rotate(90), Pillow.effect_noise(size, 60)))
    kind = name.rpartition(" ")[2]
    file = BytesIO()
    picture.save(file, "PNG" if kind == "PDF" else kind, **WORDS[name])
    return img2pdf.convert(file.getvalue()) if kind == "PDF" else file.getvalue()


def mutated(whole: bytes, number: int) -> bytes:
    """Some bytes are others; of every second file all of these are near its begin, and every
    third one is cut off."""
    random = np.random.default_rng(number)
    content = bytearray(whole)
    end = min(len(content), 256) if number % 2 else len(content)
    for place in random.integers(0, end, 6):
        content[place] = int(random.integers(0, 256))
    return bytes(content[: int(random.integers(0, len(content)))] if number % 3 == 0 else content)


async def taken(pool: ImagingPool, source: Path) -> str:
    """What became of a file: a word."""
    master, preview = source.with_suffix(".m"), source.with_suffix(".v")
    try:
        pages = await pool.count(source)
        assert pages > 0
        image = await pool.load(source=source, number=pages - 1, master=master, preview=preview)
    except REFUSED as error:
        assert not master.exists()
        return error.code
    assert image.width_px > 0
    assert master.stat().st_size
    assert preview.stat().st_size
    return "page"


@pytest.mark.parametrize("name", WORDS)
async def test_mutated_and_truncated_files_become_pages_or_are_refused(
    pool: ImagingPool, tmp_path: Path, name: str
) -> None:
    whole = made(name)
    sources = [tmp_path / f"{number}" for number in range(FILES_A_FORMAT)]
    for number, source in enumerate(sources):
        source.write_bytes(mutated(whole, number))
    good = tmp_path / "good"
    good.write_bytes(whole)
    outcomes = await asyncio.gather(*(taken(pool, source) for source in sources))
    # The checksums of a PNG that is not compressed much find nearly every change.
    assert "page" in outcomes or name == "16-bit PNG"
    assert len(set(outcomes)) > 1
    assert await taken(pool, good) == "page"


async def test_a_file_that_kills_its_workers_costs_nothing_but_itself(
    pool: ImagingPool, tmp_path: Path
) -> None:
    deadly, *others = sources = [tmp_path / f"{number}" for number in range(6)]
    for source in sources:
        source.write_bytes(made("PNG"))
    make_deadly(deadly)
    assert await asyncio.gather(*(taken(pool, source) for source in sources)) == [
        "damaged-image",
        *["page"] * len(others),
    ]
    assert len(workers()) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%!PS",
        b"GIF89a" + bytes(40),
        b"\x00\x00\x00\x18ftypheic" + bytes(40),
        b"P6 1 1 255 abc",
    ],
)
async def test_what_is_of_no_format_that_is_taken_is_unsupported(
    pool: ImagingPool, tmp_path: Path, content: bytes
) -> None:
    source = tmp_path / "file"
    source.write_bytes(content)
    with pytest.raises(UnsupportedImage):
        await pool.count(source)


def slow_jpeg(scans: int) -> bytes:
    """A progressive JPEG of few bytes whose last scan comes again and again: every one is a pass
    over all of its pixels."""
    file = BytesIO()
    Pillow.new("L", (8000, 8000), 128).save(file, "JPEG", progressive=True)
    whole = file.getvalue()
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * scans + whole[-2:]


async def test_a_file_that_takes_too_long_is_too_large_and_its_worker_replaced(
    tmp_path: Path,
) -> None:
    source = tmp_path / "file"
    source.write_bytes(slow_jpeg(4000))
    assert source.stat().st_size < MIB
    pool = ImagingPool(workers=1, deadline_s=4.0)
    await pool.start()
    try:
        (before,) = workers()
        assert await taken(pool, source) == "too-large"
        assert before not in workers()
        source.write_bytes(made("PNG"))
        assert await taken(pool, source) == "page"
    finally:
        await pool.close()


@pytest.fixture
async def narrow() -> AsyncIterator[ImagingPool]:
    """A pool with one worker that has room for little more than itself."""
    pool = ImagingPool(workers=1)
    await pool.start()
    (pid,) = workers()
    status = Path(f"/proc/{pid}/status").read_text()
    own = int(status.split("VmSize:")[1].split()[0]) * 1024
    resource.prlimit(pid, resource.RLIMIT_AS, (own + 64 * MIB, own + 64 * MIB))
    yield pool
    await pool.close()


async def test_a_file_that_needs_too_much_memory_is_too_large_and_costs_no_worker(
    narrow: ImagingPool, tmp_path: Path
) -> None:
    before = workers()
    source = tmp_path / "file"
    Pillow.new("RGB", (6000, 6000)).save(source, "PNG")
    assert await taken(narrow, source) == "too-large"
    source.write_bytes(made("PNG"))
    assert await taken(narrow, source) == "page"
    assert workers() == before


async def test_a_worker_has_limits_and_leaves_no_core(pool: ImagingPool) -> None:
    for pid in workers():
        assert resource.prlimit(pid, resource.RLIMIT_AS) == (limits.WORKER_BYTES,) * 2
        assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)


@pytest.mark.parametrize(
    ("pages", "expected"), [(5000, "page"), (5001, "too-large")], ids=["5000", "5001"]
)
async def test_a_tiff_of_very_many_pages_is_too_large(
    pool: ImagingPool, tmp_path: Path, pages: int, expected: str
) -> None:
    source = tmp_path / "file"
    source.write_bytes(long_tiff(pages))
    assert await taken(pool, source) == expected


def long_tiff(pages: int) -> bytes:
    """Pages of one pixel that is the same for all."""
    pixel_at, size = 8, 2 + 9 * 12 + 4
    fields = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, pixel_at), (277, 1)]
    fields += [(278, 1), (279, 1)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields)
    file = struct.pack("<2sHI4s", b"II", 42, 12, b"\x80")
    for number in range(pages):
        after = 12 + size * (number + 1) if number + 1 < pages else 0
        file += struct.pack("<H", len(fields)) + entries + struct.pack("<I", after)
    return file


async def test_a_tiff_whose_pages_go_round_in_a_circle_has_an_end(
    pool: ImagingPool, tmp_path: Path
) -> None:
    source = tmp_path / "file"
    source.write_bytes(long_tiff(3)[:-4] + struct.pack("<I", 12))
    assert await taken(pool, source) == "page"
    assert await pool.count(source) == 3
