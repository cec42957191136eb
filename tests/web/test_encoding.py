"""Pages as a file: what is asked for reaches the image work, what cannot be is said."""

import asyncio
import base64
import json
from typing import Any

import pytest

from fakes.core import ORIGIN
from fakes.door import OpenDoor
from fakes.gate import until
from fakes.pages import SIGNATURES
from sheetfed.core.errors import DamagedImage
from sheetfed.core.exports import Compression, ExportOptions, Metadata
from sheetfed.core.imagetype import ImageType

DOC = "/dwt/dwt_1/doc"


@pytest.fixture
async def two_pages(door: OpenDoor) -> OpenDoor:
    await door.result("AcquireImage")
    await door.result("AcquireImage")
    return door


async def options(door: OpenDoor, query: str, **headers: str) -> ExportOptions:
    """What a file that was asked for so is to be like."""
    async with await door.get(f"{DOC}?id=test&{query}", **headers) as answer:
        assert answer.status == 200, await answer.text()
    _, _, found = door.core.pages.exported[-1]
    return found


@pytest.mark.parametrize(
    ("query", "media_type", "name", "pages"),
    [
        ("", "application/pdf", "scan.pdf", 2),
        ("&type=image/jpeg&quality=50&indices=1", "image/jpeg", "scan.jpg", 1),
        ("&type=png&indices=0", "image/png", "scan.png", 1),
        ("&type=bmp&indices=0", "image/bmp", "scan.bmp", 1),
        ("&type=webp&indices=0", "image/webp", "scan.webp", 1),
        ("&type=tif", "image/tiff", "scan.tiff", 2),
        ("&type=pdf&indices=1,0,1", "application/pdf", "scan.pdf", 3),
    ],
)
async def test_a_document_comes_as_a_file(
    two_pages: OpenDoor, query: str, media_type: str, name: str, pages: int
) -> None:
    async with await two_pages.get(f"{DOC}?id=test{query}") as answer:
        assert (answer.status, answer.content_type) == (200, media_type)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Cache-Control"] == "private, no-cache"
        body = await answer.read()
        assert len(body) == int(answer.headers["Content-Length"])
    count, image_type, _ = two_pages.core.pages.exported[-1]
    assert count == pages
    assert body.startswith(SIGNATURES[image_type])


async def test_head_tells_the_size_of_the_file(two_pages: OpenDoor) -> None:
    async with two_pages.http.head(f"{two_pages.base}{DOC}?id=test") as answer:
        assert answer.status == 200
        assert int(answer.headers["Content-Length"]) > 0
        assert await answer.read() == b""


@pytest.mark.parametrize(
    ("query", "compression"),
    [
        ("type=pdf", Compression.AUTO),
        ("type=pdf&compression=0", Compression.AUTO),
        ("type=pdf&compression=2", Compression.GROUP4),
        ("type=pdf&compression=5", Compression.JPEG),
        ("type=pdf&compression=deflate", Compression.DEFLATE),
        ("type=tiff&compression=0", Compression.AUTO),
        ("type=tiff&compression=1", Compression.NONE),
        ("type=tiff&compression=4", Compression.GROUP4),
        ("type=tiff&compression=5", Compression.LZW),
        ("type=tiff&compression=7", Compression.JPEG),
        ("type=tiff&compression=LZW", Compression.LZW),
        ("type=png&indices=0&compression=0", Compression.AUTO),
    ],
)
async def test_a_compression_is_a_number_or_a_word(
    two_pages: OpenDoor, query: str, compression: Compression
) -> None:
    assert (await options(two_pages, query)).compression is compression


async def test_every_word_of_a_query_reaches_the_image_work(two_pages: OpenDoor) -> None:
    query = (
        "quality=60&page_size=a4&title=Two%20pages&author=A&subject=S&keywords=k,l"
        "&archive=true&languages=eng%2Bdeu&ticks=1&unknown=5"
    )
    assert await options(two_pages, query) == ExportOptions(
        quality=60,
        page_mm=(210.0, 297.0),
        metadata=Metadata(title="Two pages", author="A", subject="S", keywords="k,l"),
        is_archive=True,
        text_languages=("eng", "deu"),
    )


