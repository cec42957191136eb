"""The command against the real D-Bus door over a core of fakes."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.bus import PrivateBus
from fakes.bus_fixtures import bus, core, door, service
from fakes.sheetctl import Sheetctl

__all__ = ["bus", "core", "door", "service"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the command is run."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def sheetctl(bus: PrivateBus, folder: Path) -> Sheetctl:
    return Sheetctl(bus.address, folder)


@pytest.fixture
def answering() -> Iterator[str]:
    """The address of something that answers as our web door does."""

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"id":"1","method":"VersionInfo","result":[],"cmdId":""}')

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
