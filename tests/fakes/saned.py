"""saned: SANE's network daemon with the virtual scanners, on a loopback address of its own.

SANE's net backend knows no port but 6566, and every address in 127.0.0.0/8 is this machine's: a
test takes one that nobody has. As inetd would, the listener starts a saned for each connection.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import randbelow

from sheetfed.devices.driver import VIRTUAL_CONFIG_DIR

_PORT = 6566
_END_S = 5.0


class Saned:
    """The server, as long as it is there; `config_dir` leads SANE to it and to nothing else."""

    def __init__(self, *, listener: socket.socket, folder: Path) -> None:
        self.host: str = listener.getsockname()[0]
        self.config_dir = folder / "client"
        self._listener = listener
        self._server = folder / "server"
        self._log = folder / "log"
        self._processes: list[asyncio.subprocess.Process] = []
        shutil.copytree(VIRTUAL_CONFIG_DIR, self._server)
        (self._server / "saned.conf").touch()
        (self.config_dir / "dll.d").mkdir(parents=True)
        (self.config_dir / "dll.conf").write_text("net\n")
        (self.config_dir / "net.conf").write_text(f"connect_timeout = 3\n{self.host}\n")

    async def serve(self) -> None:
        """Until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(self._listener)
            connection.setblocking(True)
            with connection, self._log.open("a") as log:
                self._processes.append(
                    await asyncio.create_subprocess_exec(
                        shutil.which("saned", path=f"{os.environ['PATH']}:/usr/sbin") or "saned",
                        "-e",
                        stdin=connection,
                        stdout=connection,
                        stderr=log,
                        env={**os.environ, "SANE_CONFIG_DIR": str(self._server)},
                        start_new_session=True,
                    )
                )

    def signal(self, number: signal.Signals) -> None:
        """To every saned that still serves a connection."""
        for process in self._processes:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, number)

    async def ended(self) -> None:
        """Wait until every saned has ended."""
        async with asyncio.timeout(_END_S):
            for process in self._processes:
                await process.wait()


@asynccontextmanager
async def running_saned(folder: Path) -> AsyncIterator[Saned]:
    """Serve for the length of a block, with its files in this folder, which is made."""
    folder.mkdir()
    with _listener() as listener:
        saned = Saned(listener=listener, folder=folder)
        serving = asyncio.create_task(saned.serve())
        try:
            yield saned
        finally:
            serving.cancel()
            await asyncio.wait({serving})
            saned.signal(signal.SIGKILL)
            await saned.ended()


def _listener() -> socket.socket:
    """On an address that no other saned has, unless one listens on all of them."""
    listener = socket.socket()
    host = f"127.{1 + randbelow(254)}.{randbelow(256)}.{1 + randbelow(254)}"
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, _PORT))
    listener.listen()
    listener.setblocking(False)
    return listener