@pytest.mark.parametrize("archive", ["false", "0", ""])
async def test_a_flag_can_be_off(two_pages: OpenDoor, archive: str) -> None:
    assert await options(two_pages, f"archive={archive}") == ExportOptions()


async def test_a_password_comes_by_header_and_stays_out_of_the_log(
    two_pages: OpenDoor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    assert (await options(two_pages, "", DWT_PDF_PASSWORD="s3cret")).password == "s3cret"
    assert (await options(two_pages, "password=in-query")).password == ""
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
async def test_a_password_is_read_as_programs_and_as_browsers_write_it(
    two_pages: OpenDoor, encoding: str
) -> None:
    head = f"HEAD {DOC}?id=test HTTP/1.1\r\nHost: 127.0.0.1:{two_pages.port}\r\n"
    lines = head.encode() + b"DWT-PDF-PASSWORD: gr\xfcn\r\n".decode("latin-1").encode(encoding)
    reader, writer = await asyncio.open_connection("127.0.0.1", two_pages.port)
    writer.write(lines + b"\r\n")
    assert b" 200 " in await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert two_pages.core.pages.exported[-1][2].password == "grün"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("indices=one", "indices"),
        ("indices=0,,1", "indices"),
        ("indices=" + "9" * 30, "indices"),
        ("indices=" + ",".join(["0"] * 3000), "type"),
        ("quality=0", "quality"),
        ("quality=101", "quality"),
        ("quality=high", "quality"),
        ("type=jpeg", "type"),
        ("type=docx", "type"),
        ("compression=9", "compression"),
        ("compression=lzw", "compression"),
        ("type=tiff&compression=2", "compression"),
        ("type=jpeg&indices=0&compression=5", "compression"),
        ("page_size=A99", "page_size"),
        ("title=a%00b", "title"),
        ("title=" + "t" * 1025, "title"),
        ("archive=maybe", "archive"),
        ("type=tiff&archive=1", "archive"),
        ("type=png&indices=0&languages=eng", "languages"),
        ("languages=../../x", "languages"),
        ("languages=" + ",".join(["eng"] * 9), "languages"),
    ],
)
async def test_a_document_that_cannot_be_made_says_why(
    two_pages: OpenDoor, query: str, name: str
) -> None:
    if name == "type" and query.startswith("indices"):
        query += "&type=png"
    async with await two_pages.get(f"{DOC}?id=test&{query}") as answer:
        assert answer.status == 400
        error = (await answer.json())["error"]
    assert (error["code"], error["details"]["name"]) == ("invalid-parameter", name)
    assert two_pages.core.pages.exported == []


@pytest.mark.parametrize(
    ("query", "password", "name"),
    [
        ("type=tiff", "s3cret", "password"),
        ("archive=1", "s3cret", "password"),
        ("", "x" * 128, "password"),
    ],
)
async def test_a_password_that_a_file_cannot_have_is_refused(
    two_pages: OpenDoor, query: str, password: str, name: str
) -> None:
    async with await two_pages.get(f"{DOC}?id=test&{query}", DWT_PDF_PASSWORD=password) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["details"]["name"] == name


@pytest.mark.parametrize(("query", "origin"), [("id=other", ""), ("id=", ""), ("id=test", ORIGIN)])
async def test_an_instance_without_pages_has_no_document(
    two_pages: OpenDoor, query: str, origin: str
) -> None:
    headers = {"Origin": origin} if origin else {}
    async with await two_pages.get(f"{DOC}?{query}", **headers) as answer:
        assert answer.status == 404


async def test_a_page_that_is_not_there_is_out_of_range(two_pages: OpenDoor) -> None:
    async with await two_pages.get(f"{DOC}?id=test&indices=0,2") as answer:
        assert (await answer.json())["error"]["code"] == "index-out-of-range"
    assert await two_pages.error("ConvertToBase64", [2], "pdf") == (404, "index-out-of-range")


