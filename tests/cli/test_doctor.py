"""sheetctl doctor: every trouble that it knows is found by its name, with what to do about it."""

import asyncio
import http.server
import json
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from dbus_next.signature import Variant

from fakes.bus import PrivateBus
from fakes.busdoor import FakeService
from fakes.core import FakeCore
from fakes.polkit import polkit_on
from fakes.sheetctl import Sheetctl
from fakes.systemd import systemd_on
from sheetfed.bus.door import BusDoor
from sheetfed.cli import browsers
from sheetfed.cli.checks import disk, plugged, policies, scanners, web
from sheetfed.cli.diagnosis import MEANINGS, Diagnosis, Trouble
from sheetfed.cli.machine import Machine
from sheetfed.core.survey import Backend, BackendState

UID, SCANNER_GROUP = 990, 99
HTTPS = {"source": "machine", "trouble": "", "until": 2_000_000_000, "next_until": 2_100_000_000}
NOW = 1_900_000_000.0
ROOM = {
    "StoreBytes": 1_000_000,
    "StoreLimit": 2 << 30,
    "StoreOwnerLimit": 1 << 30,
    "StoreMinFree": 512 << 20,
}


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


@pytest.fixture
def on_system_bus(bus: PrivateBus, folder: Path) -> Sheetctl:
    """As on a real machine, where there is a system bus and polkit on it."""
    sheetctl = Sheetctl("system", folder)
    sheetctl._environment["DBUS_SYSTEM_BUS_ADDRESS"] = bus.address
    return sheetctl


async def _troubles(sheetctl: Sheetctl, *, code: int) -> dict[str, dict[str, str]]:
    """Those of the bus and of the service; what this machine's files say is left out."""
    ran = await sheetctl("--json", "doctor")
    assert ran.code in (code, 12)
    local = {Trouble.BROWSER_POLICY, Trouble.DEVICE_PERMISSION, Trouble.DISK, Trouble.PORT_TAKEN}
    return {
        each["trouble"]: each
        for each in ran.json
        if each["trouble"] and each["trouble"] not in local
    }


async def test_a_service_that_is_well_has_no_trouble(
    on_system_bus: Sheetctl,
    bus: PrivateBus,
    door: BusDoor,
    core: FakeCore,
    service: FakeService,
    answering: str,
) -> None:
    core.devices.backends = [Backend("test", BackendState.OK, scanners=2)]
    service.endpoints = [answering]
    async with polkit_on(bus.address):
        assert await _troubles(on_system_bus, code=0) == {}


async def test_a_service_that_does_not_run_is_the_first_trouble(
    on_system_bus: Sheetctl, bus: PrivateBus
) -> None:
    assert set(await _troubles(on_system_bus, code=3)) == {Trouble.NOT_RUNNING}


async def test_why_it_does_not_run_is_what_systemd_knows(
    on_system_bus: Sheetctl, bus: PrivateBus
) -> None:
    async with systemd_on(bus.address) as systemd:
        systemd.units["sheetfed.service"] = {
            "LoadState": Variant("s", "loaded"),
            "ActiveState": Variant("s", "failed"),
            "Result": Variant("s", "exit-code"),
            "StatusText": Variant("s", ""),
        }
        found = await _troubles(on_system_bus, code=3)
    assert "(systemd: loaded, failed, exit-code)" in found[Trouble.NOT_RUNNING]["found"]


async def test_one_that_runs_beside_the_bus_has_to_be_restarted_not_started(
    on_system_bus: Sheetctl, bus: PrivateBus
) -> None:
    async with systemd_on(bus.address) as systemd:
        systemd.units["sheetfed.service"] = {
            "ActiveState": Variant("s", "active"),
            "StatusText": Variant("s", "without D-Bus: the message bus is gone"),
        }
        found = await _troubles(on_system_bus, code=3)
    assert "systemctl restart sheetfed" in found[Trouble.NOT_RUNNING]["advice"]


async def test_without_a_bus_there_is_no_service(folder: Path) -> None:
    sheetctl = Sheetctl("unix:path=/nowhere/bus", folder)
    found = await _troubles(sheetctl, code=3)
    assert set(found) == {Trouble.NO_BUS}
    assert "systemctl start" not in found[Trouble.NO_BUS]["found"]


