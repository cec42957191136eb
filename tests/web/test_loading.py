"""Files that come in, raw or as base64 in a call: taken in as pages, and gone afterwards."""

import asyncio
import base64
import contextlib
import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.core import ORIGIN
from fakes.door import LIMITS, MAX_JSON_BYTES, OpenDoor, open_door
from fakes.gate import until
from fakes.sse import until as until_told
from sheetfed.core.errors import DamagedImage, ScanError, StoreFull, TooLarge
from sheetfed.web import body as bodies

LOAD = "/dwt/dwt_16100728/load"
FILE = b"a file of three pages"
LARGE = bytes(range(256)) * 20_000


@pytest.fixture
async def knowing(door: OpenDoor) -> OpenDoor:
    """A door whose image work knows FILE and LARGE."""
    door.core.pages.sources = {FILE: 3, LARGE: 1}
    return door


def coded(content: bytes) -> str:
    return base64.b64encode(content).decode()


async def posted(door: OpenDoor, text: str) -> tuple[int, dict[str, Any]]:
    return await door.post("/f/LoadImageFromBase64Binary", text.encode())


async def called(door: OpenDoor, *parameters: object) -> tuple[int, dict[str, Any]]:
    return await posted(door, json.dumps({"id": "test", "parameter": parameters}))


async def test_a_file_becomes_pages_at_the_end_of_the_buffer(knowing: OpenDoor) -> None:
    await knowing.result("AcquireImage")
    status, body = await knowing.post(f"{LOAD}?id=test&type=pdf", FILE)
    assert status == 200
    assert list(body) == ["id", "method", "result", "cmdId"]
    assert (body["id"], body["result"]) == ("test", [True, [1, 2, 3]])
    assert await knowing.result("HowManyImagesInBuffer") == [4]
    assert knowing.incoming.left == []


async def test_a_file_in_base64_becomes_pages(knowing: OpenDoor) -> None:
    assert await knowing.result("LoadImageFromBase64Binary", coded(FILE)) == [True, [0, 1, 2]]
    address = f"data:image/png;base64,{coded(FILE)}"
    told = await knowing.result("LoadImageFromBase64Binary", address, "image/png")
    assert told == [True, [3, 4, 5]]
    assert knowing.incoming.left == []


async def test_a_call_may_carry_more_than_other_calls(knowing: OpenDoor) -> None:
    assert len(LARGE) > 100 * MAX_JSON_BYTES
    _, body = await called(knowing, coded(LARGE), "jpeg")
    assert body["result"] == [True, [0]]
    (file,) = knowing.incoming.received
    assert (sum(file.written), file.is_closed, len(file.written) > 3) == (len(LARGE), True, True)


async def test_base64_may_be_written_as_json_writers_do(knowing: OpenDoor) -> None:
    text = coded(LARGE)
    lines = "\\r\\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    for written in (
        lines,
        text.replace("/", "\\/"),
        text.replace("+", "\\u002B").replace("/", "\\u002f"),
        text.rstrip("="),
        "data:image\\/jpeg;base64," + text,
    ):
        status, body = await posted(knowing, f'{{"id":"test","parameter":["{written}"]}}')
        assert (status, body["result"][0]) == (200, True), written[:40]


