"""Pool: workers that die, hang, cannot start or answer rubbish are replaced."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from fakes.gate import until
from fakes.image_workers import begun, hang, mend, workers
from fakes.spooled import write_bw_page
from sheetfed.core.errors import (
    DamagedImage,
    InternalError,
    ShuttingDown,
)
from sheetfed.core.model import Image, Mode
from sheetfed.core.ports import PageFiles
from sheetfed.imaging.pool import ImagingPool

BW = Image(850, 1100, Mode.BW, 1, 100.0, 100.0)


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
    mend(master)
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
        mend(master)
        assert await pool.ingest(spool, master, preview) == BW
    finally:
        await pool.close()


async def test_workers_that_cannot_start_fail_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(InternalError):
        await ImagingPool(workers=2).start()


async def test_a_worker_that_is_killed_while_it_starts_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = (
        "import os\n"
        "try:\n"
        f"    os.close(os.open({str(tmp_path / 'once')!r}, os.O_CREAT | os.O_EXCL))\n"
        "    os.abort()\n"
        "except FileExistsError:\n"
        "    pass\n"
    )
    (tmp_path / "sitecustomize.py").write_text(once)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    pool = ImagingPool(workers=1)
    try:
        await pool.start()
        assert len(workers()) == 1
    finally:
        await pool.close()


async def test_work_that_comes_before_the_start_starts_the_workers(
    spool: Path, master: Path, preview: Path
) -> None:
    pool = ImagingPool(workers=2)
    try:
        work = asyncio.create_task(pool.ingest(spool, master, preview))
        await pool.start()
        assert await work == BW
        assert len(workers()) == 2
    finally:
        await pool.close()
    assert workers() == []


async def test_work_before_a_start_that_fails_fails_too(
    monkeypatch: pytest.MonkeyPatch, spool: Path, master: Path, preview: Path
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    pool = ImagingPool(workers=2)
    work = asyncio.create_task(pool.ingest(spool, master, preview))
    with pytest.raises(InternalError):
        await pool.start()
    with pytest.raises((InternalError, ShuttingDown)):
        await work


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


async def test_a_program_at_work_for_a_worker_ends_with_it(
    spool: Path, master: Path, preview: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, told = tmp_path / "tesseract", tmp_path / "pid"
    program.write_text(f"#!/bin/sh\necho $$ >{told}.new\nmv {told}.new {told}\nexec sleep 60\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    pool = ImagingPool(workers=1)
    await pool.start()
    await pool.ingest(spool, master, preview)
    work = asyncio.create_task(pool.orientation(PageFiles(master, preview)))
    await until(told.exists)
    await pool.close()
    with pytest.raises(ShuttingDown):
        await work
    pid = told.read_text().strip()
    await until(lambda: not is_running(pid))