async def test_a_missing_polkit_a_silent_door_and_a_user_who_may_not_scan_are_told_at_once(
    on_system_bus: Sheetctl, door: BusDoor, core: FakeCore, service: FakeService
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        service.endpoints = [f"http://127.0.0.1:{unused.getsockname()[1]}"]
        core.devices.backends = [Backend("test", BackendState.OK, scanners=2)]
        await core.scanners.refresh()
        core.access.change(scan_rules=[])
        found = await _troubles(on_system_bus, code=12)
    assert set(found) == {Trouble.POLKIT_MISSING, Trouble.WEB_SILENT, Trouble.NOT_ALLOWED}
    assert all(each["advice"] for each in found.values())


async def test_people_are_told_in_words_what_to_do(sheetctl: Sheetctl, bus: PrivateBus) -> None:
    ran = await sheetctl("doctor")
    assert ran.code == 3
    assert b"service-not-running: " in ran.out
    assert b"systemctl start sheetfed" in ran.out
    assert "service-not-running" in ran.err


def _backend(state: str) -> dict[str, Any]:
    return {"name": "epsonds", "state": state, "message": "", "scanners": 0}


def _manager(*backends: Mapping[str, Any], trouble: str = "") -> dict[str, Any]:
    return {"Backends": list(backends), "Hidden": [], "Trouble": trouble}


def _scanner(last_error: str) -> dict[str, Any]:
    return {
        "Name": "Desk",
        "Quarantined": False,
        "Available": True,
        "Busy": False,
        "LastError": last_error,
    }


def _names(found: list[Diagnosis]) -> list[Trouble | None]:
    assert all(each.advice for each in found if each.trouble)
    return [each.trouble for each in found]


@pytest.mark.parametrize(
    ("manager", "trouble"),
    [
        (_manager(_backend("ok"), _backend("in-use")), None),
        (_manager(), Trouble.NO_BACKEND),
        (_manager(trouble="the look failed"), Trouble.BACKEND_FAILED),
        (_manager(_backend("crashed")), Trouble.BACKEND_FAILED),
        (_manager(_backend("timeout")), Trouble.BACKEND_FAILED),
        (_manager(_backend("failed")), Trouble.BACKEND_FAILED),
        (_manager(_backend("quarantined")), Trouble.BACKEND_QUARANTINED),
    ],
)
def test_backends_that_are_ill_are_told(manager: dict[str, Any], trouble: Trouble | None) -> None:
    assert _names(scanners.backends(manager)) == [trouble]


@pytest.mark.parametrize(
    ("found", "trouble"),
    [
        ([], Trouble.NO_SCANNER),
        ([_scanner("")], None),
        ([_scanner("paper-jam")], None),
        ([_scanner("scanner-denied")], Trouble.DEVICE_PERMISSION),
    ],
)
def test_scanners_that_cannot_be_had_are_told(
    found: list[dict[str, Any]], trouble: Trouble | None
) -> None:
    assert _names(scanners.scanners(_manager(_backend("ok")), found)) == [trouble]


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
    assert _names(web.certificate(https, NOW)) == [trouble]


def _plug(root: Path, *, mode: int, matched: bool = True) -> None:
    data, char, node = root / "run/udev/data", root / "sys/dev/char/189:3", root / "dev/bus/usb/001"
    for folder in (data, char, node):
        folder.mkdir(parents=True)
    (data / "c189:3").write_text("E:libsane_matched=yes\n" if matched else "E:ID_USB=1\n")
    (char / "uevent").write_text("MAJOR=189\nMINOR=3\nDEVNAME=bus/usb/001/004\n")
    (node / "004").touch()
    (node / "004").chmod(mode)


@pytest.mark.parametrize(
    ("mode", "trouble"),
    [(0o660, None), (0o606, Trouble.DEVICE_PERMISSION), (0o640, Trouble.DEVICE_PERMISSION)],
)
def test_a_plugged_in_scanner_that_the_service_may_not_open_is_told(
    mode: int, trouble: Trouble | None, tmp_path: Path
) -> None:
    _plug(tmp_path, mode=mode)
    found = plugged.judged(Machine(tmp_path), UID, frozenset({os.getgid()}))
    assert _names(found) == [trouble]
    assert "/dev/bus/usb/001/004" in found[0].found


def test_other_usb_devices_are_nobodys_trouble(tmp_path: Path) -> None:
    _plug(tmp_path, mode=0o600, matched=False)
    assert plugged.judged(Machine(tmp_path), UID, frozenset()) == []


def _policy(root: Path, content: object) -> Machine:
    file = root / policies.FOLDERS[0] / "it.json"
    file.parent.mkdir(parents=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return Machine(root)


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ({"LocalNetworkAccessAllowedForUrls": ["https://app.example.org"]}, None),
        ({"LocalNetworkAccessBlockedForUrls": ["*"]}, Trouble.BROWSER_POLICY),
        ("{ this is no JSON", Trouble.BROWSER_POLICY),
        ([], None),
    ],
)
def test_a_browsers_policy_that_keeps_pages_away_is_told(
    content: object, trouble: Trouble | None, tmp_path: Path
) -> None:
    assert _names(policies.check(_policy(tmp_path, content))) == [trouble]


