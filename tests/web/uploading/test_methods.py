"""Uploads over the HTTP door: what is asked, answered, told and refused."""

import asyncio
from typing import Any

import pytest

from fakes.core import ORIGIN
from fakes.door import OpenDoor
from fakes.gate import until
from fakes.sse import until as told
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.exports import Compression
from sheetfed.core.imagetype import ImageType
from sheetfed.core.transfers import TransferLimits
from sheetfed.core.uploads import Reply, UploadMethod
from sheetfed.web.uploading import words

URL = f"{ORIGIN}/in"


async def scan(door: OpenDoor, pages: int = 1, **more: Any) -> None:
    for _ in range(pages):
        await door.result("AcquireImage", Origin=ORIGIN, **more)


async def upload(door: OpenDoor, *, by: str = "f", **asked: object) -> list[Any]:
    return await door.result("HTTPUpload", {"url": URL, **asked}, door=by, Origin=ORIGIN)


async def refusal(door: OpenDoor, origin: str | None = ORIGIN, **asked: object) -> Any:
    headers = {} if origin is None else {"Origin": origin}
    status, body = await door.call("HTTPUpload", {"url": URL, **asked}, **headers)
    return status, body["error"]["code"], body["error"]["details"]


async def test_all_pages_go_as_a_pdf_in_a_form_when_nothing_else_is_said(door: OpenDoor) -> None:
    await scan(door, 2)
    assert await upload(door) == [True, {"status": 200, "body": "thank you"}]
    (sent,) = door.core.sender.attempts
    assert (sent.method, sent.image_type) == (UploadMethod.POST, ImageType.PDF)
    assert (sent.file_name, sent.field_name) == ("scan.pdf", "RemoteFile")
    assert sent.target.url == URL
    assert door.core.pages.exported[0][0] == 2


async def test_everything_can_be_said(door: OpenDoor) -> None:
    await scan(door, 2)
    await upload(
        door,
        method="post",
        indices=[1],
        type="image/tiff",
        options={"compression": "group4"},
        file_name="Akte 4711.tif",
        field_name="file",
        fields={"case": 4711, "urgent": True, "note": "größe\r\nline"},
        headers={"Authorization": "Bearer abc", "X-Note": ""},
    )
    (sent,) = door.core.sender.attempts
    assert sent.image_type is ImageType.TIFF
    assert sent.options.compression is Compression.GROUP4
    assert (sent.file_name, sent.field_name) == ("Akte 4711.tif", "file")
    assert sent.fields == (("case", "4711"), ("urgent", "true"), ("note", "größe\r\nline"))
    assert sent.headers == (("Authorization", "Bearer abc"), ("X-Note", ""))
    assert "abc" not in repr(sent)
    assert door.core.pages.exported[0][0] == 1


async def test_a_put_may_say_what_its_content_is(door: OpenDoor) -> None:
    await scan(door)
    await upload(door, method="PUT", type="jpeg", indices=0, headers={"Content-Type": "image/jpg"})
    (sent,) = door.core.sender.attempts
    assert sent.file_name == "scan.jpg"
    assert sent.headers == (("Content-Type", "image/jpg"),)


async def test_by_fa_it_is_accepted_at_once_and_told_until_its_end(door: OpenDoor) -> None:
    await scan(door)
    door.core.sender.sending.shut()
    async with await door.get("/dwt/dwt_1/events?id=test", Origin=ORIGIN) as stream:
        accepted, transfer = await upload(door, by="fa")
        assert accepted is True
        sending = await told(stream, "transfer", state="sending")
        assert sending["transfer"] == transfer
        assert (sending["instance"], sending["origin"], sending["pages"]) == ("test", ORIGIN, 1)
        door.core.sender.sending.open()
        done = await told(stream, "transfer", state="done")
        assert (done["progress"], done["status"], done["error"]) == (100, 200, None)
    (status,) = await door.result("TransferStatus", transfer, Origin=ORIGIN)
    assert status["reply"] == {"status": 200, "body": "thank you"}


async def test_other_instances_are_not_told(door: OpenDoor) -> None:
    await scan(door)
    async with await door.get("/dwt/dwt_1/events?id=other", Origin=ORIGIN) as stream:
        await upload(door)
        await door.result("AcquireImage", instance="other", Origin=ORIGIN)
        while True:
            line = (await stream.content.readline()).decode()
            assert not line.startswith("event: transfer")
            if '"state":"done"' in line:
                break


async def test_a_failure_says_what_the_server_said(door: OpenDoor) -> None:
    await scan(door)
    door.core.sender.outcomes = [Reply(422, "not this one")]
    status, code, details = await refusal(door)
    assert (status, code) == (502, "upload-failed")
    transfer = details.pop("transfer")
    assert details == {"status": 422, "body": "not this one", "attempts": 1}
    (known,) = await door.result("TransferStatus", transfer, Origin=ORIGIN)
    assert (known["state"], known["error"]["details"]["body"]) == ("failed", "not this one")


