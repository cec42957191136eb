"""Peers: other programs that do the same work, run as a user would."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sheetfed.devices.driver import VIRTUAL_CONFIG_DIR

_PATIENCE_S = 60


async def run(*command: str, folder: Path, patience_s: float = _PATIENCE_S) -> None:
    """Run a program on the virtual scanner's configuration; one that hangs is run once more.

    SANE's test backend hangs now and then in scanimage. Raises RuntimeError when it fails.
    """
    environment = {**os.environ, "SANE_CONFIG_DIR": str(VIRTUAL_CONFIG_DIR), "LC_ALL": "C.UTF-8"}
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, said = await asyncio.wait_for(process.communicate(), patience_s)
        except TimeoutError:
            process.kill()
            await process.wait()
            continue
        # scanimage ends a batch with "out of documents", which it counts as an error of its own.
        if process.returncode and b"out of documents" not in said:
            raise RuntimeError(f"{command[0]}: {said.decode()}")
        return
    raise RuntimeError(f"{command[0]} hung twice")


@dataclass(frozen=True, slots=True)
class Bare:
    """Where bench.bare is served, and by which process."""

    base: str
    pid: int


@asynccontextmanager
async def bare_server(folder: Path | None = None) -> AsyncIterator[Bare]:
    """bench.bare in a process of its own, for the length of a block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.bare",
        *([] if folder is None else [str(folder)]),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = (await process.stdout.readline()).decode().strip()
        yield Bare(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.stdin.close()
        await process.wait()


async def scanimage_batch(image_format: str, resolution: int, folder: Path) -> None:
    """Ten colour pages from the virtual feeder, one file each."""
    await run(
        "scanimage",
        "--device-name=test:0",
        "--source=Automatic Document Feeder",
        "--mode=Color",
        "--test-picture=Color pattern",
        f"--resolution={resolution}",
        "-x200",
        "-y200",
        f"--format={image_format}",
        f"--batch=page%d.{image_format}",
        folder=folder,
    )
    pages = list(folder.glob(f"page*.{image_format}"))
    assert len(pages) == 10, f"scanimage wrote {len(pages)} pages"
    for page in pages:
        page.unlink()


async def scanimage_pages(resolution: int, pages: int, folder: Path) -> None:
    """So many colour pages as PNM files, each as large as the virtual scanner's glass."""
    await run(
        "scanimage",
        "--device-name=test:0",
        "--mode=Color",
        f"--resolution={resolution}",
        "-x200",
        "-y200",
        "--format=pnm",
        "--batch=page%d.pnm",
        f"--batch-count={pages}",
        folder=folder,
    )
    assert len(list(folder.glob("page*.pnm"))) == pages
