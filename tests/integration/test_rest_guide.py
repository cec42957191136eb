"""What docs/rest.md shows works as it stands there."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from fakes.daemon import Daemon, running_daemon

GUIDE = (Path(__file__).parents[2] / "docs" / "rest.md").read_text()
SHIPPED = "http://127.0.0.1:18622"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


async def run(folder: Path, *command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
    return told.decode()


async def shell(daemon: Daemon, folder: Path, block: str) -> str:
    script = "set -eu\nset -o pipefail\n" + block.replace(SHIPPED, daemon.base)
    return await run(folder, "bash", "-c", script.replace("curl -s", "curl -sS --fail"))


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="needs curl and jq")
async def test_the_scan_and_the_document_with_curl(tmp_path: Path) -> None:
    scan, document = blocks("sh")
    async with running_daemon(tmp_path) as daemon:
        told = await shell(daemon, tmp_path, scan)
        assert told.rstrip().endswith(("running", "completed"))
        assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")
        assert (tmp_path / "scan.pdf").read_bytes().startswith(b"%PDF")
        await shell(daemon, tmp_path, document)
        assert (tmp_path / "begin.tiff").stat().st_size == 1024


async def test_the_program_in_python(tmp_path: Path) -> None:
    pytest.importorskip("requests")
    (program,) = blocks("python")
    (tmp_path / "scan.py").write_text(program)
    async with running_daemon(tmp_path) as daemon:
        (tmp_path / "scan.py").write_text(program.replace(SHIPPED, daemon.base))
        told = await run(tmp_path, sys.executable, "scan.py")
    assert told.splitlines()[0] == "ICAP_PIXELTYPE {'value': 1, 'label': 'TWPT_GRAY'}"
    assert (tmp_path / "letters.pdf").read_bytes().startswith(b"%PDF")
