"""Pool: real worker processes do the work, in the order of its urgency."""

import asyncio
import os
import signal
import subprocess
from pathlib import Path

import pytest
from PIL import Image as Pillow

from fakes.image_workers import begun, hang, mend, minor_faults, workers
from fakes.spooled import sparse_page, write_bw_page, write_color_page
from sheetfed.core.asker import ASKER
from sheetfed.core.errors import (
    DamagedImage,
    InvalidParameter,
    NotFound,
    ScanError,
    ShuttingDown,
    StoreFull,
)
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import Image, Mode, Owner
from sheetfed.core.ports import PageFiles
from sheetfed.imaging import orders
from sheetfed.imaging.pool import ImagingPool

BW = Image(850, 1100, Mode.BW, 1, 100.0, 100.0)
USUAL = ExportOptions()


async def test_a_page_goes_in_and_comes_out(
    pool: ImagingPool, tmp_path: Path, master: Path, preview: Path
) -> None:
    image = await pool.ingest(write_color_page(tmp_path / "s"), master, preview)
    assert image == Image(850, 1100, Mode.COLOR, 8, 100.0, 100.0)
    await pool.render(
        page=PageFiles(master, preview),
        width_px=85,
        height_px=110,
        image_type=ImageType.JPEG,
        target=tmp_path / "small",
    )
    with Pillow.open(tmp_path / "small") as small:
        assert small.size == (85, 110)


async def test_many_pages_become_one_pdf_and_nothing_else_is_left(
    pool: ImagingPool, tmp_path: Path
) -> None:
    pages = []
    for number in range(5):
        spool = write_color_page(tmp_path / f"s{number}", width_px=100 + number, height_px=50)
        pages.append(PageFiles(tmp_path / f"m{number}", tmp_path / f"v{number}"))
        await pool.ingest(spool, pages[-1].master, pages[-1].preview)
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "all.pdf"
    await pool.export(pages=pages, image_type=ImageType.PDF, options=USUAL, target=target)
    listing = await asyncio.to_thread(
        subprocess.run, ["pdfimages", "-list", target], check=True, capture_output=True, timeout=10
    )
    widths = [int(line.split()[3]) for line in listing.stdout.splitlines()[2:]]
    assert widths == [100, 101, 102, 103, 104]
    assert list(folder.iterdir()) == [target]
    assert target.stat().st_mode & 0o777 == 0o600


async def test_a_damaged_page_is_an_error_that_costs_no_worker(
    pool: ImagingPool, spool: Path, master: Path, preview: Path
) -> None:
    before = workers()
    await pool.ingest(spool, master, preview)
    master.write_bytes(master.read_bytes()[:200])
    with pytest.raises(DamagedImage):
        await pool.export(
            pages=[PageFiles(master, preview)] * 2,
            image_type=ImageType.PDF,
            options=USUAL,
            target=master.with_name("pdf"),
        )
    assert sorted(path.name for path in spool.parent.iterdir()) == ["master", "preview", "spool"]
    assert await pool.ingest(spool, master, preview) == BW
    assert workers() == before


async def test_a_scan_does_not_wait_behind_an_export(
    single: ImagingPool, spool: Path, master: Path, preview: Path, tmp_path: Path
) -> None:
    await single.ingest(spool, master, preview)
    hung = write_bw_page(tmp_path / "hung")
    hang(tmp_path / "hm")
    first = asyncio.create_task(single.ingest(hung, tmp_path / "hm", tmp_path / "hv"))
    victim = await begun(hung)
    done: list[str] = []
    export = asyncio.create_task(
        single.export(
            pages=[PageFiles(master, preview)] * 3,
            image_type=ImageType.PDF,
            options=USUAL,
            target=tmp_path / "pdf",
        )
    )
    export.add_done_callback(lambda _: done.append("export"))
    await asyncio.sleep(0)
    scan = asyncio.create_task(single.ingest(spool, tmp_path / "m2", tmp_path / "v2"))
    scan.add_done_callback(lambda _: done.append("scan"))
    mend(tmp_path / "hm")
    os.kill(victim, signal.SIGKILL)
    await asyncio.gather(first, export, scan)
    assert done == ["scan", "export"]


async def test_one_who_asks_for_much_keeps_nobody_else_waiting(
    single: ImagingPool, spool: Path, master: Path, preview: Path, tmp_path: Path
) -> None:
    await single.ingest(spool, master, preview)
    hung = write_bw_page(tmp_path / "hung")
    hang(tmp_path / "hm")
    first = asyncio.create_task(single.ingest(hung, tmp_path / "hm", tmp_path / "hv"))
    victim = await begun(hung)
    done: list[str] = []
    looks: list[asyncio.Task[float]] = []
    for number, who in enumerate(("flooding", "flooding", "flooding", "flooding", "another")):
        ASKER.set(Owner(1000, f"https://{who}.example"))
        looks.append(asyncio.create_task(single.ink(PageFiles(master, preview))))
        looks[number].add_done_callback(lambda _, who=who: done.append(who))
    await asyncio.sleep(0)
    mend(tmp_path / "hm")
    os.kill(victim, signal.SIGKILL)
    await asyncio.gather(first, *looks)
    assert done == ["flooding", "another", "flooding", "flooding", "flooding"]


