"""Pages are put into documents and taken out of them, over REST."""

import asyncio
from typing import Any

import pytest

from fakes import pieces
from fakes.core import ORIGIN
from fakes.door import MAX_JSON_BYTES, OpenDoor
from fakes.gate import until
from fakes.rest import Rest
from sheetfed.core.errors import UnsupportedImage

FILE = b"\xff\xd8\xff\xe0 two pages"


@pytest.fixture
async def page(rest: Rest) -> dict[str, Any]:
    (found,) = await rest.scanned()
    return dict(found)


@pytest.fixture
def file(door: OpenDoor) -> bytes:
    door.core.pages.sources[FILE] = 2
    return FILE


def addresses(base: str, uid: str) -> list[str]:
    port = base.rpartition(":")[2]
    return [
        f"{base}/dwt/dwt_1/img?pageid={uid}",
        f"https://localhost:{port}/dwt/dwt_16100728/img?ticks=1&pageid={uid}&width=10",
        f"http://[::1]:1/api/device/scanners/jobs/j1/next-page?page={uid}",
        f"/api/device/scanners/jobs/00-11/next-page/?page={uid}&type=image/png",
    ]


async def test_a_page_is_copied_by_any_of_its_addresses(rest: Rest, page: dict[str, Any]) -> None:
    document = await rest.document()
    for number, source in enumerate(addresses(rest.base, page["imageuid"]), start=1):
        answer = await rest.post(f"{document}/pages", {"source": source})
        assert (answer.status, len(answer.json["pages"])) == (200, number)
    assert page["imageuid"] not in await rest.uids(document)


@pytest.mark.parametrize(
    "source",
    [
        "http://example.org/dwt/dwt_1/img?pageid={uid}",
        "http://127.0.0.1.example.org/dwt/dwt_1/img?pageid={uid}",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://127.0.0.1/dwt/dwt_1/img",
        "http://127.0.0.1/dwt/dwt_1/img?pageid={uid}&pageid={uid}",
        "http://127.0.0.1/other?pageid={uid}",
        "http://[::1/dwt/dwt_1/img?pageid={uid}",
        "{uid}",
        "",
        "/" * 3000,
        5,
        None,
        [],
        {},
        {"document": "d"},
        {"document": {}},
        {"document": {"uid": 5}},
    ],
)
async def test_what_is_no_address_of_a_page_is_refused(
    rest: Rest, page: dict[str, Any], source: object
) -> None:
    document = await rest.document()
    if isinstance(source, str):
        source = source.replace("{uid}", page["imageuid"])
    answer = await rest.post(f"{document}/pages", {"source": source})
    assert answer.told == (400, -2113, "invalid-parameter")
    assert await rest.uids(document) == []


async def test_a_page_that_is_not_the_callers_is_not_found(
    rest: Rest, page: dict[str, Any]
) -> None:
    theirs = (await rest.ask("POST", "/api/storage/documents", {}, {"Origin": ORIGIN})).json["uid"]
    answer = await rest.ask(
        "POST",
        f"/api/storage/documents/{theirs}/pages",
        {"source": page["url"]},
        {"Origin": ORIGIN},
    )
    assert answer.told == (404, -1040, "not-found")
    document = await rest.document()
    answer = await rest.post(f"{document}/pages", {"source": "/dwt/dwt_1/img?pageid=p0"})
    assert answer.told == (404, -1040, "not-found")


async def test_pages_come_before_the_one_that_is_named(rest: Rest, page: dict[str, Any]) -> None:
    document = await rest.document(pages=2)
    one, two = await rest.uids(document)
    source = {"source": page["url"]}
    await rest.post(f"{document}/pages", {**source, "insertPos": 0})
    await rest.post(f"{document}/pages", {**source, "insertPos": 2})
    await rest.post(f"{document}/pages", {**source, "insertPos": 99})
    await rest.post(f"{document}/pages", {**source, "insertPos": None})
    now = await rest.uids(document)
    assert (now.index(one), now.index(two), len(now)) == (1, 3, 6)
    for wrong in (-1, "1", True, 1.5):
        answer = await rest.post(f"{document}/pages", {**source, "insertPos": wrong})
        assert answer.told == (400, -2113, "invalid-parameter")


