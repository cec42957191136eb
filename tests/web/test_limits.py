"""Limits of the HTTP door: what is too much, too long or too late, and costs nobody else."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.core import ORIGIN
from fakes.door import LIMITS, MAX_JSON_BYTES, OpenDoor, open_door
from fakes.gate import until
from fakes.rawconnection import connected, end_of
from sheetfed.web import body, guard

POST = "POST /f/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"


@pytest.mark.parametrize("path", ["/f/VersionInfo", "/dwt/dwt_1/load?id=a"])
async def test_a_body_that_never_ends_does(tmp_path: Path, path: str) -> None:
    limits = replace(LIMITS, body_timeout_s=0.2)
    said = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{{port}}\r\nContent-Length: 1000\r\n\r\n"
    async with (
        open_door(tmp_path, limits=limits) as door,
        connected(door.port, said) as (ears, mouth),
    ):

        async def trickle() -> None:
            while True:
                mouth.write(b" ")
                await asyncio.sleep(0.01)

        trickling = asyncio.create_task(trickle())
        assert await end_of(ears) == b""
        trickling.cancel()
        await asyncio.wait({trickling})
        assert (await door.call("HowManyImagesInBuffer"))[0] == 200


async def test_a_body_that_falls_silent_is_given_up(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "STALLED_S", 0.1)
    async with connected(door.port, POST + "Content-Length: 9\r\n\r\n{{") as (ears, _):
        assert await end_of(ears) == b""


async def test_a_body_that_is_announced_too_large_is_not_read(door: OpenDoor) -> None:
    said = POST + f"Expect: 100-continue\r\nContent-Length: {MAX_JSON_BYTES + 1}\r\n\r\n"
    async with connected(door.port, said) as (ears, mouth):
        assert b" 413 " in await ears.readline()
        mouth.write(b" " * (MAX_JSON_BYTES + 1))
        await mouth.drain()


async def test_a_body_that_turns_out_too_large_is_refused(door: OpenDoor) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(8):
            yield b" " * (MAX_JSON_BYTES // 4)

    for content in (b" " * (MAX_JSON_BYTES + 1), unannounced()):
        async with door.http.post(f"{door.base}/f/VersionInfo", data=content) as answer:
            assert answer.status == 413
            said = (await answer.json())["error"]
            assert said["code"] == "too-large"
            assert said["details"] == {"at_most_bytes": MAX_JSON_BYTES}


async def test_a_body_that_comes_in_pieces_is_one(door: OpenDoor) -> None:
    async def coming() -> AsyncIterator[bytes]:
        for piece in (b'{"id":', b'"1","par', b'ameter":[]}'):
            yield piece

    async with door.http.post(f"{door.base}/f/VersionInfo", data=coming()) as answer:
        assert (await answer.json())["id"] == "1"


@pytest.mark.parametrize(
    "headers",
    [{f"X-{number}": "" for number in range(95)}, {f"X-{n}": "x" * 7000 for n in "12345"}],
)
async def test_too_many_or_too_long_header_lines_are_refused(
    door: OpenDoor, headers: dict[str, str]
) -> None:
    limits = {"lines": LIMITS.headers, "bytes": LIMITS.header_bytes}
    more = {f"Y-{number}": "" for number in range(10)}
    async with door.http.get(f"{door.base}/", headers=headers | more) as answer:
        assert answer.status == 413
        assert (await answer.json())["error"]["details"] == limits


async def test_a_user_has_so_many_requests_at_once(tmp_path: Path) -> None:
    limits = replace(LIMITS, requests=2)
    async with open_door(tmp_path, limits=limits) as door:
        async with await door.get("/api/events"), await door.get("/api/events"):
            assert await door.error("VersionInfo") == (429, "too-many")
            door.core.hub.close()
            await until(lambda: not door.door._turnstile._in_flight)
        assert (await door.call("VersionInfo"))[0] == 200


async def test_an_owner_has_so_many_instances_with_pages(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        door.core.documents.limit(instances_at_most=2)
        for instance in ("one", "two"):
            await door.result("AcquireImage", instance=instance)
        assert await door.error("AcquireImage", instance="three") == (429, "too-many")
        content = b"a picture"
        door.core.pages.sources[content] = 1
        status, _ = await door.post("/dwt/dwt_1/load?id=three", content)
        assert status == 429
        await door.result("AcquireImage", instance="one")
        await door.result("AcquireImage", instance="three", Origin=ORIGIN)
        await door.result("RemoveAllImages", instance="two")
        await door.result("AcquireImage", instance="three")


async def test_json_may_be_nested_as_deep_as_is_said(tmp_path: Path) -> None:
    limits = replace(LIMITS, json_depth=10)
    async with open_door(tmp_path, limits=limits) as door:
        for depth, status in ((8, 200), (9, 400)):
            text = '{"id": "1", "more": ' + "[" * depth + "]" * depth + "}"
            async with door.http.post(f"{door.base}/f/VersionInfo", data=text) as answer:
                assert answer.status == (200 if depth < 10 else 400), status
        text = '{"more": ' + "[" * 10 + "]" * 10 + "}"
        async with door.http.post(f"{door.base}/f/VersionInfo", data=text) as answer:
            assert answer.status == 400


async def test_a_picture_that_nobody_takes_is_given_up(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "TAKEN_WITHIN_S", 0.2)
    await door.result("AcquireImage")

    async def large(*_: object) -> bytes:
        return b"\0" * (32 << 20)

    monkeypatch.setattr(door.core.renders, "read", large)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await asyncio.to_thread(deaf.connect, ("127.0.0.1", door.port))
        ask = "GET /dwt/dwt_1/img?id=test&index=0 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n"
        deaf.sendall(ask.format(door.port).encode())
        await until(lambda: door.door._turnstile._in_flight)
        async with asyncio.timeout(10):
            await door.door._turnstile.quiet()


async def test_while_the_service_stops_nothing_begins_and_what_is_there_can_be_read(
    door: OpenDoor,
) -> None:
    await door.result("AcquireImage")
    door.door.stop_work()
    for method, *parameters in (
        ("AcquireImage",),
        ("OpenSource",),
        ("RotateLeft", 0),
        ("RemoveAllImages",),
        ("HTTPUpload", {"url": f"{ORIGIN}/"}),
        ("NoSuchMethod",),
    ):
        assert await door.error(str(method), *parameters) == (503, "shutting-down"), method
    async with door.http.post(f"{door.base}/dwt/dwt_1/load?id=test", data=b"x") as answer:
        assert answer.status == 503
        assert "Retry-After" in answer.headers
    assert await door.result("HowManyImagesInBuffer") == [1]
    assert await door.result("CancelAllPendingTransfers") == [True]
    async with await door.get("/dwt/dwt_1/doc?id=test") as answer:
        assert answer.status == 200
