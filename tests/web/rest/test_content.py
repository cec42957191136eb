"""Documents as files over REST: what they are like, in parts, and when they are as before."""

import pytest

from fakes.door import OpenDoor
from fakes.pages import SIGNATURES
from fakes.rest import PASSWORD, Rest
from sheetfed.core.exports import Compression, ExportOptions, Metadata
from sheetfed.core.imagetype import ImageType


@pytest.fixture
async def content(rest: Rest) -> str:
    return f"{await rest.document(pages=3)}/content"


async def exported(
    rest: Rest, door: OpenDoor, address: str, **headers: str
) -> tuple[int, ImageType, ExportOptions]:
    answer = await rest.get(address, **headers)
    assert answer.status == 200, answer.body
    return door.core.pages.exported[-1]


@pytest.mark.parametrize(
    ("query", "count", "kind"),
    [
        ("", 3, ImageType.PDF),
        ("?type=application/pdf", 3, ImageType.PDF),
        ("?type=image/tiff", 3, ImageType.TIFF),
        ("?type=image/jpeg", 1, ImageType.JPEG),
        ("?type=image/png", 1, ImageType.PNG),
        ("?pages=2,0", 2, ImageType.PDF),
        ("?pages=1&type=png", 1, ImageType.PNG),
    ],
)
async def test_a_document_comes_as_a_file(
    rest: Rest, door: OpenDoor, content: str, query: str, count: int, kind: ImageType
) -> None:
    answer = await rest.get(content + query)
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind.media_type)
    assert answer.body.startswith(SIGNATURES[kind])
    assert door.core.pages.exported[-1][:2] == (count, kind)


async def test_pages_are_named_by_index_or_uid_and_come_in_that_order(
    rest: Rest, content: str
) -> None:
    document = content.removesuffix("/content")
    uids = await rest.uids(document)
    answer = await rest.get(f"{content}?pages={uids[2]},0")
    names = answer.body.removeprefix(SIGNATURES[ImageType.PDF]).decode()
    assert names == f"{uids[2]}.master {uids[0]}.master"
    for wrong in ("9", "x", "-1", "0,,1"):
        assert (await rest.get(f"{content}?pages={wrong}")).told == (404, -1040, "not-found")


async def test_what_it_is_to_be_like_reaches_the_image_work(
    rest: Rest, door: OpenDoor, content: str
) -> None:
    query = (
        "?quality=50&compression=5&pageType=6&title=T&author=A&subject=S&keyWords=K"
        "&creator=C&producer=P&version=1.6"
    )
    _, _, options = await exported(rest, door, content + query)
    assert options == ExportOptions(
        quality=50,
        compression=Compression.JPEG,
        page_mm=(215.9, 279.4),
        metadata=Metadata("T", "A", "S", "K", "C", "P"),
        pdf_version="1.6",
    )
    _, _, options = await exported(rest, door, f"{content}?type=image/tiff&compression=4")
    assert options.compression is Compression.GROUP4


@pytest.mark.parametrize(
    ("number", "paper"),
    [(0, None), (2, 297), (3, 297), (4, 420), (5, 420), (6, 279.4), (8, 355.6), (9, 355.6)],
)
async def test_the_paper_is_chosen_by_its_number(
    rest: Rest, door: OpenDoor, content: str, number: int, paper: float | None
) -> None:
    _, _, options = await exported(rest, door, f"{content}?pageType={number}")
    assert (options.page_mm and options.page_mm[1]) == paper


async def test_a_pdf_is_encrypted_by_the_header_or_by_old_clients_word(
    rest: Rest, door: OpenDoor, content: str
) -> None:
    _, _, options = await exported(rest, door, content, DWT_PDF_PASSWORD="geheim")
    assert options.password == "geheim"
    _, _, options = await exported(rest, door, f"{content}?password=old")
    assert options.password == "old"
    both = f"{content}?password=old"
    _, _, options = await exported(rest, door, both, DWT_PDF_PASSWORD="new")
    assert options.password == "new"
    _, _, options = await exported(rest, door, f"{content}?type=image/png&password=old")
    assert options.password == ""


