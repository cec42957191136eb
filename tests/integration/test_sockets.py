"""The service manager's sockets: a restart refuses nobody, and differences are told."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from fakes.daemon import VIRTUAL, configuration, package_folder, running_daemon
from fakes.manager import DescriptorStore

ANSWER_DEADLINE_S: Final = 15.0


@pytest.fixture
def held() -> Iterator[list[socket.socket]]:
    """A port of both families, as the socket unit holds it."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as one:
        number = one.getsockname()[1]
        with socket.create_server(("::1", number), family=socket.AF_INET6, backlog=256) as other:
            yield [one, other]


def configured(folder: Path, held: list[socket.socket], *more: str) -> None:
    """The daemon is to listen on these."""
    number = held[0].getsockname()[1]
    wanted = [f'"127.0.0.1:{number}"', f'"[::1]:{number}"', *more]
    (folder / "conf.d").mkdir()
    (folder / "conf.d" / "listen.toml").write_text(f"http.listen = [{', '.join(wanted)}]\n")


class Callers:
    """Threads that call again and again, each time by a connection of its own."""

    def __init__(self, port: int) -> None:
        self.outcomes: Counter[str] = Counter()
        self._enough = threading.Event()
        hosts = ("127.0.0.1", "[::1]")
        self._threads = [
            threading.Thread(target=self._call, args=(f"http://{host}:{port}/fa/VersionInfo",))
            for host in hosts
        ]
        for thread in self._threads:
            thread.start()

    def _call(self, url: str) -> None:
        while not self._enough.is_set():
            try:
                with urllib.request.urlopen(url, timeout=ANSWER_DEADLINE_S) as answer:
                    self.outcomes[str(answer.status)] += 1
            except OSError as error:
                self.outcomes[repr(error)] += 1

    async def called(self, times: int) -> None:
        """Until they have called so often again."""
        wanted = self.outcomes.total() + times
        async with asyncio.timeout(ANSWER_DEADLINE_S):
            while self.outcomes.total() < wanted:
                await asyncio.sleep(0.01)

    async def end(self) -> None:
        self._enough.set()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)


async def test_a_restart_refuses_no_connection(tmp_path: Path, held: list[socket.socket]) -> None:
    configured(tmp_path, held)
    store = DescriptorStore(held)
    callers = Callers(held[0].getsockname()[1])
    try:
        async with running_daemon(tmp_path, store=store) as daemon:
            await callers.called(20)
            await daemon.stop()
    finally:
        async with running_daemon(tmp_path, store=store):
            await callers.called(20)
            await callers.end()
    assert list(callers.outcomes) == ["200"]


async def test_who_calls_while_nothing_runs_is_answered_by_the_next_start(
    tmp_path: Path, held: list[socket.socket]
) -> None:
    configured(tmp_path, held)
    store = DescriptorStore(held)
    async with running_daemon(tmp_path, store=store) as daemon:
        await daemon.kill()
    callers = Callers(held[0].getsockname()[1])
    async with running_daemon(tmp_path, store=store):
        await callers.called(2)
        await callers.end()
    assert list(callers.outcomes) == ["200"]


async def test_the_start_says_what_the_sockets_and_the_configuration_disagree_on(
    tmp_path: Path, held: list[socket.socket]
) -> None:
    spare = socket.create_server(("127.0.0.1", 0))
    free = socket.create_server(("127.0.0.1", 0))
    number = free.getsockname()[1]
    free.close()
    configured(tmp_path, held, f'"127.0.0.1:{number}"')
    with spare:
        store = DescriptorStore([*held, spare])
        async with running_daemon(tmp_path, store=store) as daemon:
            (ready,) = [line for line in daemon.log().splitlines() if "ready: " in line]
            assert f"; sheetfed.socket does not hold 127.0.0.1:{number}" in ready
            unnamed = f"sheetfed.socket holds 127.0.0.1:{spare.getsockname()[1]}"
            assert f"; {unnamed}, which nothing is to listen on" in ready


def test_systemd_itself_hands_the_sockets_over(tmp_path: Path, held: list[socket.socket]) -> None:
    number = held[0].getsockname()[1]
    configured(tmp_path, held)
    for one in held:
        one.close()
    path = tmp_path / "sheetfed.toml"
    path.write_text(configuration(tmp_path) + VIRTUAL)
    passed = {"PYTHONPATH": package_folder(), "PATH": os.environ["PATH"]}
    command = ["systemd-socket-activate", "--fdname=web:web"]
    command += [f"--listen={host}:{number}" for host in ("127.0.0.1", "[::1]")]
    command += [f"--setenv={name}={value}" for name, value in passed.items()]
    command += [sys.executable, "-m", "sheetfed", "--config", str(path), "--bus", "none"]
    log = tmp_path / "log"
    with log.open("w") as stderr:
        activated = subprocess.Popen(command, stderr=stderr)
        try:
            for line in iter_lines(log):
                if "Listening on [::1]" in line:
                    break
            for host in ("127.0.0.1", "[::1]"):
                url = f"http://{host}:{number}/fa/VersionInfo"
                with urllib.request.urlopen(url, timeout=ANSWER_DEADLINE_S) as answer:
                    assert answer.status == 200
        finally:
            activated.terminate()
            activated.wait(15)
    assert "sheetfed.socket" not in log.read_text()
    assert f"http://[::1]:{number}" in log.read_text()


def iter_lines(log: Path) -> Iterator[str]:
    """The lines of the log, as they come."""
    with log.open() as file:
        while True:
            line = file.readline()
            if line:
                yield line
            else:
                threading.Event().wait(0.02)
