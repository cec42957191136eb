"""/doc: a file of pages, in parts and not twice."""

import pytest

from fakes.door import OpenDoor

DOC = "/dwt/dwt_1/doc?id=test"


@pytest.fixture
async def whole(door: OpenDoor) -> tuple[bytes, str]:
    """A document's bytes, and their mark."""
    await door.result("AcquireImage")
    async with await door.get(DOC) as answer:
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        return await answer.read(), answer.headers["ETag"]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-3", 0, 3),
        ("bytes=2-", 2, None),
        ("bytes=-5", -5, None),
        ("bytes=1-99999", 1, None),
    ],
)
async def test_a_part_is_that_part(
    door: OpenDoor, whole: tuple[bytes, str], asked: str, first: int, last: int | None
) -> None:
    content, etag = whole
    begin = first % len(content)
    end = len(content) - 1 if last is None else last
    async with await door.get(DOC, Range=asked) as answer:
        assert answer.status == 206
        assert await answer.read() == content[begin : end + 1]
        assert answer.headers["Content-Range"] == f"bytes {begin}-{end}/{len(content)}"
        assert answer.headers["ETag"] == etag


async def test_a_part_that_is_not_there_cannot_be_had(
    door: OpenDoor, whole: tuple[bytes, str]
) -> None:
    async with await door.get(DOC, Range="bytes=999999-") as answer:
        assert answer.status == 416
        assert answer.headers["Content-Range"] == f"bytes */{len(whole[0])}"


@pytest.mark.parametrize("asked", ["bytes=3-1", "bytes=0-1,4-5", "pages=1-2", "bytes=x", "bytes=-"])
async def test_what_is_no_one_part_is_all_of_it(
    door: OpenDoor, whole: tuple[bytes, str], asked: str
) -> None:
    async with await door.get(DOC, Range=asked) as answer:
        assert (answer.status, await answer.read()) == (200, whole[0])


async def test_a_part_of_what_has_changed_is_all_of_it(
    door: OpenDoor, whole: tuple[bytes, str]
) -> None:
    content, etag = whole
    async with await door.get(DOC, Range="bytes=0-3", If_Range=etag) as answer:
        assert (answer.status, await answer.read()) == (206, content[:4])
    await door.result("AcquireImage")
    async with await door.get(DOC, Range="bytes=0-3", If_Range=etag) as answer:
        assert answer.status == 200
        assert len(await answer.read()) > len(content)


async def test_a_file_that_is_known_is_not_sent_again(
    door: OpenDoor, whole: tuple[bytes, str]
) -> None:
    async with await door.get(DOC, If_None_Match=whole[1]) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    async with await door.get(f"{DOC}&type=tiff", If_None_Match=whole[1]) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("query", "password"), [("", "open sesame"), ("&title=Invoice", ""), ("&archive=true", "")]
)
async def test_a_file_that_is_another_each_time_has_no_parts(
    door: OpenDoor, whole: tuple[bytes, str], query: str, password: str
) -> None:
    headers = {"DWT_PDF_PASSWORD": password} if password else {}
    async with await door.get(DOC + query, Range="bytes=0-3", **headers) as answer:
        assert answer.status == 200
        assert answer.headers["Accept-Ranges"] == "none"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in answer.headers
