"""A real daemon that is attacked: by exact bytes, from any address, as another Unix user."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.daemon import running_daemon

STRANGER_UID = 65533
"""Another user of the machine; the one above stands for users without a number."""

GRANTED = "https://app.example.org"
OTHER_GRANTED = "https://other.example.org"
PATIENCE_S = 40.0
_START_S = 40.0
_SEND = """
import encodings.idna, os, socket, sys  # the stranger may not be able to read Python's files
os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[3]))
with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=10) as connection:
    connection.sendall(sys.stdin.buffer.read())
    while piece := connection.recv(65536):
        sys.stdout.buffer.write(piece)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; names of headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The error's word."""
        body = self.json
        return str(body["error"]["code"] if "error" in body else body["cause"]["code"])


@dataclass(frozen=True, slots=True)
class Target:
    """The daemon, and what one can do to it; everything blocks."""

    base: str
    port: int
    pid: int
    folder: Path

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def peak_mib(self) -> float:
        """The most memory that it ever had."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    def exchange(self, sent: bytes, host: str = "127.0.0.1") -> bytes:
        """All that comes back for exactly these bytes until the daemon closes."""
        with socket.create_connection((host, self.port), timeout=PATIENCE_S) as connection:
            connection.sendall(sent)
            return received(connection)

    def first(self, sent: bytes) -> bytes:
        """The first answer to these bytes, which need not be a whole request."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S) as connection:
            connection.sendall(sent)
            return whole_answer(connection)

    def ask(
        self, method: str, path: str, body: bytes = b"", *, as_stranger: bool = False, **more: str
    ) -> Answer:
        """One request. `more` are headers; theirs come instead of ours."""
        sent = self.request(method, path, body, **more)
        return answer(self.as_stranger(sent) if as_stranger else self.first(sent))

    def call(
        self, rpc_method: str, *parameters: object, instance: str = "test", **more: Any
    ) -> Any:
        """An RPC call's answer."""
        body = {"id": instance, "method": rpc_method, "parameter": parameters}
        return self.ask("POST", f"/f/{rpc_method}", json.dumps(body).encode(), **more)

    def result(self, rpc_method: str, *parameters: object, **more: Any) -> list[Any]:
        """The result of a call that must succeed."""
        made = self.call(rpc_method, *parameters, **more)
        assert made.status == 200, made.body
        found: list[Any] = made.json["result"]
        return found

    def request(self, method: str, path: str, body: bytes = b"", **more: str) -> bytes:
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "Connection": "close",
            "Content-Length": str(len(body)),
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {at}" for name, at in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def as_stranger(self, sent: bytes) -> bytes:
        """What another Unix user gets for these bytes. Only root can ask."""
        return run_as_stranger(_SEND, "127.0.0.1", str(self.port), str(STRANGER_UID), given=sent)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """It does nothing for the length of the block."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)


def run_as_stranger(script: str, *arguments: str, given: bytes = b"") -> bytes:
    """What a Python script prints that gives up root by itself."""
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, *arguments],
        input=given,
        capture_output=True,
        timeout=15,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout


def received(connection: socket.socket) -> bytes:
    """What comes until the other end closes, however it does."""
    said = b""
    try:
        while piece := connection.recv(65536):
            said += piece
    except ConnectionError:
        pass
    return said


def whole_answer(connection: socket.socket) -> bytes:
    """The first answer that comes, as long as it says that it is."""
    said = b""
    while not is_whole(said) and (piece := connection.recv(65536)):
        said += piece
    return said


def is_whole(said: bytes) -> bool:
    """Whether that is an answer as long as it says."""
    head, end, body = said.partition(b"\r\n\r\n")
    length = head.lower().partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]
    return bool(end and length) and len(body) >= int(length)


def answer(said: bytes) -> Answer:
    """The one answer that these bytes are, with a body that is not in chunks."""
    head, _, body = said.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Answer(int(first.split()[1]), headers, body)


@contextmanager
def attacked(
    folder: Path,
    *,
    config: str = "",
    listen: Sequence[str] = ("127.0.0.1:0",),
    origins: Sequence[str] = (GRANTED, OTHER_GRANTED),
    scan: str = '["*"]',
) -> Iterator[Target]:
    """The daemon in this folder, kept by a loop in a thread of its own: tests may share it."""
    config = f"origins.allow = {list(origins)}\naccess.scan = {scan}\n{config}"
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running = running_daemon(folder, config=config, listen=listen)

    def done(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(_START_S)

    try:
        daemon = done(running.__aenter__())
        try:
            port = int(daemon.base.rpartition(":")[2])
            yield Target(daemon.base, port, daemon.process.pid, folder)
        finally:
            done(running.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
