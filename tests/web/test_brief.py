"""Brief answers: they say the same as any other, each to its own asker."""

import asyncio
import http.client
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from fakes.core import ALICE, ORIGIN
from fakes.door import UID, OpenDoor, open_door, raw_request
from sheetfed.core.permissions import ALL
from sheetfed.web import brief

OTHER = "https://other.example"
ANSWER = b'{"id":"test","method":"HowManyImagesInBuffer","result":[0],"cmdId":""}'


def call(
    port: int, *lines: str, version: str = "1.1", method: str = "HowManyImagesInBuffer"
) -> bytes:
    body = '{"id":"test"}'
    head = (
        f"POST /f/{method} HTTP/{version}",
        f"Host: 127.0.0.1:{port}",
        f"Content-Length: {len(body)}",
        *lines,
    )
    return "\r\n".join((*head, "", body)).encode()


async def said(door: OpenDoor, request: bytes) -> http.client.HTTPResponse:
    return await asyncio.to_thread(raw_request, door.port, request)


def head(answer: http.client.HTTPResponse) -> list[tuple[str, str]]:
    """But for when it was sent, and what becomes of the connection."""
    lines = answer.headers.items()
    return sorted(line for line in lines if line[0] not in ("Date", "Connection"))


@pytest.mark.parametrize("origin", [[], [f"Origin: {ORIGIN}"]])
async def test_a_brief_answers_head_is_that_of_any_other(door: OpenDoor, origin: list[str]) -> None:
    one = await said(door, call(door.port, *origin))
    assert one.headers["Connection"] is None
    assert one.headers["Content-Length"] == str(len(ANSWER))
    for other in (
        await said(door, call(door.port, "Connection: close", *origin)),
        await said(door, call(door.port, *origin, version="1.0")),
    ):
        assert (one.status, one.reason) == (other.status, other.reason) == (200, "OK")
        assert head(one) == head(other)


async def test_a_client_that_does_not_stay_is_told_so_and_one_of_http_1_0_that_it_may(
    door: OpenDoor,
) -> None:
    closing = await said(door, call(door.port, "Connection: close"))
    assert closing.headers["Connection"] == "close"
    staying = await said(door, call(door.port, "Connection: keep-alive", version="1.0"))
    assert staying.headers["Connection"] == "keep-alive"


async def test_a_brief_answer_says_when_it_was_made(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for now in (0.0, 1_700_000_000.9, 1_700_000_001.0):
        monkeypatch.setattr(brief, "time", lambda now=now: now)
        answer = await said(door, call(door.port))
        assert answer.headers["Date"].endswith(" GMT")
        assert parsedate_to_datetime(answer.headers["Date"]).timestamp() == int(now)


async def test_an_answer_too_long_to_be_brief_is_the_same(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await said(door, call(door.port))
    monkeypatch.setattr(brief, "AT_MOST_BYTES", 10)
    assert head(await said(door, call(door.port))) == head(one)


async def test_calls_that_come_at_once_are_answered_one_after_the_other(door: OpenDoor) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    for number in range(20):
        writer.write(call(door.port).replace(b'"test"', b'"%04d"' % number))
    for number in range(20):
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(len(ANSWER)) == ANSWER.replace(b"test", b"%04d" % number)
    writer.close()
    await writer.wait_closed()


async def test_the_same_bytes_of_two_users_are_each_ones_own_call(tmp_path: Path) -> None:
    uids = iter([UID, UID, UID + 1, UID])
    async with open_door(tmp_path, peer_uid=lambda _: next(uids)) as door:
        assert (await said(door, call(door.port, method="AcquireImage"))).status == 200
        for pages in (b"[1]", b"[0]", b"[1]"):
            reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
            writer.write(call(door.port))
            await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(len(ANSWER)) == ANSWER.replace(b"[0]", pages)
            writer.close()
            await writer.wait_closed()


async def test_on_one_connection_each_origin_may_read_its_own_answers_and_no_other(
    door: OpenDoor,
) -> None:
    """And what is taken from one of them is gone with the next call."""
    grant = await door.core.grants.allow(ALICE, OTHER, ALL, uid=UID)
    connection = http.client.HTTPConnection("127.0.0.1", door.port)

    async def answer(*origin: str) -> tuple[int, str | None]:
        headers = dict.fromkeys(("Origin",), *origin) if origin else {}

        def ask() -> tuple[int, str | None]:
            connection.request("POST", "/f/HowManyImagesInBuffer", '{"id":"test"}', headers)
            found = connection.getresponse()
            found.read()
            return found.status, found.headers["Access-Control-Allow-Origin"]

        return await asyncio.to_thread(ask)

    try:
        for _ in range(2):
            assert await answer() == (200, None)
            assert await answer(ORIGIN) == (200, ORIGIN)
            assert await answer(OTHER) == (200, OTHER)
            assert await answer("https://evil.example") == (403, None)
        connected = connection.sock
        await door.core.grants.revoke(ALICE, grant.id)
        assert await answer(OTHER) == (403, None)
        assert await answer(ORIGIN) == (200, ORIGIN)
        await door.core.grants.allow(ALICE, OTHER, ALL, uid=UID)
        assert await answer(OTHER) == (200, OTHER)
        await door.core.grants.deny(ALICE, OTHER, uid=UID)
        assert await answer(OTHER) == (403, None)
        door.core.grants.configure([])
        assert await answer(ORIGIN) == (403, None)
        assert await answer() == (200, None)
        assert connection.sock is connected is not None
    finally:
        connection.close()
