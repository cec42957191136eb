"""A real daemon in a process of its own, on SANE's virtual scanners, for tests from outside."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from fakes.described import check_answer
from fakes.manager import DescriptorStore
from fakes.scripted import Scripted

READY_DEADLINE_S = 15.0
STOP_DEADLINE_S = 15.0
CONFIG = """\
http.listen = {listen}
https.listen = []
store.path = "{folder}/store"
store.cache = "{folder}/cache"
store.min_free_bytes = "1M"
"""
VIRTUAL = "scanners.virtual = true\n"


class Daemon:
    """The process, where it listens, and an HTTP client for it."""

    def __init__(
        self,
        *,
        process: asyncio.subprocess.Process,
        log: Path,
        endpoints: list[str],
        http: aiohttp.ClientSession,
    ) -> None:
        self.process = process
        self.endpoints = endpoints
        self.base = endpoints[0]
        self.http = http
        self._log = log

    async def call(
        self, method: str, *parameters: object, instance: str = "test", door: str = "f"
    ) -> dict[str, Any]:
        """The body of an RPC answer, whatever its status."""
        _, body = await self.call_with_status(method, *parameters, instance=instance, door=door)
        return body

    async def call_with_status(
        self,
        method: str,
        *parameters: object,
        instance: str = "test",
        door: str = "f",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        body = {"id": instance, "cmdId": "", "method": method, "parameter": list(parameters)}
        url = f"{self.base}/{door}/{method}"
        async with self.http.post(url, json=body, headers=headers) as answer:
            found = await answer.json()
        check_answer(method, found, at_once=door == "fa")
        return answer.status, found

    async def result(self, method: str, *parameters: object, instance: str = "test") -> list[Any]:
        """The result of a call that must succeed."""
        body = await self.call(method, *parameters, instance=instance)
        assert "error" not in body, body["error"]
        result: list[Any] = body["result"]
        return result

    async def events(self, instance: str = "test") -> aiohttp.ClientResponse:
        return await self.http.get(f"{self.base}/dwt/dwt_1/events", params={"id": instance})

    def log(self) -> str:
        return self._log.read_text()

    async def kill(self) -> None:
        """As the kernel would: SIGKILL, nothing is finished."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> int:
        """As systemd would: SIGTERM, then wait."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), STOP_DEADLINE_S)

    def workers(self) -> list[int]:
        """The scanner workers' process ids."""
        return children_named(self.process.pid, "sheetfed.devices.worker")


@asynccontextmanager
async def running_daemon(
    folder: Path,
    *,
    config: str = "",
    listen: Sequence[str] = ("127.0.0.1:0",),
    bus: str = "none",
    scripted: Scripted | None = None,
    store: DescriptorStore | None = None,
    program: Sequence[str] = ("-m", "sheetfed"),
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Daemon]:
    """Start it in this folder, wait until it is ready, and end it; `config` is added TOML.

    `scripted` backends stand in for SANE's virtual scanners. `store` keeps descriptors from one
    daemon to the next. `program` is what Python is to run, in the daemon's place.
    """
    keeper = store or DescriptorStore()
    path = folder / "sheetfed.toml"
    scanners = f'scanners.sane_config_dir = "{scripted.folder}"\n' if scripted else VIRTUAL
    path.write_text(configuration(folder, listen=listen) + scanners + config)
    log = folder / "log"
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.setblocking(False)
    address = folder / "notify"
    address.unlink(missing_ok=True)
    notify.bind(str(address))
    with notify, log.open("a") as stderr:
        process = await asyncio.create_subprocess_exec(
            *keeper.command([*program, "--config", str(path), "--bus", bus]),
            pass_fds=keeper.descriptors,
            stdin=asyncio.subprocess.DEVNULL,
            stderr=stderr,
            env={
                **os.environ,
                **(scripted.environment if scripted else {}),
                "NOTIFY_SOCKET": str(address),
                "PYTHONPATH": package_folder(),
                **(environment or {}),
            },
        )
        try:
            endpoints = await asyncio.wait_for(
                _endpoints(notify, process, keeper), READY_DEADLINE_S
            )
            # A connection for each request: a daemon that many tests share leaves none of them one.
            connector = aiohttp.TCPConnector(force_close=True)
            async with aiohttp.ClientSession(connector=connector) as http:
                yield Daemon(process=process, log=log, endpoints=endpoints, http=http)
        except RuntimeError as error:
            raise AssertionError(f"{error}\n{log.read_text()}") from error
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                try:
                    await asyncio.wait_for(process.wait(), STOP_DEADLINE_S)
                finally:
                    if process.returncode is None:
                        process.kill()
                        await process.wait()
            if store is None:
                keeper.close()


def configuration(folder: Path, *, listen: Sequence[str] = ("127.0.0.1:0",)) -> str:
    """What a daemon in this folder is told; which scanners there are is left out."""
    return CONFIG.format(folder=folder, listen=list(listen))


def package_folder() -> str:
    """Where the package that is under test lies."""
    import sheetfed

    return str(Path(str(sheetfed.__file__)).parents[1])


def children_named(pid: int, word: str) -> list[int]:
    """The children of a process whose command line has this word."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if word.encode() in command:
                found.append(int(child))
    return found


async def _endpoints(
    notify: socket.socket, process: asyncio.subprocess.Process, keeper: DescriptorStore
) -> list[str]:
    ended = asyncio.ensure_future(process.wait())
    try:
        while True:
            told = asyncio.ensure_future(keeper.heard(notify))
            await asyncio.wait({told, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not told.done():
                told.cancel()
                await asyncio.wait({told})
                raise RuntimeError(f"the daemon ended with {process.returncode}")
            message = told.result()
            if "READY=1" in message:
                status = message.partition("STATUS=Serving ")[2].partition(";")[0]
                return status.splitlines()[0].split()
    finally:
        ended.cancel()
        await asyncio.wait({ended})