def test_a_browser_that_trusts_an_old_certificate_is_told(tmp_path: Path) -> None:
    _policy(tmp_path, {})
    old = {"certificate": "AAAA", "constraints": {}}
    ours = browsers.ALL[0].file(tmp_path)
    ours.write_text(json.dumps({"CACertificatesWithConstraints": [old]}))
    (found,) = policies.check(Machine(tmp_path))
    assert found.trouble is Trouble.BROWSER_POLICY
    assert "tls trust" in found.advice


MIB = 1 << 20
OWNERS = [{"uid": 1000, "origin": "https://app.example.org", "bytes": 50 * MIB}]


def _room(machine: Machine, **changed: int) -> list[Diagnosis]:
    return disk.check(machine, {**ROOM, **changed}, OWNERS)


def test_a_store_with_room_is_told_with_its_numbers(tmp_path: Path) -> None:
    (found,) = _room(Machine(tmp_path / "unknown"))
    assert (found.trouble, found.found) == (None, "1.0 MB of 2.1 GB")


@pytest.mark.parametrize(
    ("changed", "advice"),
    [
        ({"StoreBytes": 2047 * MIB}, "Scans will soon be refused. "),
        ({"StoreBytes": 2048 * MIB}, "Scans are refused. "),
        ({"StoreOwnerLimit": 51 * MIB}, "Scans will soon be refused for this owner. "),
        ({"StoreOwnerLimit": 50 * MIB}, "Scans are refused for this owner. "),
        ({"StoreOwnerLimit": 0}, ""),
    ],
)
def test_a_limit_that_is_reached_or_nearly_is_told(
    changed: dict[str, int], advice: str, tmp_path: Path
) -> None:
    (found,) = _room(Machine(tmp_path / "unknown"), **changed)
    assert found.trouble is (Trouble.DISK if advice else None)
    assert found.advice.startswith(advice)


@pytest.mark.parametrize(
    ("free_bytes", "kept_free_bytes", "advice"),
    [
        (609 * MIB, 512 * MIB, ""),
        (607 * MIB, 512 * MIB, "Scans will soon be refused: "),
        (511 * MIB, 512 * MIB, "Scans are refused: "),
        (607 * MIB, 0, ""),
        (607 * MIB, 4096 * MIB, "Scans are refused: "),
        (95 * MIB, 0, "Scans will soon be refused: "),
        (MIB - 1, 0, "Scans are refused: "),
    ],
)
def test_a_disk_is_judged_by_what_is_configured_to_stay_free(
    free_bytes: int, kept_free_bytes: int, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Machine, "free_bytes", lambda _: free_bytes)
    (found,) = _room(Machine(), StoreMinFree=kept_free_bytes)
    assert found.trouble is (Trouble.DISK if advice else None)
    assert found.advice.startswith(advice)
    assert "free on its disk" in found.found


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
    assert _names(web.taken(machine, is_held=False)) == [Trouble.PORT_TAKEN]


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
    assert _names(found) == [Trouble.PORT_TAKEN, None]
    assert _names(web.silent({"Endpoints": []})) == [Trouble.WEB_SILENT]


def test_every_trouble_is_in_the_manual_with_its_meaning() -> None:
    manual = (Path(__file__).parents[2] / "debian" / "sheetctl.1").read_text("utf-8")
    section = manual.replace("\\-", "-").split(".SH TROUBLES\n")[1].split("\n.SH ")[0]
    listed = [entry.split("\n") for entry in section.split(".TP\n.B ")[1:]]
    assert {name: meaning for name, meaning, *_ in listed} == {
        str(trouble): meaning for trouble, meaning in MEANINGS.items()
    }
    assert set(MEANINGS) == set(Trouble)