async def test_cancelled_work_that_has_not_begun_is_never_done(
    single: ImagingPool, spool: Path, master: Path, preview: Path, tmp_path: Path
) -> None:
    hang(master)
    first = asyncio.create_task(single.ingest(spool, master, preview))
    victim = await begun(spool)
    second = asyncio.create_task(single.ingest(spool, tmp_path / "m2", tmp_path / "v2"))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    mend(master)
    os.kill(victim, signal.SIGKILL)
    await first
    await single.ingest(spool, tmp_path / "m3", tmp_path / "v3")
    assert not (tmp_path / "m2").exists()


async def test_cancelled_work_that_has_begun_is_waited_for(
    single: ImagingPool, spool: Path, master: Path, preview: Path
) -> None:
    hang(master)
    work = asyncio.create_task(single.ingest(spool, master, preview))
    victim = await begun(spool)
    work.cancel()
    await asyncio.sleep(0)
    assert not work.done()
    mend(master)
    os.kill(victim, signal.SIGKILL)
    with pytest.raises(asyncio.CancelledError):
        await work
    assert master.exists()


async def test_closing_ends_what_runs_and_what_waits(
    spool: Path, master: Path, preview: Path, tmp_path: Path
) -> None:
    pool = ImagingPool(workers=1)
    await pool.start()
    hang(master)
    first = asyncio.create_task(pool.ingest(spool, master, preview))
    await begun(spool)
    second = asyncio.create_task(pool.ingest(spool, tmp_path / "m2", tmp_path / "v2"))
    await asyncio.sleep(0)
    await pool.close()
    for work in (first, second):
        with pytest.raises(ShuttingDown):
            await work
    with pytest.raises(ShuttingDown):
        await pool.ingest(spool, master, preview)
    assert workers() == []


async def test_a_full_disk_is_told_as_a_full_store(
    single: ImagingPool, spool: Path, master: Path, preview: Path, tmp_path: Path
) -> None:
    (tmp_path / "full.part").symlink_to("/dev/full")
    with pytest.raises(StoreFull):
        await single.ingest(spool, tmp_path / "full", preview)
    await single.ingest(spool, master, preview)
    for image_type in ImageType:
        (tmp_path / "full.part").symlink_to("/dev/full")
        with pytest.raises(StoreFull):
            await single.export(
                pages=[PageFiles(master, preview)],
                image_type=image_type,
                options=USUAL,
                target=tmp_path / "full",
            )


async def test_memory_does_not_grow_with_the_page(
    single: ImagingPool, tmp_path: Path, master: Path, preview: Path
) -> None:
    spool = sparse_page(tmp_path / "s", width_px=9920, height_px=14032)
    await single.ingest(spool, master, preview)
    for image_type in (ImageType.JPEG, ImageType.PNG):
        await single.export(
            pages=[PageFiles(master, preview)],
            image_type=image_type,
            options=USUAL,
            target=tmp_path / "t",
        )
    (pid,) = workers()
    peak = Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]
    assert int(peak) < 80 * 1024, "KiB, of a page of 400 MiB"


@pytest.mark.parametrize(
    ("pages", "image_type", "quality"),
    [
        (0, ImageType.PDF, 85),
        (2, ImageType.JPEG, 85),
        (1, ImageType.JPEG, 0),
        (1, ImageType.PDF, 101),
    ],
)
async def test_exports_that_make_no_sense_are_refused(
    tmp_path: Path, pages: int, image_type: ImageType, quality: int
) -> None:
    pool = ImagingPool(workers=1)
    with pytest.raises(InvalidParameter):
        await pool.export(
            pages=[PageFiles(tmp_path / "m", tmp_path / "v")] * pages,
            image_type=image_type,
            options=ExportOptions(quality=quality),
            target=tmp_path / "t",
        )


@pytest.mark.parametrize(
    ("width_px", "height_px", "image_type"), [(0, 5, ImageType.PNG), (5, 5, ImageType.PDF)]
)
async def test_renders_that_make_no_sense_are_refused(
    tmp_path: Path, width_px: int, height_px: int, image_type: ImageType
) -> None:
    pool = ImagingPool(workers=1)
    with pytest.raises(InvalidParameter):
        await pool.render(
            page=PageFiles(tmp_path / "m", tmp_path / "v"),
            width_px=width_px,
            height_px=height_px,
            image_type=image_type,
            target=tmp_path / "t",
        )


@pytest.mark.parametrize(
    "error", [DamagedImage("torn"), StoreFull(), NotFound("no", details={"n": 1})]
)
def test_errors_cross_the_border_as_their_words(error: ScanError) -> None:
    with pytest.raises(type(error)) as met:
        orders.read_answer(orders.failure(error))
    assert (met.value.message, met.value.details) == (error.message, error.details)


async def test_a_worker_keeps_the_memory_of_one_page_for_the_next(
    single: ImagingPool, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    Pillow.new("RGB", (3000, 3000), "white").save(source, "PNG", compress_level=1)
    faults = []
    for number in range(3):
        files = (tmp_path / f"{number}.m", tmp_path / f"{number}.v")
        await single.load(source=source, number=0, master=files[0], preview=files[1])
        faults.append(minor_faults(workers()[0]))
    decoded_bytes = 3000 * 3000 * 4
    assert (faults[2] - faults[1]) * os.sysconf("SC_PAGE_SIZE") < decoded_bytes / 4
