"""Starting and resting: what ends a start, and that a daemon with nothing to do does nothing."""

import asyncio
import os
import socket
import sys
from pathlib import Path
from typing import Final

import pytest

from fakes import no_image_workers
from fakes.daemon import VIRTUAL, Daemon, configuration, running_daemon

SETTLED_S: Final = 1.0
AT_REST_S: Final = 4.0
DEADLINE_S: Final = 20.0


async def test_without_image_workers_the_daemon_ends_and_says_so(tmp_path: Path) -> None:
    async with running_daemon(tmp_path, program=no_image_workers.PROGRAM) as daemon:
        assert await asyncio.wait_for(daemon.process.wait(), DEADLINE_S) == 1
        assert "cannot start: an image worker could not be started" in daemon.log()


@pytest.mark.parametrize(
    ("config", "code", "why"),
    [
        ("jobs.patience = 1\n", os.EX_CONFIG, "jobs.patience: found an unknown key"),
        ('store.key_file = "/nowhere/key"\n', os.EX_CONFIG, "/nowhere/key: No such file"),
        ('metrics.listen = "/nowhere/metrics"\n', 1, "/nowhere/metrics: "),
    ],
)
async def test_why_it_cannot_start_is_its_status_too(
    config: str, code: int, why: str, tmp_path: Path
) -> None:
    (tmp_path / "sheetfed.toml").write_text(configuration(tmp_path) + VIRTUAL + config)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sheetfed", "--bus", "none"),
            *("--config", str(tmp_path / "sheetfed.toml")),
            env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")},
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await asyncio.wait_for(process.communicate(), DEADLINE_S)
        assert (process.returncode, why in said.decode()) == (code, True)
        status = _last(manager)
    assert status.startswith("STATUS=Cannot start: ")
    assert why in status


def _last(manager: socket.socket) -> str:
    """What the manager was told last."""
    heard = ""
    while True:
        try:
            heard = manager.recv(8192).decode()
        except BlockingIOError:
            return heard


async def test_a_daemon_with_nothing_to_do_sleeps(daemon: Daemon) -> None:
    await daemon.result("AcquireImage", {"resolution": 75})
    async with asyncio.timeout(DEADLINE_S):
        slept = sleeps(daemon.process.pid)
        while await after(SETTLED_S, daemon) != slept:
            slept = sleeps(daemon.process.pid)
    assert await after(AT_REST_S, daemon) == slept


async def after(seconds: float, daemon: Daemon) -> dict[str, int]:
    await asyncio.sleep(seconds)
    return sleeps(daemon.process.pid)


def sleeps(pid: int) -> dict[str, int]:
    """How often each thread of the process and of its children has gone to sleep."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                found[task.name] = int(line.split()[1])
        for child in (task / "children").read_text().split():
            found |= sleeps(int(child))
    return found