async def test_pages_that_came_are_told(knowing: OpenDoor) -> None:
    async with await knowing.get("/dwt/dwt_1/events?id=test") as stream:
        await knowing.post(f"{LOAD}?id=test", FILE)
        for index in range(3):
            told = await until_told(stream, "page", action="added")
            assert (told["index"], told["instance"], told["job"]) == (index, "test", None)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "id"),
        ("id=", "id"),
        ("id=a%20b", "id"),
        ("id=" + "x" * 65, "id"),
        ("id=test&type=docx", "type"),
    ],
)
async def test_what_is_not_understood_is_named_before_anything_is_read(
    knowing: OpenDoor, query: str, name: str
) -> None:
    status, body = await knowing.post(f"{LOAD}?{query}", FILE)
    assert (status, body["error"]["details"]["name"]) == (400, name)
    assert knowing.incoming.received == []


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('{"parameter":[]}', "data"),
        ('{"parameter":[null]}', "data"),
        ('{"parameter":[5]}', "data"),
        ('{"parameter":["$$$$"]}', "data"),
        ('{"parameter":["A"]}', "data"),
        ('{"parameter":["A="]}', "data"),
        ('{"parameter":["AA==AA=="]}', "data"),
        ('{"parameter":["' + "A" * 5000 + '$"]}', "data"),
        ('{"parameter":["' + "A" * 5001 + '"]}', "data"),
        ('{"parameter":["' + "A" * 5000 + '\\\\u0041\\\\"]}', "data"),
        ('{"parameter":["QUJD", "' + "A" * 5000 + '"]}', "data"),
        ('{"parameter":["' + "A" * 5000 + '\\\\uZZZZZZ"]}', "body"),
        ('{"parameter":["' + "A" * 5000 + '", "' + "A" * 5000 + '"]}', "body"),
        ('{"parameter":["' + "A" * 5000, "body"),
        ('{"parameter":["QUJD","pdf",1]}', "parameter"),
        ('{"parameter":["QUJD","docx"]}', "type"),
        ('{"parameter":{"a":1}}', "parameter"),
        ("[1]", "body"),
        ("", "data"),
    ],
)
async def test_what_is_no_base64_in_json_is_named(knowing: OpenDoor, body: str, name: str) -> None:
    status, told = await posted(knowing, body.replace("\\\\", "\\"))
    assert (status, told["error"]["code"]) == (400, "invalid-parameter")
    assert told["error"]["details"]["name"] == name
    assert list(told) == ["id", "method", "result", "cmdId", "error"]
    assert knowing.incoming.left == []


async def test_what_surrounds_the_base64_has_the_limit_of_every_call(knowing: OpenDoor) -> None:
    rest = ",".join(["[]"] * MAX_JSON_BYTES)
    status, told = await posted(knowing, f'{{"parameter":["{coded(LARGE)}",{rest}]}}')
    assert (status, told["error"]["code"]) == (413, "too-large")
    assert knowing.incoming.left == []


async def test_a_text_that_looks_like_the_place_of_the_long_one_is_none(
    knowing: OpenDoor,
) -> None:
    body = json.dumps({"cmdId": "A" * 5000, "parameter": ["QUJD"]})
    status, told = await posted(knowing, body)
    assert (status, told["error"]["details"]["name"]) == (400, "data")


async def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    limits = replace(LIMITS, file_bytes=len(FILE) - 1)

    async def unannounced() -> AsyncIterator[bytes]:
        yield FILE

    async with open_door(tmp_path, limits=limits) as door:
        for status, body in (
            await door.post(f"{LOAD}?id=test", FILE),
            await door.post(f"{LOAD}?id=test", unannounced()),
            await called(door, coded(FILE)),
            await called(door, coded(LARGE)),
            await called(door, " " * 3 * MAX_JSON_BYTES),
        ):
            assert (status, body["error"]["code"]) == (413, "too-large")
        assert door.incoming.left == []
        assert await door.result("HowManyImagesInBuffer") == [0]


async def test_a_compressed_body_is_what_it_was_before(knowing: OpenDoor) -> None:
    status, body = await knowing.post(
        f"{LOAD}?id=test", gzip.compress(FILE, mtime=0), Content_Encoding="gzip"
    )
    assert (status, body["result"]) == (200, [True, [0, 1, 2]])


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (None, 415, "unsupported-image"),
        (DamagedImage(), 422, "damaged-image"),
        (TooLarge(), 413, "too-large"),
        (StoreFull(), 507, "store-full"),
    ],
)
async def test_a_file_that_cannot_be_taken_in_says_why_and_goes(
    knowing: OpenDoor, error: ScanError | None, status: int, code: str
) -> None:
    content = b"what is this" if error is None else FILE
    knowing.core.pages.loading[1].fault = error
    told, body = await knowing.post(f"{LOAD}?id=test", content)
    assert (told, body["error"]["code"]) == (status, code)
    assert await knowing.error("LoadImageFromBase64Binary", coded(content)) == (status, code)
    assert knowing.incoming.left == []
    assert await knowing.result("HowManyImagesInBuffer") == [0]


