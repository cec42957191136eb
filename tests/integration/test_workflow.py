"""The example of a workflow: what it runs does run."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.daemon import package_folder

FILE = Path(__file__).parents[2] / "docs" / "examples" / "scan-tests.yml"
SHIM = """#!/bin/sh
PYTHONPATH={path} exec {python} -m sheetfed "$@"
"""
STOP_DEADLINE_S = 15.0


def steps() -> dict[str, str]:
    """What each named step runs."""
    found = re.findall(
        r"^      - name: (.*)\n(?:        if: .*\n)?        run: (?:\|\n((?: {10}.*\n)+)|(.*)\n)",
        FILE.read_text(),
        re.MULTILINE,
    )
    return {
        name: re.sub(r"^ {10}", "", block, flags=re.MULTILINE) or line
        for name, block, line in found
    }


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """That of the workflow, on a free port; what it left running is stopped."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = tmp_path / "bin" / "sheetfed"
    program.parent.mkdir()
    program.write_text(SHIM.format(path=package_folder(), python=sys.executable))
    program.chmod(0o755)
    yield {
        **os.environ,
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "SHEETFED_PORT": str(port),
        "RUN_FOLDER": str(tmp_path / "run"),
    }
    pid = int((tmp_path / "run" / "pid").read_text())
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_DEADLINE_S
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def run(step: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        ["sh", "-e", "-c", steps()[step]],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    log = Path(environment["RUN_FOLDER"], "log")
    assert done.returncode == 0, done.stdout + (log.read_text() if log.exists() else "")


def test_the_workflow_has_its_steps() -> None:
    assert list(steps()) == [
        "install the scanning service",
        "run it on virtual scanners",
        "look whether it scans",
        "run the page's own tests",
        "what the service said",
    ]


def test_the_service_is_run_and_scans(environment: dict[str, str]) -> None:
    run("run it on virtual scanners", environment)
    run("look whether it scans", environment)
    run("what the service said", environment)
    assert Path(environment["RUN_FOLDER"], "scan.pdf").read_bytes().startswith(b"%PDF-")