async def test_it_goes_on_when_the_tab_is_closed(door: OpenDoor) -> None:
    await scan(door)
    door.core.sender.sending.shut()
    waiting = asyncio.create_task(upload(door))
    await door.core.sender.sending.reached()
    waiting.cancel()
    await asyncio.wait({waiting})
    door.core.sender.sending.open()
    await until(lambda: door.core.sender.arrived)


@pytest.mark.parametrize("method", ["CancelAllPendingTransfers", "CancelTransfer"])
async def test_it_can_be_called_off(door: OpenDoor, method: str) -> None:
    await scan(door)
    door.core.sender.sending.shut()
    _, transfer = await upload(door, by="fa")
    await door.core.sender.sending.reached()
    parameters = [transfer] if method == "CancelTransfer" else []
    assert await door.result(method, *parameters, Origin=ORIGIN) == [True]
    (status,) = await door.result("TransferStatus", transfer, Origin=ORIGIN)
    assert (status["state"], status["reply"]) == ("canceled", None)


async def test_who_waits_for_one_that_is_called_off_hears_that_it_is_not_there(
    door: OpenDoor,
) -> None:
    await scan(door)
    door.core.sender.sending.shut()
    waiting = asyncio.create_task(upload(door))
    await door.core.sender.sending.reached()
    await door.result("CancelAllPendingTransfers", Origin=ORIGIN)
    assert await waiting == [False, None]


async def test_another_origin_is_refused(door: OpenDoor) -> None:
    await scan(door)
    for url in ("https://evil.example/", f"{ORIGIN}:8443/", "http://localhost:8080/"):
        assert (await refusal(door, url=url))[:2] == (403, "upload-refused")
    assert (await refusal(door, None))[:2] == (403, "upload-refused")
    assert door.core.sender.attempts == []


async def test_what_the_administrator_allows_is_sent_for_a_program(door: OpenDoor) -> None:
    door.core.transfers.change(TransferLimits(allow=frozenset({ORIGIN})))
    await door.result("AcquireImage")
    assert (await door.result("HTTPUpload", {"url": URL}))[0] is True


async def test_nobody_elses_upload_is_known(door: OpenDoor) -> None:
    await scan(door)
    _, transfer = await upload(door, by="fa")
    for method in ("TransferStatus", "CancelTransfer"):
        assert await door.error(method, transfer) == (404, "not-found")
        assert await door.error(method, "t0", Origin=ORIGIN) == (404, "not-found")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"url": None}, "url"),
        ({"url": "http://app.example.org/"}, "url"),
        ({"url": 1}, "url"),
        ({"method": "GET"}, "method"),
        ({"method": 1}, "method"),
        ({"type": "exe"}, "type"),
        ({"options": {"quality": 0}}, "quality"),
        ({"options": []}, "options"),
        ({"indices": "all"}, "indices"),
        ({"file_name": ""}, "file_name"),
        ({"file_name": "a\r\nb"}, "file_name"),
        ({"field_name": "x" * 256}, "field_name"),
        ({"fields": []}, "fields"),
        ({"fields": {"a": None}}, "fields"),
        ({"fields": {"a": {}}}, "fields"),
        ({"fields": {"a\n": "x"}}, "fields"),
        ({"fields": {str(n): "" for n in range(101)}}, "fields"),
        ({"fields": {"a": "x"}, "method": "PUT"}, "fields"),
        ({"headers": []}, "headers"),
        ({"headers": {"X-A": "x\r\nHost: evil"}}, "headers"),
        ({"headers": {"X-A": 1}}, "headers"),
        ({"headers": {"X A": "x"}}, "headers"),
        ({"headers": {"X-A": "1", "x-a": "2"}}, "headers"),
        ({"headers": {f"X-{n}": "" for n in range(51)}}, "headers"),
        ({"headers": {"Content-Type": "text/html"}}, "headers"),
        ({"licence": "x"}, "licence"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_name(
    door: OpenDoor, asked: dict[str, object], named: str
) -> None:
    door.core.transfers.change(TransferLimits())
    status, code, details = await refusal(door, **asked)
    assert (status, code, details["name"]) == (400, "invalid-parameter", named)


@pytest.mark.parametrize(
    "header",
    [
        "Host",
        "Cookie",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "Proxy-Authorization",
        "Sec-Fetch-Site",
        "Origin",
        "Referer",
        "Via",
        "X-Forwarded-For",
        "Accept-Encoding",
        "User-Agent",
        "HTTP2-Settings",
    ],
)
def test_headers_of_the_connection_and_of_who_sends_are_not_the_pages_to_set(header: str) -> None:
    for name in (header, header.lower(), header.upper()):
        with pytest.raises(InvalidParameter):
            words.parse({"url": URL, "headers": {name: "x"}})


def test_fields_and_headers_have_their_limits() -> None:
    for asked in ({"fields": {"a": "x" * 70_000}}, {"headers": {"X-A": "x" * 5000}}):
        with pytest.raises(InvalidParameter):
            words.parse({"url": URL, **asked})


async def test_an_empty_buffer_has_nothing_to_send(door: OpenDoor) -> None:
    assert (await refusal(door))[:2] == (400, "invalid-parameter")
    assert (await refusal(door, indices=[0]))[:2] == (404, "index-out-of-range")