async def test_a_page_that_cannot_be_read_is_told_as_damaged(two_pages: OpenDoor) -> None:
    two_pages.core.pages.exporting.fault = DamagedImage()
    async with await two_pages.get(f"{DOC}?id=test") as answer:
        assert answer.status == 422
    assert await two_pages.error("ConvertToBase64", [0], "png") == (422, "damaged-image")


@pytest.mark.parametrize("indices", [[0], 0, [1, 0]])
async def test_base64_is_all_of_the_file(two_pages: OpenDoor, indices: object) -> None:
    path = f"{two_pages.base}/f/ConvertToBase64"
    call = {"id": "test", "cmdId": 'c"\u00e4', "parameter": [indices, "pdf"]}
    async with two_pages.http.post(path, json=call) as answer:
        assert (answer.status, answer.content_type) == (200, "application/json")
        text = await answer.text()
        assert int(answer.headers["Content-Length"]) == len(text.encode())
    body: dict[str, Any] = json.loads(text)
    assert list(body) == ["id", "method", "result", "cmdId"]
    assert (body["id"], body["method"], body["cmdId"]) == ("test", "ConvertToBase64", 'c"ä')
    ((coded,), (count, image_type, _)) = body["result"], two_pages.core.pages.exported[-1]
    assert base64.b64decode(coded, validate=True).startswith(SIGNATURES[ImageType.PDF])
    assert (count, image_type) == (len(indices) if isinstance(indices, list) else 1, ImageType.PDF)


async def test_options_of_base64_reach_the_image_work(two_pages: OpenDoor) -> None:
    given = {
        "quality": 60,
        "compression": 5,
        "page_size": "Letter",
        "title": "T",
        "languages": ["eng"],
        "password": "s3cret",
        "archive": False,
        "subject": None,
    }
    await two_pages.result("ConvertToBase64", [0, 1], "application/pdf", given)
    assert two_pages.core.pages.exported[-1][2] == ExportOptions(
        quality=60,
        compression=Compression.JPEG,
        page_mm=(215.9, 279.4),
        metadata=Metadata(title="T"),
        password="s3cret",
        text_languages=("eng",),
    )


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ([[0]], "type"),
        ([[0], "gif"], "type"),
        ([[0], 4], "type"),
        ([["a"], "pdf"], "indices"),
        ([[], "pdf"], "type"),
        ([[0, 1], "jpeg"], "type"),
        ([[0], "pdf", {"quality": "60"}], "quality"),
        ([[0], "pdf", {"quality": 60.5}], "quality"),
        ([[0], "pdf", {"compression": True}], "compression"),
        ([[0], "pdf", {"compression": ["jpeg"]}], "compression"),
        ([[0], "pdf", {"page_size": 1}], "page_size"),
        ([[0], "pdf", {"title": 1}], "title"),
        ([[0], "pdf", {"password": 1}], "password"),
        ([[0], "pdf", {"archive": 1}], "archive"),
        ([[0], "pdf", {"languages": "eng"}], "languages"),
        ([[0], "pdf", {"languages": [1]}], "languages"),
        ([[0], "pdf", {"qualty": 60}], "qualty"),
        ([[0], "pdf", []], "options"),
    ],
)
async def test_what_base64_cannot_be_made_of_is_named(
    two_pages: OpenDoor, parameters: list[object], name: str
) -> None:
    status, body = await two_pages.call("ConvertToBase64", *parameters)
    assert (status, body["error"]["details"]["name"]) == (400, name)


async def test_making_a_file_holds_up_no_other_request(two_pages: OpenDoor) -> None:
    two_pages.core.pages.exporting.shut()
    making = asyncio.create_task(two_pages.result("ConvertToBase64", [0], "pdf"))
    await two_pages.core.pages.exporting.reached()
    assert await two_pages.result("HowManyImagesInBuffer") == [2]
    two_pages.core.pages.exporting.open()
    assert await making


async def test_a_file_goes_when_it_was_sent(two_pages: OpenDoor) -> None:
    await two_pages.result("ConvertToBase64", [0], "pdf")
    async with await two_pages.get(f"{DOC}?id=test") as answer:
        await answer.read()
    folder = two_pages.incoming.folder
    await until(lambda: not list(folder.glob("render-*")))
