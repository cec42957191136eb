"""Clients that do not keep to HTTP, JSON or good manners: answered in our words, or cut off."""

import asyncio
import http.client
import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.door import LIMITS, OpenDoor, open_door, raw_request
from sheetfed.web import door as door_module
from sheetfed.web.listener import Guests


def exchange(port: int, lines: bytes) -> bytes:
    """All that the door says to exactly these bytes; blocking."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(lines)
        said = b""
        while chunk := connection.recv(65536):
            said += chunk
        return said


@asynccontextmanager
async def held_connections(port: int, number: int) -> AsyncIterator[None]:
    """Connections that say nothing."""
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(number)]
    try:
        yield
    finally:
        for _, writer in held:
            writer.close()
            await writer.wait_closed()


@pytest.mark.parametrize(
    "lines",
    [
        b"SECRET nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-Long: SECRET" + b"a" * 20_000 + b"\r\n\r\n",
        b"POST /f/VersionInfo HTTP/1.1\r\nHost: a\r\nContent-Length: SECRET\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_answered_in_our_shape_and_not_written_down(
    door: OpenDoor, lines: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    said = await asyncio.to_thread(exchange, door.port, lines)
    head, _, body = said.partition(b"\r\n\r\n")
    assert b" 400 " in head.splitlines()[0]
    assert b"aiohttp" not in said
    assert b"SECRET" not in said
    assert b'"code":"invalid-parameter"' in body
    assert not [record for record in caplog.records if record.exc_info]
    assert "SECRET" not in caplog.text


async def test_a_client_that_goes_away_in_its_body_is_no_error(
    door: OpenDoor, caplog: pytest.LogCaptureFixture
) -> None:
    head = f"POST /f/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\nContent-Length: 9\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(f"{head}\r\n{{".encode())
    await writer.drain()
    assert (await door.call("HowManyImagesInBuffer"))[0] == 200
    writer.close()
    await writer.wait_closed()
    assert (await door.call("HowManyImagesInBuffer"))[0] == 200
    assert not caplog.records


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_is_not_what_its_encoding_says_is_a_bad_request(
    door: OpenDoor, encoding: str, caplog: pytest.LogCaptureFixture
) -> None:
    head = f"POST /f/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\n"
    head += f"Content-Encoding: {encoding}\r\nConnection: close\r\nContent-Length: 4\r\n\r\nxxxx"
    said = await asyncio.to_thread(exchange, door.port, head.encode())
    assert b" 400 " in said.splitlines()[0]
    assert b'"code":"invalid-parameter"' in said
    assert not caplog.records


@pytest.mark.parametrize(
    "body",
    [
        r'{"id":"1","cmdId":"\ud800"}',
        r'{"id":"1","parameter":[{"\udfff":1}]}',
        r'{"id":"1","parameter":[{"scanner":"\ud800"}]}',
    ],
)
async def test_half_a_character_is_not_json(door: OpenDoor, body: str) -> None:
    async with door.http.post(f"{door.base}/f/AcquireImage", data=body) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["details"] == {"name": "body"}
    assert door.core.devices.calls == ["survey"]


async def test_a_whole_character_may_be_written_in_two_halves(door: OpenDoor) -> None:
    body = r'{"id":"1","cmdId":"\ud83d\ude00"}'
    async with door.http.post(f"{door.base}/f/VersionInfo", data=body) as answer:
        assert (await answer.json())["cmdId"] == "\U0001f600"


async def test_an_endless_event_number_is_none(door: OpenDoor) -> None:
    async with await door.get("/api/events", Last_Event_ID="9" * 5000) as stream:
        assert stream.status == 200


@pytest.mark.parametrize("path", ["/nothing", "/f/No_Method", "/f/", "/f/a/b"])
async def test_an_unknown_address_is_not_found_by_any_method(door: OpenDoor, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        async with door.http.request(method, door.base + path) as answer:
            assert answer.status == 404, method
            assert (await answer.json())["error"]["code"] == "not-found"


async def test_the_page_is_not_posted_to(door: OpenDoor) -> None:
    async with door.http.post(door.base + "/page.js") as answer:
        assert answer.status == 405


@pytest.mark.parametrize("header", ["X-Forwarded-Proto", "X-Forwarded-Port", "x-forwarded-server"])
async def test_every_header_of_a_proxy_is_refused(door: OpenDoor, header: str) -> None:
    async with door.http.post(
        f"{door.base}/f/VersionInfo", json={}, headers={header: "1"}
    ) as answer:
        assert answer.status == 421


@pytest.mark.parametrize("header", ["Mode", "Dest", "User", "Storage-Access"])
async def test_any_sec_fetch_header_makes_it_a_browsers(door: OpenDoor, header: str) -> None:
    status, _ = await door.call("GetDevices", **{f"Sec_Fetch_{header}": "x"})
    assert status == 403


async def test_who_holds_too_many_connections_gets_no_more_and_others_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    uid, limits = 1, replace(LIMITS, connections=2)
    async with (
        open_door(tmp_path, peer_uid=lambda _: uid, limits=limits) as door,
        held_connections(door.port, 2),
    ):
        for _ in range(2):
            with pytest.raises((ConnectionError, http.client.HTTPException)):
                await asyncio.to_thread(raw_request, door.port, b"GET / HTTP/1.1\r\n\r\n")
        uid = 2
        async with await door.get("/") as answer:
            assert answer.status == 200
    assert [record.getMessage() for record in caplog.records] == [
        "user 1 has 2 connections open and gets no more"
    ]


def test_a_closed_connection_makes_room() -> None:
    guests = Guests(at_most=1)
    first, second = socket.socket(), socket.socket()
    assert guests.admit(1000, first)
    assert not guests.admit(1000, second)
    first.close()
    assert guests.admit(1000, second)
    second.close()


async def test_an_idle_connection_does_not_hold_up_the_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door_module, "_CLOSING_S", 60.0)
    async with AsyncExitStack() as outlives, open_door(tmp_path) as door:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        outlives.push_async_callback(writer.wait_closed)
        outlives.callback(writer.close)
        writer.write(
            f"GET /fa/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\n\r\n".encode()
        )
        assert b" 200 " in await reader.readline()


HEADERS = (
    "Origin",
    "Referer",
    "Content-Encoding",
    "Content-Type",
    "Last-Event-ID",
    "DWT-DOC-PASSWORD",
    "Range",
    "If-None-Match",
    "If-Range",
    "Expect",
    "Sec-Fetch-Site",
    "Access-Control-Request-Private-Network",
    "Cookie",
)


WORDS = ("%ff", "%ed%a0%80", "%00", "%0a", "%c3%bc", "%25ff", "%", "\udcff")


@pytest.mark.parametrize("name", HEADERS)
async def test_bytes_that_are_no_text_in_a_header_are_no_fault_of_ours(
    door: OpenDoor, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    values = (b"\xff\xfe", b"http://\xed\xa0\x80.example", "ü".encode())
    asked = ("GET /dwt/dwt_1/img?index=0", "POST /api/access", "GET /api/storage/documents/d1")
    for value, line in itertools.product(values, asked):
        head = f"{line} HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\nContent-Length: 2\r\n{name}: "
        lines = head.encode() + value + b"\r\nConnection: close\r\n\r\n{}"
        answer = await asyncio.to_thread(raw_request, door.port, lines)
        assert answer.status < 500, (value, line)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    "path",
    [
        "/f/{}",
        "/{}",
        "/api/storage/documents/{}",
        "/api/storage/documents/d/content?pages={}",
        "/api/device/scanners/jobs/{}",
        "/api/device/scanners?type={}",
        "/api/access/origins/{}",
        "/dwt/dwt_1/img?pageid={}",
        "/dwt/dwt_1/img?id={}&index=0",
        "/dwt/dwt_1/doc?id={}&type={}",
        "/dwt/dwt_1/events?id={}",
        "/DWTAPI/ScanJobs/{}/NextDocument",
    ],
)
async def test_bytes_that_are_no_text_in_an_address_are_no_fault_of_ours(
    door: OpenDoor, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    for word in WORDS:
        target = path.replace("{}", word).encode("utf-8", "surrogateescape")
        lines = b"GET " + target + f" HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\n".encode()
        lines += b"Connection: close\r\n\r\n"
        answer = await asyncio.to_thread(raw_request, door.port, lines)
        assert 400 <= answer.status < 500, word
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
