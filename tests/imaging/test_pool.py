"""Pool: real worker processes do the work, die, hang and are replaced."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image as Pillow

from fakes.gate import until
from fakes.spooled import sparse_page, write_bw_page, write_color_page
from sheetfed.core.errors import (
    DamagedImage,
    InternalError,
    InvalidParameter,
    NotFound,
    ScanError,
    ShuttingDown,
    StoreFull,
)
from sheetfed.core.model import Image, ImageType, Mode
from sheetfed.imaging import orders
from sheetfed.imaging.pool import ImagingPool

BW = Image(850, 1100, Mode.BW, 1, 100.0, 100.0)


def workers() -> list[int]:
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in children]


def hang(master: Path) -> None:
    """Let whoever writes this master wait for a reader that never comes."""
    os.mkfifo(f"{master}.part")


def mend(master: Path) -> None:
    Path(f"{master}.part").unlink()


def at_work_on(spool: Path) -> int | None:
    """The worker that has the spool open."""
    for pid in workers():
        with contextlib.suppress(FileNotFoundError):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                if _target(link) == spool:
                    return pid
    return None


def _target(link: Path) -> Path | None:
    """None for a descriptor that was closed since it was listed."""
    try:
        return link.readlink()
    except FileNotFoundError:
        return None


async def begun(spool: Path, *, not_by: int | None = None) -> int:
    await until(lambda: at_work_on(spool) not in (None, not_by))
    pid = at_work_on(spool)
    assert pid is not None
    return pid


@pytest.fixture
async def pool() -> AsyncIterator[ImagingPool]:
    pool = ImagingPool(workers=2)
    await pool.start()
    yield pool
    await pool.close()


@pytest.fixture
async def single() -> AsyncIterator[ImagingPool]:
    pool = ImagingPool(workers=1)
    await pool.start()
    yield pool
    await pool.close()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return write_bw_page(tmp_path / "spool")


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return tmp_path / "master"


@pytest.fixture
def preview(tmp_path: Path) -> Path:
    return tmp_path / "preview"


async def test_a_page_goes_in_and_comes_out(
    pool: ImagingPool, tmp_path: Path, master: Path, preview: Path
) -> None:
    image = await pool.ingest(write_color_page(tmp_path / "s"), master, preview)
    assert image == Image(850, 1100, Mode.COLOR, 8, 100.0, 100.0)
    await pool.render(
        master=master,
        preview=preview,
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
    masters = []
    for number in range(5):
        spool = write_color_page(tmp_path / f"s{number}", width_px=100 + number, height_px=50)
        masters.append(tmp_path / f"m{number}")
        await pool.ingest(spool, masters[-1], tmp_path / f"v{number}")
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "all.pdf"
    await pool.export(masters=masters, image_type=ImageType.PDF, quality=85, target=target)
    listing = await asyncio.to_thread(
        subprocess.run, ["pdfimages", "-list", target], check=True, capture_output=True, timeout=10
    )
    widths = [int(line.split()[3]) for line in listing.stdout.splitlines()[2:]]
    assert widths == [100, 101, 102, 103, 104]
    assert list(folder.iterdir()) == [target]
    assert target.stat().st_mode & 0o777 == 0o600


async def test_a_worker_that_is_killed_once_is_replaced_and_the_page_is_there(
    pool: ImagingPool, spool: Path, master: Path, preview: Path, tmp_path: Path
) -> None:
    hang(master)
    work = asyncio.create_task(pool.ingest(spool, master, preview))
    victim = await begun(spool)
    other = write_bw_page(tmp_path / "other")
    assert await pool.ingest(other, tmp_path / "om", tmp_path / "ov") == BW
    mend(master)
    os.kill(victim, signal.SIGKILL)
    assert await work == BW
    assert victim not in workers()


async def test_a_page_that_kills_its_worker_twice_is_damaged_and_the_pool_goes_on(
    pool: ImagingPool, spool: Path, master: Path, preview: Path
) -> None:
    hang(master)
    work = asyncio.create_task(pool.ingest(spool, master, preview))
    first = await begun(spool)
    os.kill(first, signal.SIGKILL)
    os.kill(await begun(spool, not_by=first), signal.SIGKILL)
    with pytest.raises(DamagedImage, match="dies of it"):
        await work
    assert sorted(path.name for path in spool.parent.iterdir()) == ["spool"]
    assert await pool.ingest(spool, master, preview) == BW


async def test_a_worker_that_died_idle_costs_nothing(
    single: ImagingPool, spool: Path, master: Path, preview: Path
) -> None:
    (victim,) = workers()
    os.kill(victim, signal.SIGKILL)
    assert await single.ingest(spool, master, preview) == BW


async def test_work_that_takes_too_long_is_ended_and_only_its_worker_replaced(
    spool: Path, master: Path, preview: Path
) -> None:
    pool = ImagingPool(workers=2, deadline_s=1.0)
    await pool.start()
    try:
        hang(master)
        before = set(workers())
        work = asyncio.create_task(pool.ingest(spool, master, preview))
        hung = await begun(spool)
        with pytest.raises(InternalError, match="too long"):
            await work
        assert hung not in workers()
        assert before - {hung} <= set(workers())
        assert await pool.ingest(spool, master, preview) == BW
    finally:
        await pool.close()


async def test_a_damaged_page_is_an_error_that_costs_no_worker(
    pool: ImagingPool, spool: Path, master: Path, preview: Path
) -> None:
    before = workers()
    await pool.ingest(spool, master, preview)
    master.write_bytes(master.read_bytes()[:200])
    with pytest.raises(DamagedImage):
        await pool.export(
            masters=[master, master],
            image_type=ImageType.PDF,
            quality=85,
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
            masters=[master] * 3, image_type=ImageType.PDF, quality=85, target=tmp_path / "pdf"
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


async def test_workers_that_cannot_start_fail_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(InternalError):
        await ImagingPool(workers=2).start()


async def test_workers_die_with_the_daemon(tmp_path: Path) -> None:
    daemon = tmp_path / "daemon.py"
    daemon.write_text(
        "import asyncio, os, sys\n"
        "from sheetfed.imaging.pool import ImagingPool\n"
        "async def main():\n"
        "    await ImagingPool(workers=2).start()\n"
        "    print(open(f'/proc/self/task/{os.getpid()}/children').read(), flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        daemon,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    pids = (await process.stdout.readline()).decode().split()
    assert len(pids) == 2
    process.kill()
    await process.communicate()
    await until(lambda: not any(is_running(pid) for pid in pids))


def is_running(pid: str) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


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
                masters=[master], image_type=image_type, quality=85, target=tmp_path / "full"
            )


async def test_memory_does_not_grow_with_the_page(
    single: ImagingPool, tmp_path: Path, master: Path, preview: Path
) -> None:
    spool = sparse_page(tmp_path / "s", width_px=9920, height_px=14032)
    await single.ingest(spool, master, preview)
    for image_type in (ImageType.JPEG, ImageType.PNG):
        await single.export(
            masters=[master], image_type=image_type, quality=85, target=tmp_path / "t"
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
            masters=[tmp_path / "m"] * pages,
            image_type=image_type,
            quality=quality,
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
            master=tmp_path / "m",
            preview=tmp_path / "v",
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


async def test_a_start_that_is_called_off_leaves_no_process() -> None:
    for turns in range(8):
        starting = asyncio.create_task(ImagingPool(workers=2).start())
        for _ in range(turns):
            await asyncio.sleep(0)
        starting.cancel()
        await asyncio.wait({starting})
        assert starting.cancelled()


async def test_an_answer_that_is_no_answer_fails_its_work_and_no_other(
    single: ImagingPool,
    spool: Path,
    master: Path,
    preview: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def garbled(_: bytes) -> None:
        raise ValueError("not JSON")

    with monkeypatch.context() as patched:
        patched.setattr("sheetfed.imaging.orders.read_answer", garbled)
        with pytest.raises(InternalError):
            await single.ingest(spool, master, preview)
    assert "failed unexpectedly" in caplog.text
    assert (await single.ingest(spool, master, preview)).width_px > 0
