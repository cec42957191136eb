"""The real daemon on a bus: every type of SANE option is set and read back, also by command."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from dbus_next.signature import Variant

from fakes.bus import PrivateBus
from fakes.busclient import Client, client_on
from fakes.daemon import running_daemon
from fakes.sheetctl import Sheetctl
from sheetfed.bus.contract import DOCUMENT, JOB, MANAGER, ROOT, SCANNER

AUTOMATIC = Variant("a{sv}", {"automatic": Variant("b", True)})
WORDS = (-42, -8, 0, 17, 42, 256)
RAMP = [index * 255 // 4095 for index in range(4096)]
ASKED = {
    "bool-soft-select-soft-detect": Variant("b", True),
    "bool-soft-select-soft-detect-emulated": Variant("b", True),
    "bool-soft-select-soft-detect-auto": Variant("b", True),
    "int": Variant("i", -123456),
    "int-constraint-range": Variant("i", 100),
    "int-constraint-word-list": Variant("i", 65536),
    "int-constraint-array": Variant("ai", [1, -2, 3, -4, 5, 2**31 - 1]),
    "int-constraint-array-constraint-range": Variant("ai", [4, 6, 8, 10, 12, 192]),
    "int-constraint-array-constraint-word-list": Variant("ai", list(WORDS)),
    "red-gamma-table": Variant("ai", [255 - level for level in RAMP[::16]]),
    "green-gamma-table": Variant("ai", RAMP[::-16]),
    "blue-gamma-table": Variant("ai", [255] * 256),
    "gamma-table": Variant("ai", RAMP),
    "fixed": Variant("d", -0.25),
    "fixed-constraint-word-list": Variant("d", 129.5),
    "string": Variant("s", "Prüfung, größer"),
    "string-constraint-string-list": Variant("s", "Second entry"),
    "string-constraint-long-string-list": Variant("s", "42"),
}


@pytest.fixture
async def client(bus: PrivateBus, tmp_path: Path) -> AsyncIterator[Client]:
    """A program on the bus of a daemon with SANE's virtual scanners."""
    async with running_daemon(tmp_path, bus=bus.address), client_on(bus.address) as client:
        yield client


@pytest.fixture
async def scanner(client: Client) -> str:
    """The path of one with the test options switched on, leased to the client."""
    path, _ = await client.get(ROOT, MANAGER, "Scanners")
    outcomes = await _set(client, path, {"enable-test-options": Variant("b", True)})
    assert outcomes["enable-test-options"]["ok"]
    assert isinstance(path, str)
    return path


async def _set(client: Client, path: str, asked: dict[str, Variant]) -> dict[str, dict[str, Any]]:
    outcomes = await client.call("SetOptions", "a{sv}", asked, path=path, interface=SCANNER)
    assert list(outcomes) == list(asked)
    return dict(outcomes)


async def _now(client: Client, path: str) -> dict[str, dict[str, Any]]:
    found = await client.call("GetOptions", path=path, interface=SCANNER)
    return {option["name"]: option for option in found if "name" in option}


async def test_every_type_of_option_is_set_and_read_back(client: Client, scanner: str) -> None:
    before = await _now(client, scanner)
    outcomes = await _set(client, scanner, ASKED)
    now = await _now(client, scanner)
    for name, asked in ASKED.items():
        assert outcomes[name] == {"ok": True, "value": asked.value, "snapped": False}, name
        assert now[name]["value"] == asked.value, name
        assert before[name]["value"] != asked.value, name
    untouched = {name for name in now if now[name].get("value") == before[name].get("value")}
    assert untouched == set(now) - set(ASKED)


