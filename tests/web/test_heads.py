"""Heads: what comes before, behind and instead of a request, how long and how late."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.door import LIMITS, OpenDoor, open_door
from fakes.rawconnection import connected, end_of
from sheetfed.web.server import TAIL_AT_MOST_BYTES

POST = "POST /f/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"


@pytest.mark.parametrize("said", ["", "GET / HT", POST, POST + "X-Slow: "])
async def test_who_does_not_come_to_ask_is_waited_for_no_longer(tmp_path: Path, said: str) -> None:
    limits = replace(LIMITS, header_timeout_s=0.1)
    async with open_door(tmp_path, limits=limits) as door, connected(door.port, said) as (ears, _):
        assert await end_of(ears) == b""


async def test_who_asks_in_time_stays(tmp_path: Path) -> None:
    limits = replace(LIMITS, header_timeout_s=0.1)
    async with (
        open_door(tmp_path, limits=limits) as door,
        await door.get("/api/events") as stream,
    ):
        assert await stream.content.readline() == b"retry: 2000\n"
        await asyncio.sleep(0.2)  # longer than a newcomer has
        await door.result("AcquireImage")
        assert b"event" in await stream.content.readuntil(b"\n\n") + await stream.content.readline()


async def test_a_head_without_end_is_cut_off(door: OpenDoor) -> None:
    async with connected(door.port, "GET / HTTP/1.1\r\n") as (ears, mouth):
        line = b"X-More: " + b"x" * 4000 + b"\r\n"
        try:
            for _ in range(1000):
                mouth.write(line)
                await mouth.drain()
        except ConnectionError:
            pass
        said = await end_of(ears)
        assert said == b"" or b" 400 " in said.splitlines()[0]


async def test_what_is_asked_ahead_is_bounded(door: OpenDoor) -> None:
    """Requests behind an event stream, which is never answered to its end."""
    stream = "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    async with connected(door.port, stream) as (ears, mouth):
        await ears.readuntil(b"retry")
        ask = f"GET /fa/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\n\r\n".encode() * 500
        taken = 0
        try:
            async with asyncio.timeout(2):
                while taken < 200 << 20:
                    mouth.write(ask)
                    taken += len(ask)
                    await mouth.drain()
        except (ConnectionError, TimeoutError):
            pass
        assert taken < 40 << 20
        mouth.transport.abort()


async def test_what_follows_a_wish_for_another_protocol_is_bounded(door: OpenDoor) -> None:
    """It comes behind an event stream, which is never answered to its end."""
    wish = "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    wish += "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    async with connected(door.port, wish) as (ears, mouth):
        await ears.readuntil(b"retry")
        mouth.write(b"x" * TAIL_AT_MOST_BYTES)
        await mouth.drain()
        assert not ears.at_eof()
        with suppress(ConnectionError):
            mouth.write(b"x" * TAIL_AT_MOST_BYTES)
            await mouth.drain()
        await end_of(ears)
    await door.result("HowManyImagesInBuffer")
