"""Limits and names that a reload changes: they hold for what comes from then on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.door import LIMITS, MAX_JSON_BYTES, OpenDoor, open_door
from sheetfed.web.limits import Limits

NAME = "scan.example.org"


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[OpenDoor]:
    async with open_door(tmp_path) as opened:
        yield opened


def change(door: OpenDoor, limits: Limits = LIMITS, *aliases: str) -> None:
    door.door.change(aliases=aliases, limits=limits)


async def status(door: OpenDoor, **headers: str) -> int:
    return (await door.call("VersionInfo", **headers))[0]


async def test_the_service_has_another_name(door: OpenDoor) -> None:
    host = {"Host": f"{NAME}:{door.port}"}
    assert await status(door, **host) == 421
    change(door, LIMITS, NAME.upper())
    assert await status(door, **host) == 200
    change(door)
    assert await status(door, **host) == 421


async def test_a_body_may_be_longer_or_nested_deeper(door: OpenDoor) -> None:
    long, deep = "x" * (MAX_JSON_BYTES + 1), "[" * 20 + "]" * 20
    assert (await door.call("VersionInfo", long))[0] == 413
    change(door, replace(LIMITS, json_bytes=2 * MAX_JSON_BYTES, json_depth=8))
    assert (await door.call("VersionInfo", long))[0] != 413
    body = f'{{"id": "a", "method": "VersionInfo", "parameter": {deep}}}'
    refused, answer = await door.post("/f/VersionInfo", body)
    assert (refused, answer["error"]["code"]) == (400, "invalid-parameter")


async def test_a_user_may_ask_more_or_less_often(door: OpenDoor) -> None:
    change(door, replace(LIMITS, requests_per_s=1))
    statuses = [await status(door) for _ in range(8)]
    assert 429 in statuses
    change(door, replace(LIMITS, requests_per_s=0))
    assert {await status(door) for _ in range(8)} == {200}


async def test_a_user_has_fewer_requests_and_streams_at_once(door: OpenDoor) -> None:
    change(door, replace(LIMITS, streams=1))
    async with await door.get("/api/events"):
        async with await door.get("/api/events") as second:
            assert second.status == 429
        change(door, replace(LIMITS, requests=1))
        assert await status(door) == 429


async def test_a_user_has_fewer_connections_and_keeps_those_that_are_open(door: OpenDoor) -> None:
    _, first = await asyncio.open_connection("127.0.0.1", door.port)
    change(door, replace(LIMITS, connections=1))
    reader, second = await asyncio.open_connection("127.0.0.1", door.port)
    try:
        assert await reader.read() == b""
        assert not first.is_closing()
    finally:
        first.close()
        second.close()


async def test_a_new_connection_is_waited_for_as_long_as_is_said_now(door: OpenDoor) -> None:
    change(door, replace(LIMITS, header_timeout_s=0.05))
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    assert await asyncio.wait_for(reader.read(), 10) == b""
    writer.close()


async def test_an_idle_connection_is_kept_as_long_as_is_said_now(door: OpenDoor) -> None:
    change(door, replace(LIMITS, idle_timeout_s=0.05))
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(f"GET /fa/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 10)
    assert answer.startswith(b"HTTP/1.1 200 ")
    writer.close()
