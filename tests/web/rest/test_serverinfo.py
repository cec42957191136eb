"""The service itself over REST: its version, and its log level for administrators alone."""

import os
from pathlib import Path

import pytest

from fakes.core import ORIGIN
from fakes.door import OpenDoor, open_door
from fakes.rest import Rest


async def test_the_version_is_told(rest: Rest) -> None:
    answer = await rest.get("/api/server/version")
    assert (answer.status, answer.json) == (200, {"version": "0.1.0", "compatible": True})


@pytest.mark.parametrize("path", ["/api/server", "/api/server/"])
async def test_the_log_level_is_told(rest: Rest, door: OpenDoor, path: str) -> None:
    for level, number in (("info", 1), ("debug", 30), ("error", 0), ("warning", 0)):
        door.levels.append(level)
        assert (await rest.get(path)).json == {"logLevel": number}


async def test_an_ordinary_user_does_not_change_it(rest: Rest, door: OpenDoor) -> None:
    answer = await rest.patch("/api/server", {"logLevel": 30})
    assert answer.told == (403, -1, "not-allowed")
    assert door.levels == ["info"]


@pytest.mark.parametrize("uid", [0, os.getuid()])
async def test_root_and_the_service_itself_do(tmp_path: Path, uid: int) -> None:
    async with open_door(tmp_path, peer_uid=lambda _: uid) as door:
        rest = Rest(door.http, door.base)
        answer = await rest.patch("/api/server", {"logLevel": 30})
        assert (answer.status, answer.json) == (200, {"logLevel": 30})
        assert door.levels[-1] == "debug"
        for wrong in (2, -1, "1", True, None, 1.5):
            answer = await rest.patch("/api/server", {"logLevel": wrong})
            assert answer.told == (400, -2113, "invalid-parameter")
        assert (await rest.patch("/api/server", b"no")).told[0] == 400
        answer = await rest.ask("PATCH", "/api/server", {"logLevel": 1}, {"Origin": ORIGIN})
        assert answer.status == 403
        assert door.levels[-1] == "debug"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_other_methods_are_refused_and_the_right_ones_named(rest: Rest, method: str) -> None:
    answer = await rest.ask(method, "/api/server")
    assert answer.told == (405, -2112, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, PATCH"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/server", "GET, HEAD, PATCH, OPTIONS"),
        ("/api/device/scanners/jobs/j1", "DELETE, GET, HEAD, PATCH, OPTIONS"),
        ("/api/storage/documents/d1/content", "GET, HEAD, OPTIONS"),
        ("/api/process/check-blank", "POST, OPTIONS"),
    ],
)
async def test_a_program_can_ask_what_an_address_takes(rest: Rest, path: str, allowed: str) -> None:
    answer = await rest.ask("OPTIONS", path)
    assert (answer.status, answer.headers["Allow"], answer.body) == (204, allowed, b"")
    assert (await rest.ask("OPTIONS", "/api/nothing")).told == (404, -1, "not-found")
