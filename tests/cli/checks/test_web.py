"""Web: certificates that end, and whoever else sits on the service's ports."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from fakes.troubles import names
from sheetfed.cli.checks import web
from sheetfed.cli.diagnosis import Trouble
from sheetfed.cli.machine import Machine

HTTPS = {"source": "machine", "trouble": "", "until": 2_000_000_000, "next_until": 2_100_000_000}
NOW = 1_900_000_000.0


@pytest.mark.parametrize(
    ("https", "trouble"),
    [
        (HTTPS, None),
        ({"source": "off", "trouble": ""}, None),
        ({**HTTPS, "trouble": "there is none"}, Trouble.CERTIFICATE),
        ({"source": "off", "trouble": "this machine has none"}, Trouble.CERTIFICATE),
        ({"source": "own", "trouble": "", "until": int(NOW) + 3600}, Trouble.CERTIFICATE),
    ],
)
def test_a_certificate_that_ends_is_told(https: dict[str, Any], trouble: Trouble | None) -> None:
    assert names(web.certificate(https, NOW)) == [trouble]


def _listening(root: Path, *sockets: tuple[int, str, int]) -> Machine:
    """A machine with these sockets, each a port, a state and a user, and other ports than usual."""
    net, etc = root / "proc/net", root / "etc/sheetfed/conf.d"
    for folder in (net, etc):
        folder.mkdir(parents=True)
    lines = [
        f"   0: 0100007F:{port:04X} 00000000:0000 {state} 0:0 0:0 0 {uid} 0 1 1\n"
        for port, state, uid in sockets
    ]
    (net / "tcp").write_text("head\n" + "".join(lines))
    (etc / "a.toml").write_text('http.listen = ["127.0.0.1:4711", "127.0.0.1:4712"]\n')
    return Machine(root)


def test_whoever_sits_on_the_configured_ports_is_told(tmp_path: Path) -> None:
    others = (4711, "0A", 65534), (4712, "01", 65534), (18622, "0A", 65534)
    (found,) = web.taken(_listening(tmp_path, *others), is_held=True)
    assert found.trouble is Trouble.PORT_TAKEN
    assert "port 4711 is taken by a program of the user nobody" in found.found


def test_a_port_that_systemd_holds_for_the_service_is_not_taken(tmp_path: Path) -> None:
    machine = _listening(tmp_path, (4711, "0A", 0))
    assert web.taken(machine, is_held=True) == []
    assert names(web.taken(machine, is_held=False)) == [Trouble.PORT_TAKEN]


def test_a_port_that_the_service_itself_has_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "SERVICE_USER", "nobody")
    assert web.taken(_listening(tmp_path, (4711, "0A", 65534)), is_held=False) == []


async def test_something_else_on_the_services_port_is_told(answering: str) -> None:
    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(other, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        endpoints = [f"http://127.0.0.1:{port}", answering]
        found = await asyncio.to_thread(web.silent, {"Endpoints": endpoints})
    assert names(found) == [Trouble.PORT_TAKEN, None]
    assert names(web.silent({"Endpoints": []})) == [Trouble.WEB_SILENT]
