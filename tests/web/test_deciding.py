"""Deciding on our own page: this user's requests and grants, and never within a page's reach."""

import asyncio
from typing import Any

import pytest

from fakes.core import ADMIN, ALICE, BOB, ORIGIN
from fakes.door import UID, OpenDoor
from fakes.sse import until
from sheetfed.core.model import Owner
from sheetfed.core.permissions import ALL, NONE, Permission, completed

PAGE = "https://new.example"
OWNER = Owner(UID, PAGE)
SCAN = completed([Permission.SCAN])


async def listed(door: OpenDoor) -> dict[str, dict[str, Any]]:
    async with await door.get("/api/access/origins", Sec_Fetch_Site="same-origin") as answer:
        assert answer.status == 200
        return {found["origin"]: found for found in await answer.json()}


async def decide(
    door: OpenDoor, origin: str = PAGE, headers: dict[str, str] | None = None, **body: object
) -> tuple[int, dict[str, Any]]:
    ident = next(found.id for found in door.core.grants.known() if found.origin == origin)
    async with door.http.post(
        f"{door.base}/api/access/origins/{ident}",
        json=body,
        headers=headers or {"Origin": door.base},
    ) as answer:
        return answer.status, await answer.json()


async def test_a_users_requests_and_grants_are_listed_with_the_configurations(
    door: OpenDoor,
) -> None:
    door.core.grants.request(OWNER, SCAN)
    door.core.grants.request(Owner(BOB.owner.uid, "https://bobs.example"), SCAN)
    now = door.core.clock.now()
    found = await listed(door)
    assert found.keys() == {ORIGIN, PAGE}
    assert {**found[PAGE], "id": ""} == {
        "id": "",
        "origin": PAGE,
        "uid": UID,
        "state": "pending",
        "permissions": [],
        "wants": ["list", "scan", "read"],
        "since": now,
        "until": None,
        "last_used": None,
        "configured": False,
    }
    assert (found[ORIGIN]["configured"], found[ORIGIN]["uid"]) == (True, None)


async def test_a_request_is_granted_until_a_time(door: OpenDoor) -> None:
    door.core.grants.request(OWNER, ALL)
    until_then = door.core.clock.now() + 60
    status, told = await decide(door, decision="grant", permissions=["scan"], until=until_then)
    assert (status, told["state"], told["until"]) == (200, "granted", until_then)
    assert door.core.grants.permissions(OWNER) == SCAN


async def test_a_request_is_denied_and_a_grant_revoked(door: OpenDoor) -> None:
    door.core.grants.request(OWNER, SCAN)
    status, told = await decide(door, decision="deny")
    assert (status, told["state"]) == (200, "denied")
    status, told = await decide(door, decision="revoke")
    assert (status, told["permissions"]) == (200, [])
    assert PAGE not in await listed(door)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"decision": "perhaps"},
        {"decision": "grant"},
        {"decision": "grant", "permissions": ["all"]},
        {"decision": "grant", "permissions": ["scan"], "until": 5},
        {"decision": "grant", "permissions": ["scan"], "until": "tomorrow"},
    ],
)
async def test_what_is_no_decision_changes_nothing(door: OpenDoor, body: dict[str, object]) -> None:
    door.core.grants.request(OWNER, SCAN)
    status, told = await decide(door, **body)
    assert (status, told["error"]["code"]) == (400, "invalid-parameter")
    assert door.core.grants.permissions(OWNER) == NONE


@pytest.mark.parametrize("origin", [PAGE, ORIGIN, "null", "http://127.0.0.1:1"])
async def test_no_origin_reaches_it_not_even_a_granted_one(door: OpenDoor, origin: str) -> None:
    door.core.grants.request(OWNER, SCAN)
    async with await door.get("/api/access/origins", Origin=origin) as answer:
        assert answer.status == 403
    status, _ = await decide(
        door, headers={"Origin": origin}, decision="grant", permissions=["scan"]
    )
    assert status == 403
    assert door.core.grants.permissions(OWNER) == NONE


@pytest.mark.parametrize(
    "headers",
    [
        {
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document",
        },
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
    ],
)
async def test_no_form_and_no_navigation_decides(door: OpenDoor, headers: dict[str, str]) -> None:
    door.core.grants.request(OWNER, SCAN)
    status, _ = await decide(door, headers=headers, decision="grant", permissions=["scan"])
    assert status == 403
    assert door.core.grants.permissions(OWNER) == NONE


async def test_what_is_for_all_users_and_what_is_configured_is_not_decided_here(
    door: OpenDoor,
) -> None:
    await door.core.grants.allow(ADMIN, PAGE, SCAN, uid=None)
    for origin in (PAGE, ORIGIN):
        status, told = await decide(door, origin, decision="revoke")
        assert (status, told["error"]["code"]) == (403, "not-allowed")


async def test_another_users_request_is_not_there(door: OpenDoor) -> None:
    door.core.grants.request(Owner(BOB.owner.uid, PAGE), SCAN)
    status, told = await decide(door, decision="grant", permissions=["scan"])
    assert (status, told["error"]["code"]) == (404, "not-found")


async def test_our_own_page_hears_of_requests_and_decisions(door: OpenDoor) -> None:
    async with await door.get("/dwt/dwt_1/events?id=mine") as stream:
        door.core.grants.request(Owner(BOB.owner.uid, PAGE), SCAN)
        door.core.grants.request(OWNER, SCAN)
        await door.core.grants.allow(ALICE, PAGE, SCAN, uid=UID)
        told = [await until(stream, "access") for _ in range(2)]
    assert told == [
        {"origin": PAGE, "state": "pending", "permissions": []},
        {"origin": PAGE, "state": "granted", "permissions": ["list", "scan", "read"]},
    ]


@pytest.mark.parametrize("path", ["/dwt/dwt_1/events?id=mine", "/api/events"])
async def test_a_revoked_origins_streams_end_after_telling_it_and_others_stay(
    door: OpenDoor, path: str
) -> None:
    await door.core.grants.allow(ALICE, PAGE, SCAN, uid=UID)
    (found,) = [found for found in door.core.grants.known() if found.origin == PAGE]
    async with (
        await door.get(path, Origin=PAGE) as stream,
        await door.get(path, Origin=ORIGIN) as other,
    ):
        await door.core.grants.revoke(ALICE, found.id)
        async with asyncio.timeout(5):
            rest = (await stream.content.read()).decode()
        assert rest.endswith(
            'event: access\ndata: {"origin":"https://new.example","state":"denied","permissions":[]}\n\n'
        )
        await door.call("AcquireImage", Origin=ORIGIN, instance="mine")
        await until(other, "page", action="added")
    async with await door.get(path, Origin=PAGE) as again:
        assert again.status == 403


async def test_the_streams_of_an_origin_that_the_configuration_lets_in_no_more_end(
    door: OpenDoor,
) -> None:
    async with await door.get("/api/events", Origin=ORIGIN) as stream:
        door.core.grants.configure([])
        async with asyncio.timeout(5):
            assert b"event: access" in await stream.content.read()


async def test_another_origin_hears_nothing_of_it(door: OpenDoor) -> None:
    async with await door.get("/api/events", Origin=ORIGIN) as stream:
        await door.core.grants.allow(ADMIN, PAGE, SCAN, uid=None)
        await door.core.grants.allow(ALICE, ORIGIN, SCAN, uid=UID)
        told = await until(stream, "access")
    assert told["origin"] == ORIGIN