async def test_the_password_of_the_document_is_not_that_of_the_file(
    rest: Rest, door: OpenDoor
) -> None:
    document = await rest.document(pages=1, password="pw")
    answer = await rest.ask("GET", f"{document}/content", headers={PASSWORD: "pw"})
    assert answer.status == 200
    assert door.core.pages.exported[-1][2].password == ""


@pytest.mark.parametrize(
    "query",
    [
        "type=image/webp",
        "type=x",
        "quality=0",
        "quality=101",
        "quality=x",
        "compression=9",
        "compression=x",
        "pageType=1",
        "pageType=x",
        "version=1.3",
        "version=x",
        f"title={'x' * 1025}",
        "archive=maybe",
        "archive=true&version=2.0",
        "archive=true&password=x",
    ],
)
async def test_what_no_file_can_be_like_is_refused(rest: Rest, content: str, query: str) -> None:
    answer = await rest.get(f"{content}?{query}")
    assert answer.told == (400, -2113, "invalid-parameter")


async def test_an_empty_document_is_no_file(rest: Rest) -> None:
    answer = await rest.get(f"{await rest.document()}/content")
    assert answer.told == (404, -1040, "not-found")


async def test_a_type_of_one_page_takes_no_two(rest: Rest, content: str) -> None:
    answer = await rest.get(f"{content}?type=image/png&pages=0,1")
    assert answer.told == (400, -2113, "invalid-parameter")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=5-", 5, None),
        ("bytes=-7", -7, None),
        ("bytes=3-99999999", 3, None),
        ("Bytes=1-1", 1, 2),
        ("bytes=-99999999", 0, None),
    ],
)
async def test_a_part_of_the_file_is_sent(
    rest: Rest, content: str, asked: str, start: int, end: int | None
) -> None:
    whole = await rest.get(content)
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = await rest.get(content, Range=asked)
    wanted = whole.body[start:end]
    assert (part.status, part.body) == (206, wanted)
    first = len(whole.body) + start if start < 0 else start
    last = first + len(wanted) - 1
    assert part.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole.body)}"
    assert part.headers["ETag"] == whole.headers["ETag"]
    assert int(part.headers["Content-Length"]) == len(wanted)


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=", "x"])
async def test_what_is_no_range_of_ours_gets_all(rest: Rest, content: str, asked: str) -> None:
    answer = await rest.get(content, Range=asked)
    assert answer.status == 200


async def test_a_part_that_is_not_there_is_said(rest: Rest, content: str) -> None:
    size = len((await rest.get(content)).body)
    for asked in (f"bytes={size}-", "bytes=-0"):
        answer = await rest.get(content, Range=asked)
        assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{size}")


async def test_a_part_of_what_has_changed_is_all_of_it(rest: Rest, content: str) -> None:
    etag = (await rest.get(content)).headers["ETag"]
    same = await rest.get(content, Range="bytes=0-1", If_Range=etag)
    assert same.status == 206
    await rest.delete(f"{content.removesuffix('/content')}/pages/0")
    changed = await rest.get(content, Range="bytes=0-1", If_Range=etag)
    assert changed.status == 200
    assert changed.headers["ETag"] != etag


async def test_what_is_as_before_is_not_sent(rest: Rest, content: str) -> None:
    etag = (await rest.get(content)).headers["ETag"]
    answer = await rest.get(content, If_None_Match=etag)
    assert (answer.status, answer.body) == (304, b"")
    assert (await rest.get(content, If_None_Match='"other"')).status == 200


async def test_head_tells_the_size_and_takes_ranges(rest: Rest, content: str) -> None:
    whole = await rest.get(content)
    head = await rest.ask("HEAD", content)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.body))
    part = await rest.ask("HEAD", content, headers={"Range": "bytes=0-3"})
    assert (part.status, part.headers["Content-Length"], part.body) == (206, "4", b"")
