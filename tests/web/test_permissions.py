"""Permissions: each call needs its own, which is decided before its body is read."""

import asyncio

import pytest

from fakes.core import ALICE, ORIGIN
from fakes.door import UID, OpenDoor
from sheetfed.core.permissions import Permission, completed
from sheetfed.web.methods import TABLE

LIST, SCAN, READ, UPLOAD = Permission
PAGE = "https://new.example"


async def only(door: OpenDoor, *permissions: Permission) -> None:
    await door.core.grants.allow(ALICE, PAGE, completed(permissions), uid=UID)


@pytest.mark.parametrize(
    ("permission", "method", "allowed"),
    [
        (LIST, "GetDevices", True),
        (LIST, "GetSourceNames", True),
        (LIST, "VersionInfo", True),
        (LIST, "HowManyImagesInBuffer", False),
        (LIST, "AcquireImage", False),
        (READ, "HowManyImagesInBuffer", True),
        (READ, "RemoveAllImages", False),
        (READ, "GetDevices", False),
        (READ, "OpenSource", False),
        (UPLOAD, "VersionInfo", True),
        (UPLOAD, "AcquireImage", False),
        (SCAN, "AcquireImage", True),
        (SCAN, "HowManyImagesInBuffer", True),
        (SCAN, "GetDevices", True),
    ],
)
async def test_a_page_may_call_what_it_was_allowed(
    door: OpenDoor, permission: Permission, method: str, allowed: bool
) -> None:
    await only(door, permission)
    status, body = await door.call(method, Origin=PAGE)
    assert status == (200 if allowed else 403), body


async def test_a_refusal_of_a_page_with_another_permission_says_what_is_missing(
    door: OpenDoor,
) -> None:
    await only(door, LIST)
    status, body = await door.call("AcquireImage", Origin=PAGE)
    assert (status, body["error"]["code"]) == (403, "origin-not-granted")
    assert body["error"]["details"] == {"origin": PAGE, "permission": "scan"}


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/dwt/dwt_1/img?id=test&index=0", "GET"),
        ("/dwt/dwt_1/doc?id=test", "GET"),
        ("/dwt/dwt_1/events?id=test", "GET"),
        ("/api/events", "GET"),
        ("/dwt/dwt_1/load?id=test", "POST"),
    ],
)
async def test_pages_and_events_are_not_for_an_origin_that_may_only_list(
    door: OpenDoor, path: str, method: str
) -> None:
    await only(door, LIST)
    async with door.http.request(method, door.base + path, headers={"Origin": PAGE}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("path", ["/f/AcquireImage", "/dwt/dwt_1/load?id=1"])
async def test_a_body_is_not_waited_for_to_refuse_a_call(door: OpenDoor, path: str) -> None:
    await only(door, LIST)
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\nOrigin: {PAGE}\r\n"
    writer.write(f"{head}Content-Length: 2\r\n\r\n".encode())
    assert await reader.readline() == b"HTTP/1.1 403 Forbidden\r\n"
    writer.write(b"{}")
    writer.close()
    await writer.wait_closed()


async def test_a_picture_for_a_referring_page_needs_the_permission_to_read(
    door: OpenDoor,
) -> None:
    await only(door, SCAN)
    await door.result("AcquireImage", Origin=PAGE)
    headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": "image", "Referer": f"{PAGE}/a"}
    for permission, status in ((READ, 200), (LIST, 404)):
        await only(door, permission)
        async with await door.get("/dwt/dwt_1/img?id=test&index=0", **headers) as answer:
            assert answer.status == status


def test_every_method_says_what_it_needs() -> None:
    needs = {name: method.needs for name, method in TABLE.items()}
    assert [name for name, needed in needs.items() if needed is None] == ["VersionInfo"]
    assert {name for name, needed in needs.items() if needed is LIST} == {
        "GetSourceNames",
        "GetDevices",
    }


async def test_a_configured_origin_may_do_everything(door: OpenDoor) -> None:
    async with await door.get("/api/access", Origin=ORIGIN) as answer:
        assert (await answer.json())["permissions"] == ["list", "scan", "read", "upload"]