async def test_pages_of_another_document_are_copied(rest: Rest) -> None:
    source = await rest.document(pages=3)
    uids = await rest.uids(source)
    uid = source.rpartition("/")[2]
    target = await rest.document()
    for pages, count in ((None, 3), ([0, "2", uids[1]], 6), ([], 6)):
        body = {"source": {"document": {"uid": uid, "pages": pages}}}
        answer = await rest.post(f"{target}/pages", body)
        assert (answer.status, len(answer.json["pages"])) == (200, count)
    assert await rest.uids(source) == uids
    for wrong, told in (([9], 404), ([True], 400), ("0", 400), (["no"], 404), ([-1], 404)):
        body = {"source": {"document": {"uid": uid, "pages": wrong}}}
        assert (await rest.post(f"{target}/pages", body)).told[0] == told
    unknown = {"source": {"document": {"uid": "d0"}}}
    assert (await rest.post(f"{target}/pages", unknown)).told == (404, -1040, "not-found")


async def test_a_file_is_loaded_whatever_it_is_called(rest: Rest, file: bytes) -> None:
    document = await rest.document()
    for kind in ("image/jpeg", "application/json", "text/plain", "application/octet-stream"):
        answer = await rest.ask("POST", f"{document}/pages", file, {"Content-Type": kind})
        assert answer.status == 200, answer.body
    assert len(await rest.uids(document)) == 8


async def test_a_file_comes_where_it_is_to_be(rest: Rest, file: bytes) -> None:
    document = await rest.document(pages=1)
    (old,) = await rest.uids(document)
    await rest.post(f"{document}/pages?insertPos=0", file)
    await rest.post(f"{document}/pages?insertPos=77", file)
    assert (await rest.uids(document)).index(old) == 2
    assert (await rest.post(f"{document}/pages?insertPos=x", file)).told[0] == 400


async def test_a_large_file_is_no_large_json(rest: Rest, door: OpenDoor) -> None:
    large = b"\x89PNG" + bytes(3 * MAX_JSON_BYTES)
    door.core.pages.sources[large] = 1
    document = await rest.document()
    async with door.http.post(f"{rest.base}{document}/pages", data=pieces.body(large)) as answer:
        assert answer.status == 200
    too_large = b'{"source": "' + b"x" * MAX_JSON_BYTES + b'"}'
    assert (await rest.post(f"{document}/pages", too_large)).told == (413, -1, "too-large")


async def test_json_may_begin_with_blanks(rest: Rest, page: dict[str, Any]) -> None:
    document = await rest.document()
    body = b"\r\n\t {" + f'"source": "{page["url"]}"}}'.encode()
    assert (await rest.post(f"{document}/pages", body)).status == 200


async def test_what_is_no_image_is_refused_and_nothing_stays(rest: Rest, door: OpenDoor) -> None:
    document = await rest.document()
    answer = await rest.post(f"{document}/pages", b"no image")
    assert answer.told == (415, -1, "unsupported-image")
    assert answer.json["message"] == UnsupportedImage.sentence
    for nothing in (b"", b"  ", b"{}"):
        assert (await rest.post(f"{document}/pages", nothing)).told[0] == 400
    assert await rest.uids(document) == []


async def test_pages_that_are_taken_out_at_the_same_time_are_those_that_were_named(
    rest: Rest, door: OpenDoor
) -> None:
    document = await rest.document(3)
    one, two, three = await rest.uids(document)
    door.core.store.catalogue.writing.shut()
    removals = [
        asyncio.create_task(rest.delete(f"{document}/pages/{page}")) for page in (one, two, one)
    ]
    await until(lambda: len(door.core.collection._tasks) == 3)
    door.core.store.catalogue.writing.open()
    answers = [answer.status for answer in await asyncio.gather(*removals)]
    assert answers == [204, 204, 404]
    assert await rest.uids(document) == [three]


async def test_a_page_is_removed_by_its_uid_or_its_index(rest: Rest) -> None:
    document = await rest.document(pages=3)
    one, two, three = await rest.uids(document)
    answer = await rest.delete(f"{document}/pages/{two}")
    assert (answer.status, answer.body) == (204, b"")
    assert (await rest.delete(f"{document}/pages/0/")).status == 204
    assert await rest.uids(document) == [three]
    for wrong in (two, one, "1", "-1", "9" * 30, "x"):
        answer = await rest.delete(f"{document}/pages/{wrong}")
        assert answer.told == (404, -1040, "not-found")


async def test_a_large_file_for_a_document_that_is_not_there_is_read_away(
    rest: Rest, door: OpenDoor
) -> None:
    large = pieces.body(b"\x89PNG" + bytes(4 << 20))
    async with door.http.post(f"{rest.base}/api/storage/documents/d0/pages", data=large) as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, -1040)
