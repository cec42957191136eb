"""Limits of the HTTP door: what is too much, too long or too late, and costs nobody else."""

import asyncio
import gzip
import socket
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import pieces
from fakes.core import ORIGIN
from fakes.door import LIMITS, MAX_JSON_BYTES, OpenDoor, open_door
from fakes.gate import until
from sheetfed.web import body, guard
from sheetfed.web.rates import BURST_S, Rates


@asynccontextmanager
async def connected(
    port: int, said: str = ""
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that has said so much."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(said.format(port=port).encode())
        await writer.drain()
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def end_of(reader: asyncio.StreamReader) -> bytes:
    """What comes until the connection is closed."""
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        return b""


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


@pytest.mark.parametrize("path", ["/f/VersionInfo", "/dwt/dwt_1/load?id=a"])
async def test_a_body_that_is_packed_in_another_way_is_refused(door: OpenDoor, path: str) -> None:
    for coding in ("br", "zstd", "gzip, gzip", "nonsense"):
        headers = {"Content-Encoding": coding}
        async with door.http.post(door.base + path, data=b"x", headers=headers) as answer:
            assert answer.status == 400
            assert (await answer.json())["error"]["details"]["name"] == "Content-Encoding"


async def test_a_packed_call_is_what_it_was_before(door: OpenDoor) -> None:
    text = b'{"id": "packed", "cmdId": "' + b"x" * 1000 + b'"}'
    for coding, content in (
        ("gzip", gzip.compress(text, mtime=0)),
        ("deflate", zlib.compress(text)),
        ("identity", text),
    ):
        headers = {"Content-Encoding": coding}
        url = f"{door.base}/f/VersionInfo"
        async with door.http.post(url, data=pieces.body(content), headers=headers) as answer:
            assert (await answer.json())["id"] == "packed"


@pytest.mark.parametrize(
    "content",
    [b"x", gzip.compress(b"{}", mtime=0)[:-4], gzip.compress(b"{}", mtime=0) + b"more", b""],
)
async def test_what_is_not_packed_to_its_end_is_a_bad_request(
    door: OpenDoor, content: bytes
) -> None:
    headers = {"Content-Encoding": "gzip"}
    url = f"{door.base}/f/VersionInfo"
    async with door.http.post(url, data=pieces.body(content), headers=headers) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["code"] == "invalid-parameter"


@pytest.mark.parametrize("path", ["/f/VersionInfo", "/dwt/dwt_1/load?id=a"])
async def test_a_bomb_is_unpacked_no_further_than_what_is_taken(tmp_path: Path, path: str) -> None:
    bomb = gzip.compress(b" " * 200_000_000, mtime=0)
    tracemalloc.start()
    try:
        async with open_door(tmp_path, limits=replace(LIMITS, file_bytes=1 << 20)) as door:
            headers = {"Content-Encoding": "gzip"}
            tracemalloc.reset_peak()
            async with door.http.post(
                door.base + path, data=pieces.body(bomb), headers=headers
            ) as answer:
                assert answer.status == 413
            assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


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


async def test_an_owner_may_ask_so_often_and_no_oftener(tmp_path: Path) -> None:
    limits = replace(LIMITS, requests_per_s=1)
    async with open_door(tmp_path, limits=limits) as door:
        for _ in range(int(BURST_S)):
            assert (await door.call("VersionInfo"))[0] == 200
        async with door.http.get(f"{door.base}/fa/VersionInfo") as answer:
            assert answer.status == 429
            assert answer.headers["Retry-After"] == "1"
            assert (await answer.json())["error"]["code"] == "too-many"
        assert (await door.call("VersionInfo", Origin=ORIGIN))[0] == 200


def test_a_bucket_fills_again_with_time() -> None:
    now = 0.0
    rates = Rates(per_s=2, time=lambda: now)
    assert [rates.wait_s("a") for _ in range(10)] == [0.0] * 10
    assert rates.wait_s("a") == 0.5
    assert rates.wait_s("b") == 0.0
    now = 0.4
    assert rates.wait_s("a") == pytest.approx(0.1)
    now = 0.5
    assert rates.wait_s("a") == 0.0
    assert rates.wait_s("a") > 0.0


def test_without_a_rate_nobody_waits() -> None:
    rates = Rates(per_s=0, time=lambda: 0.0)
    assert not any(rates.wait_s("a") for _ in range(10_000))


def test_those_who_are_away_are_forgotten() -> None:
    now = 0.0
    rates = Rates(per_s=1, time=lambda: now)
    for number in range(1000):
        rates.wait_s(number)
    now = 10.0
    rates.wait_s("late")
    assert len(rates._buckets) == 1


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
