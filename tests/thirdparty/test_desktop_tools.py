"""The daemon as others drive it over D-Bus: busctl, gdbus and a GLib program, on a private bus."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fakes.bus import private_bus
from fakes.daemon import running_daemon

NAME, ROOT, MANAGER = "org.sheetfed1", "/org/sheetfed1", "org.sheetfed1.Manager"
CLIENT = Path(__file__).with_name("glib_client.py")
FEEDER = '{"paper_source": <"feeder">}'

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Of a bus with the daemon and SANE's virtual scanners on it."""
    with private_bus(tmp_path) as bus:
        async with running_daemon(tmp_path, bus=bus.address):
            yield bus.address


async def run(*words: str | Path, **how: Any) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run, words, capture_output=True, text=True, timeout=30, check=False, **how
    )


async def busctl(address: str, *words: str) -> Any:
    """The data of its answer."""
    ran = await run("busctl", f"--address={address}", "--json=short", *words)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)["data"] if ran.stdout.strip() else None


async def gdbus(address: str, *words: str) -> str:
    ran = await run("gdbus", "call", "--address", address, "-d", NAME, *words)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


async def test_busctl_shows_reads_and_scans(address: str, tmp_path: Path) -> None:
    tree = await run("busctl", f"--address={address}", "tree", "--list", NAME)
    paths = tree.stdout.split()
    assert ROOT in paths
    assert sum(path.startswith(f"{ROOT}/scanner/") for path in paths) == 2
    shown = await run("busctl", f"--address={address}", "introspect", NAME, ROOT, MANAGER)
    assert ".StartScan" in shown.stdout
    assert ".Version" in shown.stdout
    assert await busctl(address, "get-property", NAME, ROOT, MANAGER, "LogLevel") == "info"
    scan = ("StartScan", "sa{sv}", "", "2", "paper_source", "s", "feeder", "pages", "i", "1")
    (job,) = await busctl(address, "call", NAME, ROOT, MANAGER, *scan)
    state = ""
    async with asyncio.timeout(30):
        while state not in ("done", "failed", "canceled"):
            state = await busctl(address, "get-property", NAME, job, f"{NAME}.Job", "State")
    assert state == "done"
    refused = await run(
        *("busctl", f"--address={address}", "call", NAME, f"{ROOT}/job/none", f"{NAME}.Job"),
        "Cancel",
    )
    assert refused.returncode == 1
    assert "there is no object" in refused.stderr


async def test_gdbus_introspects_and_administers(address: str) -> None:
    shown = await run("gdbus", "introspect", "--address", address, "-d", NAME, "-o", ROOT, "--xml")
    assert f'<interface name="{MANAGER}">' in shown.stdout
    manager = ("-o", ROOT, "-m")
    assert await gdbus(address, *manager, f"{MANAGER}.SetLogLevel", "debug") == "()"
    level = await gdbus(
        address, *manager, "org.freedesktop.DBus.Properties.Get", MANAGER, "LogLevel"
    )
    assert level == "(<'debug'>,)"
    job = await gdbus(address, *manager, f"{MANAGER}.StartScan", "", FEEDER)
    assert job.startswith((f"('{ROOT}/job/", f"(objectpath '{ROOT}/job/"))
    task = await gdbus(address, *manager, f"{MANAGER}.CheckStore")
    assert f"{ROOT}/task/" in task


async def test_a_glib_program_scans_follows_edits_and_saves(address: str) -> None:
    ran = await run("/usr/bin/python3", "-I", CLIENT, address)
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout)
    assert seen["scanners"] == ["Noname frontend-tester", "Noname frontend-tester (2)"]
    assert seen["finished"] == "done"
    assert seen["states"][-1] == "done"
    assert {"job", "document"} <= set(seen["added"])
    assert (seen["pages"], seen["pages_after"]) == (2, 3)
    assert (seen["pdf"], seen["turned"]) == ("%PDF-", True)
    assert seen["error"] == "org.freedesktop.DBus.Error.UnknownObject"
