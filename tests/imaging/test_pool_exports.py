"""Pool: exports by real workers: every type, edited pages, many pages, options that cannot be."""

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from fakes.image_workers import hang, mend, release, workers
from fakes.spooled import color_pattern, write_bw_page, write_color_page
from sheetfed.core.edits import Crop, Rotate
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.exports import Compression, ExportOptions, Metadata
from sheetfed.core.imagetype import ImageType
from sheetfed.core.ports import PageFiles
from sheetfed.imaging.pool import ImagingPool

Store = Callable[[Path], Any]
MIB = 1024


@pytest.fixture
async def page(tmp_path: Path, stored: Store) -> Any:
    return await asyncio.to_thread(stored, write_color_page(tmp_path / "s"))


@pytest.fixture
async def out(tmp_path: Path) -> Path:
    """A folder for the target, with nothing else in it."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


async def told(*words: str | Path) -> str:
    done = await asyncio.to_thread(
        subprocess.run, words, check=True, capture_output=True, text=True, timeout=15
    )
    return done.stdout


@pytest.mark.parametrize("image_type", [kind for kind in ImageType if kind is not ImageType.PDF])
async def test_an_edited_page_is_exported_in_every_type(
    pool: ImagingPool, page: Any, out: Path, image_type: ImageType
) -> None:
    await pool.export(
        pages=[page.files(Rotate(90), Crop(0, 0, 1000, 800))],
        image_type=image_type,
        options=ExportOptions(quality=95),
        target=out / "file",
    )
    expected = np.rot90(color_pattern(850, 1100), 3)[:800, :1000]
    with await asyncio.to_thread(Pillow.open, out / "file") as found:
        assert (found.format, found.size) == (image_type.name, (1000, 800))
        assert np.abs(np.asarray(found.convert("RGB")).astype(int) - expected).mean() < 8
    assert list(out.iterdir()) == [out / "file"]


async def test_an_edited_page_is_exported_as_pdf(pool: ImagingPool, page: Any, out: Path) -> None:
    await pool.export(
        pages=[page.files(Rotate(90))],
        image_type=ImageType.PDF,
        options=ExportOptions(),
        target=out / "file",
    )
    assert "792 x 612 pts" in await told("pdfinfo", out / "file")


async def test_many_pages_become_one_tiff_and_nothing_else_is_left(
    pool: ImagingPool, page: Any, out: Path
) -> None:
    pages = [page.files(Crop(0, 0, 100 + number, 50)) for number in range(7)]
    await pool.export(
        pages=pages,
        image_type=ImageType.TIFF,
        options=ExportOptions(compression=Compression.LZW),
        target=out / "file",
    )
    assert (await told("tiffinfo", out / "file")).count("Compression Scheme: LZW") == 7
    with await asyncio.to_thread(Pillow.open, out / "file") as whole:
        for number in range(7):
            whole.seek(number)
            assert np.array_equal(np.asarray(whole), color_pattern(850, 1100)[:50, : 100 + number])
    assert list(out.iterdir()) == [out / "file"]


async def test_what_is_about_the_whole_pdf_is_done_for_one_page_too(
    pool: ImagingPool, page: Any, out: Path
) -> None:
    await pool.export(
        pages=[page.files()],
        image_type=ImageType.PDF,
        options=ExportOptions(metadata=Metadata(title="One page"), password="secret"),
        target=out / "file",
    )
    shown = await told("pdfinfo", "-upw", "secret", out / "file")
    assert "One page" in shown
    assert "AES-256" in shown
    assert list(out.iterdir()) == [out / "file"]


async def test_what_is_about_pdfs_does_not_hinder_a_tiff(
    pool: ImagingPool, page: Any, out: Path
) -> None:
    options = ExportOptions(is_archive=True, text_languages=("klingon",))
    await pool.export(
        pages=[page.files()], image_type=ImageType.TIFF, options=options, target=out / "file"
    )
    assert "TIFF Directory" in await told("tiffinfo", out / "file")


async def test_a_language_that_is_not_there_is_refused_with_those_that_are(
    pool: ImagingPool, page: Any, out: Path
) -> None:
    with pytest.raises(InvalidParameter) as met:
        await pool.export(
            pages=[page.files()],
            image_type=ImageType.PDF,
            options=ExportOptions(text_languages=("eng", "klingon")),
            target=out / "file",
        )
    assert met.value.details["name"] == "languages"
    assert "eng" in str(met.value.details["allowed"])
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (ExportOptions(page_mm=(1.0, 297.0)), "page_mm"),
        (ExportOptions(password="secret", is_archive=True), "password"),
    ],
)
async def test_options_that_no_file_can_have_are_refused(
    tmp_path: Path, options: ExportOptions, name: str
) -> None:
    pool = ImagingPool(workers=1)
    with pytest.raises(InvalidParameter) as met:
        await pool.export(
            pages=[PageFiles(tmp_path / "m", tmp_path / "v")],
            image_type=ImageType.PDF,
            options=options,
            target=tmp_path / "t",
        )
    assert met.value.details["name"] == name


async def test_joining_may_take_longer_than_other_work(page: Any, out: Path) -> None:
    pool = ImagingPool(workers=2, deadline_s=3.0)
    await pool.start()
    try:
        hang(out / "file")
        work = asyncio.create_task(
            pool.export(
                pages=[page.files(Crop(0, 0, 9, 9))] * 6,
                image_type=ImageType.TIFF,
                options=ExportOptions(),
                target=out / "file",
            )
        )
        await asyncio.wait({work}, timeout=4.0)
        assert not work.done()
        await release(out / "file")
        mend(out / "file")
        await work
    finally:
        await pool.close()
    assert list(out.iterdir()) == [out / "file"]


async def test_a_thousand_pages_become_one_pdf_in_little_memory(
    pool: ImagingPool, tmp_path: Path, stored: Store, out: Path
) -> None:
    spool = write_bw_page(tmp_path / "s", width_px=400, height_px=500)
    page = await asyncio.to_thread(stored, spool)
    await pool.export(
        pages=[page.files()] * 1000,
        image_type=ImageType.PDF,
        options=ExportOptions(metadata=Metadata(title="All of it")),
        target=out / "file",
    )
    assert "Pages:           1000" in await told("pdfinfo", out / "file")
    assert list(out.iterdir()) == [out / "file"]
    for pid in workers():
        status = Path(f"/proc/{pid}/status").read_text()
        assert int(status.split("VmHWM:")[1].split()[0]) < 150 * MIB
