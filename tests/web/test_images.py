"""Pages as pictures and files: what is served to whom, and what it is called."""

import pytest

from fakes.core import ORIGIN
from fakes.door import OpenDoor

IMG = "/dwt/dwt_16100728/img"


@pytest.fixture
async def page(door: OpenDoor) -> str:
    """The id of a page in the buffer `test` of the granted origin."""
    await door.call("AcquireImage", Origin=ORIGIN)
    _, body = await door.call("IndexToImageID", 0, Origin=ORIGIN)
    found: str = body["result"][0]
    return found


async def test_a_scaled_colour_page_is_a_jpeg_with_its_digest(door: OpenDoor, page: str) -> None:
    path = f"{IMG}?id=test&index=0&width=585&height=513&ticks=1"
    async with await door.get(path, Origin=ORIGIN) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        etag = answer.headers["ETag"]
    async with await door.get(path, Origin=ORIGIN, If_None_Match=etag) as answer:
        assert answer.status == 304
    async with await door.get(f"{IMG}?pageid={page}&width=585&height=513") as answer:
        assert answer.headers["ETag"] == etag


@pytest.mark.parametrize("size", ["", "&width=-1&height=-1", "&width=99999&height=99999"])
async def test_full_size_is_a_png(door: OpenDoor, page: str, size: str) -> None:
    async with await door.get(f"{IMG}?pageid={page}{size}") as answer:
        assert answer.content_type == "image/png"


@pytest.mark.parametrize(
    ("word", "media_type"),
    [
        ("jpeg", "image/jpeg"),
        ("jpg", "image/jpeg"),
        ("image/jpeg", "image/jpeg"),
        ("IMAGE/JPEG", "image/jpeg"),
        ("webp", "image/webp"),
        ("image/webp", "image/webp"),
    ],
)
async def test_a_type_is_a_word_or_a_media_type(
    door: OpenDoor, page: str, word: str, media_type: str
) -> None:
    async with await door.get(f"{IMG}?pageid={page}&type={word}") as answer:
        assert answer.content_type == media_type


async def test_head_tells_the_size_and_sends_nothing(door: OpenDoor, page: str) -> None:
    async with door.http.head(f"{door.base}{IMG}?pageid={page}") as answer:
        assert answer.status == 200
        assert int(answer.headers["Content-Length"]) > 0
        assert await answer.read() == b""


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("id=test&index=1", 404),
        ("id=other&index=0", 404),
        ("id=test", 400),
        ("id=test&index=x", 400),
        ("id=test&index=0&width=wide", 400),
        ("id=test&index=0&type=pdf", 400),
        ("id=test&index=0&type=tiff", 400),
        ("id=test&index=0&type=gif", 400),
        ("pageid=p0", 404),
    ],
)
async def test_what_is_not_there_or_not_understood(
    door: OpenDoor, page: str, query: str, status: int
) -> None:
    async with await door.get(f"{IMG}?{query}", Origin=ORIGIN) as answer:
        assert answer.status == status
        assert "error" in await answer.json()


async def test_a_cross_site_image_is_served_by_the_pages_id_alone(
    door: OpenDoor, page: str
) -> None:
    element = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}
    async with await door.get(f"{IMG}?pageid={page}", **element) as answer:
        assert answer.status == 200
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    async with await door.get(f"{IMG}?id=test&index=0", **element) as answer:
        assert answer.status == 404


async def test_a_cross_site_image_by_index_needs_the_owners_referrer(
    door: OpenDoor, page: str
) -> None:
    element = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}
    path = f"{IMG}?id=test&index=0"
    async with await door.get(path, Referer=f"{ORIGIN}/scan", **element) as answer:
        assert answer.status == 200
    async with await door.get(path, Referer="https://evil.example/", **element) as answer:
        assert answer.status == 404


async def test_a_page_of_another_user_is_not_found(door: OpenDoor, page: str) -> None:
    buffer = door.core.documents.page_of_user
    with pytest.raises(Exception, match="no such page"):
        buffer(1001, page)  # type: ignore[arg-type]