async def test_a_full_disk_is_told_while_the_file_comes(knowing: OpenDoor) -> None:
    knowing.incoming.room_bytes = 10
    status, body = await knowing.post(f"{LOAD}?id=test", FILE)
    assert (status, body["error"]["code"]) == (507, "store-full")
    status, body = await called(knowing, coded(LARGE))
    assert (status, body["error"]["code"]) == (507, "store-full")
    assert knowing.incoming.left == []


async def test_who_may_not_scan_may_not_fill_the_store(tmp_path: Path) -> None:
    async with open_door(tmp_path, scan_rules=["nobody"]) as door:
        status, body = await door.post(f"{LOAD}?id=test", FILE)
        assert (status, body["error"]["code"]) == (403, "not-allowed")
        assert await door.error("LoadImageFromBase64Binary", coded(FILE)) == (403, "not-allowed")


async def test_the_pages_are_those_of_the_origin_that_sent_the_file(knowing: OpenDoor) -> None:
    status, _ = await knowing.post(f"{LOAD}?id=test", FILE, Origin=ORIGIN)
    assert status == 200
    assert await knowing.result("HowManyImagesInBuffer") == [0]
    assert await knowing.result("HowManyImagesInBuffer", Origin=ORIGIN) == [3]
    status, body = await knowing.post(f"{LOAD}?id=test", b"", Origin="https://evil.example")
    assert (status, body["error"]["code"]) == (403, "origin-not-granted")


async def test_only_a_post_loads(knowing: OpenDoor) -> None:
    async with await knowing.get(f"{LOAD}?id=test") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    async with await knowing.get("/f/LoadImageFromBase64Binary") as answer:
        assert answer.status == 405


async def test_who_waits_to_be_asked_for_the_body_is_asked(knowing: OpenDoor) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", knowing.port)
    head = f"POST {LOAD}?id=test HTTP/1.1\r\nHost: 127.0.0.1:{knowing.port}\r\n"
    writer.write(f"{head}Expect: 100-continue\r\nContent-Length: {len(FILE)}\r\n\r\n".encode())
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(FILE)
    assert b" 200 " in await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert await knowing.result("HowManyImagesInBuffer") == [3]


async def test_who_goes_away_in_the_middle_leaves_nothing(
    knowing: OpenDoor, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", knowing.port)
    head = f"POST {LOAD}?id=test HTTP/1.1\r\nHost: 127.0.0.1:{knowing.port}\r\n"
    writer.write(f"{head}Content-Length: 9999\r\n\r\n".encode() + FILE)
    await until(lambda: knowing.incoming.left)
    writer.close()
    await writer.wait_closed()
    await until(lambda: not knowing.incoming.left)
    assert await knowing.result("HowManyImagesInBuffer") == [0]
    assert not caplog.records


async def test_who_falls_silent_is_cut_off(
    knowing: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "STALLED_S", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", knowing.port)
    head = f"POST {LOAD}?id=test HTTP/1.1\r\nHost: 127.0.0.1:{knowing.port}\r\n"
    writer.write(f"{head}Content-Length: 9999\r\n\r\n".encode() + FILE)
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    await until(lambda: not knowing.incoming.left)


async def test_a_file_that_is_being_taken_in_holds_up_no_other_request(
    knowing: OpenDoor,
) -> None:
    knowing.core.pages.loading[0].shut()
    loading = asyncio.create_task(knowing.post(f"{LOAD}?id=test", FILE))
    await knowing.core.pages.loading[0].reached()
    assert await knowing.result("HowManyImagesInBuffer") == [0]
    knowing.core.pages.loading[0].open()
    assert (await loading)[0] == 200
