"""Asking for access: the only calls that a page without permission can read."""

from pathlib import Path
from typing import Any

import pytest

from fakes.core import ALICE
from fakes.door import UID, OpenDoor, open_door
from sheetfed.core.grant import REQUEST_KEPT_S
from sheetfed.core.permissions import ALL, Permission, completed

PAGE = "https://new.example"
SCAN = completed([Permission.SCAN])
SCAN_WORDS = ["list", "scan", "read"]


async def ask(
    door: OpenDoor, body: object = None, origin: str = PAGE
) -> tuple[int, dict[str, Any]]:
    async with door.http.post(
        f"{door.base}/api/access", json=body or {"wants": ["scan"]}, headers={"Origin": origin}
    ) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        return answer.status, await answer.json()


async def state(door: OpenDoor, origin: str = PAGE) -> dict[str, Any]:
    async with await door.get("/api/access", Origin=origin) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        found: dict[str, Any] = await answer.json()
        return found


async def test_a_page_asks_waits_and_is_let_in(door: OpenDoor) -> None:
    pending = {"state": "pending", "permissions": [], "asked": True, "version": "0.1.0"}
    assert await ask(door) == (202, pending)
    assert await state(door) == pending
    assert (await door.error("GetDevices", Origin=PAGE)) == (403, "origin-not-granted")
    await door.core.grants.allow(ALICE, PAGE, SCAN, uid=UID)
    granted = {**pending, "state": "granted", "permissions": SCAN_WORDS}
    assert await state(door) == granted
    assert await ask(door) == (202, granted)
    assert len(await door.result("GetDevices", Origin=PAGE)) == 1


async def test_a_page_that_was_denied_is_told_so_however_often_it_asks(door: OpenDoor) -> None:
    await ask(door)
    await door.core.grants.deny(ALICE, PAGE, uid=UID)
    for _ in range(2):
        _, told = await ask(door)
        assert (told["state"], told["asked"]) == ("denied", True)


async def test_a_page_that_never_asked_is_not_let_in_and_can_tell_that(door: OpenDoor) -> None:
    told = await state(door)
    assert (told["state"], told["permissions"], told["asked"]) == ("denied", [], False)
    assert door.core.grants.own(ALICE.owner) is None


async def test_a_request_that_has_had_its_time_can_be_made_again(door: OpenDoor) -> None:
    await ask(door)
    door.core.clock.advance(REQUEST_KEPT_S)
    door.core.grants.lapse()
    assert (await state(door))["asked"] is False
    _, told = await ask(door)
    assert told["state"] == "pending"


async def test_a_page_with_a_permission_may_ask_for_more(door: OpenDoor) -> None:
    await door.core.grants.allow(ALICE, PAGE, SCAN, uid=UID)
    _, told = await ask(door, {"wants": ["scan", "upload"]})
    assert (told["state"], told["permissions"]) == ("pending", SCAN_WORDS)
    _, told = await ask(door, {"wants": ["scan"]})
    assert told["state"] == "granted"


async def test_without_a_body_it_asks_to_scan(door: OpenDoor) -> None:
    async with door.http.post(f"{door.base}/api/access", headers={"Origin": PAGE}) as answer:
        assert answer.status == 202
    (asking,) = [found for found in door.core.grants.known() if found.request]
    assert asking.wants == SCAN


@pytest.mark.parametrize("wants", [[], ["everything"], "scan", [[]], 5])
async def test_what_it_cannot_want_is_refused_readably(door: OpenDoor, wants: object) -> None:
    status, body = await ask(door, {"wants": wants})
    assert (status, body["error"]["code"]) == (400, "invalid-parameter")


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://new.example",
        "https://NEW.example",
        "https://new.example.",
        "https://new.example:443",
        "https://bücher.example",
        "chrome-extension://abcdefghijklmnop",
        "https://" + "a." * 130 + "example",
        "file://",
    ],
)
async def test_what_is_no_serialised_https_or_loopback_origin_cannot_ask(
    door: OpenDoor, origin: str
) -> None:
    headers = {"Origin": origin.encode().decode("latin-1")}
    for method in ("POST", "GET", "OPTIONS"):
        async with door.http.request(method, f"{door.base}/api/access", headers=headers) as answer:
            assert answer.status == 403
            assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert len(door.core.grants.known()) == 1  # the configuration's


@pytest.mark.parametrize("headers", [{}, {"Access-Control-Request-Private-Network": "true"}])
async def test_the_preflight_of_a_page_that_wants_to_ask_is_answered(
    door: OpenDoor, headers: dict[str, str]
) -> None:
    sent = {"Origin": PAGE, "Access-Control-Request-Method": "POST", **headers}
    async with door.http.options(f"{door.base}/api/access", headers=sent) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == PAGE
        private = answer.headers.get("Access-Control-Allow-Private-Network")
        assert private == ("true" if headers else None)


@pytest.mark.parametrize(
    "path", ["/api/accesses", "/api/access/origins", "/api/access//", "/api/events", "//api/access"]
)
async def test_a_page_without_permission_reads_nothing_else(door: OpenDoor, path: str) -> None:
    async with await door.get(path, Origin=PAGE) as answer:
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_navigation_or_a_form_without_an_origin_does_not_ask(door: OpenDoor) -> None:
    for site in ("none", "cross-site"):
        status, _ = await door.post("/api/access", b"{}", Sec_Fetch_Site=site)
        assert status == 403


async def test_programs_and_our_own_page_need_no_permission(door: OpenDoor) -> None:
    for headers in ({}, {"Origin": door.base}):
        async with door.http.get(f"{door.base}/api/access", headers=headers) as answer:
            told = await answer.json()
        assert (told["state"], told["permissions"]) == ("granted", [*SCAN_WORDS, "upload"])
    status, told = await door.post("/api/access", b"{}")
    assert (status, told["state"]) == (202, "granted")
    assert len(door.core.grants.known()) == 1


async def test_each_user_decides_alone(tmp_path: Path) -> None:
    uids = iter([UID, UID + 1])
    async with open_door(tmp_path, peer_uid=lambda _: next(uids)) as door:
        await door.core.grants.allow(ALICE, PAGE, ALL, uid=UID)
        for expected in ("granted", "denied"):
            async with await door.get("/api/access", Origin=PAGE, Connection="close") as answer:
                assert (await answer.json())["state"] == expected


async def test_a_flood_of_subdomains_is_slowed_and_leaves_other_pages_their_requests(
    door: OpenDoor,
) -> None:
    await ask(door)
    answers = [await ask(door, origin=f"https://a{number}.evil.example") for number in range(50)]
    assert [status for status, _ in answers] == [202] * 10 + [429] * 40
    assert answers[-1][1]["error"]["code"] == "too-many"
    assert (await state(door))["state"] == "pending"
    assert sum(found.request is not None for found in door.core.grants.known()) == 6