async def test_what_cannot_be_set_exactly_is_set_to_the_nearest(
    client: Client, scanner: str
) -> None:
    asked = {
        "int-constraint-range": Variant("i", 5000),
        "int-constraint-word-list": Variant("i", 20),
        "int-constraint-array-constraint-range": Variant("ai", [0, 5, 7, 9, 11, 999]),
        "fixed-constraint-range": Variant("d", 99999.0),
        "fixed-constraint-word-list": Variant("i", 100),
        "int-inexact": Variant("i", 7),
    }
    outcomes = await _set(client, scanner, asked)
    now = await _now(client, scanner)
    assert all(outcome["ok"] and outcome["snapped"] for outcome in outcomes.values())
    assert {name: now[name]["value"] for name in asked} == {
        name: outcome["value"] for name, outcome in outcomes.items()
    }
    assert now["int-constraint-range"]["value"] == 192
    assert now["int-constraint-word-list"]["value"] == 17
    assert now["fixed-constraint-word-list"]["value"] == 129.5


async def test_a_button_is_pressed_and_the_driver_chooses(client: Client, scanner: str) -> None:
    asked = {"button": Variant("b", True), "bool-soft-select-soft-detect-auto": AUTOMATIC}
    outcomes = await _set(client, scanner, asked)
    assert all(outcome["ok"] and not outcome["snapped"] for outcome in outcomes.values())


async def test_what_cannot_be_set_is_refused_one_by_one(client: Client, scanner: str) -> None:
    asked = {
        "bool-hard-select-soft-detect": Variant("b", True),
        "bool-soft-detect": Variant("b", True),
        "int": AUTOMATIC,
        "button": Variant("b", False),
        "int-constraint-array": Variant("ai", [1, 2]),
        "string-constraint-string-list": Variant("s", "Third entry"),
        "bool-soft-select-soft-detect": Variant("s", "yes"),
        "no-such-option": Variant("i", 1),
        "fixed": Variant("d", 1.5),
    }
    outcomes = await _set(client, scanner, asked)
    refused = {name: outcome["error"] for name, outcome in outcomes.items() if not outcome["ok"]}
    assert refused == dict.fromkeys(set(asked) - {"fixed"}, "org.sheetfed1.Error.InvalidParameter")
    assert all(name in outcomes[name]["message"] for name in refused)
    assert (await _now(client, scanner))["fixed"]["value"] == 1.5


async def test_a_scan_has_what_its_connection_has_set(client: Client, scanner: str) -> None:
    await _set(client, scanner, {"resolution": Variant("d", 50), "br-x": Variant("d", 20)})
    job = await client.call("StartScan", "sa{sv}", "", {"mode": Variant("s", "gray")})
    assert (await client.heard("Finished")).body == ["done"]
    assert await client.get(job, JOB, "Scanner") == scanner
    document = await client.get(job, JOB, "Document")
    page = await client.read("GetPage", "usa{sv}", 0, "png", {}, path=document, interface=DOCUMENT)
    assert page.startswith(b"\x89PNG")
    assert int.from_bytes(page[16:20], "big") == int(20 / 25.4 * 50)
    assert (await _now(client, scanner))["resolution"]["value"] == 50


async def test_the_command_sets_and_shows_the_same(
    bus: PrivateBus, client: Client, tmp_path: Path
) -> None:
    sheetctl = Sheetctl(bus.address, tmp_path)
    asked = [
        "enable-test-options=yes",
        "int-constraint-array=1,2,3,4,5,6",
        "string-constraint-long-string-list=42",
        "fixed=1.5",
        "bool-soft-select-soft-detect-auto=automatic",
        "button=yes",
    ]
    sets = [word for text in asked for word in ("--set", text)]
    ran = await sheetctl("--json", "options", "test:1", *sets)
    assert ran.code == 0, ran.err
    assert all(outcome["ok"] for outcome in ran.json["outcomes"].values())
    now = {option.get("name"): option.get("value") for option in ran.json["options"]}
    assert now["int-constraint-array"] == [1, 2, 3, 4, 5, 6]
    assert now["string-constraint-long-string-list"] == "42"
    (backend,) = (await sheetctl("--json", "devices", "--verbose")).json["backends"]
    assert backend == {"name": "test", "state": "ok", "message": "", "scanners": 2}
