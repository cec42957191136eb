"""The RPC methods that count, look up, arrange and remove an instance's pages."""

from typing import Any

import pytest

from fakes.core import ORIGIN
from fakes.door import OpenDoor
from fakes.sse import until


@pytest.fixture
async def pages(door: OpenDoor) -> list[str]:
    """The ids of four pages in the buffer `test`."""
    for _ in range(4):
        await door.result("AcquireImage")
    return await order(door)


async def order(door: OpenDoor, **more: Any) -> list[str]:
    (count,) = await door.result("HowManyImagesInBuffer", **more)
    return [(await door.result("IndexToImageID", index, **more))[0] for index in range(count)]


async def test_pages_move_and_change_places(door: OpenDoor, pages: list[str]) -> None:
    one, two, three, four = pages
    assert await door.result("MoveImage", 3, 1) == [True]
    assert await order(door) == [one, four, two, three]
    assert await door.result("SwitchImage", 0, 2) == [True]
    assert await order(door) == [two, four, one, three]
    assert await door.result("ReversePages") == [True]
    assert await order(door) == [three, one, four, two]


async def test_backs_of_a_second_pass_come_behind_their_fronts(
    door: OpenDoor, pages: list[str]
) -> None:
    one, two, three, four = pages
    assert await door.result("InterleaveBacks", 2) == [True]
    assert await order(door) == [one, four, two, three]


async def test_backs_that_were_fed_in_order_are_not_turned_around(
    door: OpenDoor, pages: list[str]
) -> None:
    one, two, three, four = pages
    assert await door.result("InterleaveBacks", 2, False) == [True]
    assert await order(door) == [one, three, two, four]


async def test_more_backs_than_fronts_are_refused(door: OpenDoor, pages: list[str]) -> None:
    assert await door.error("InterleaveBacks", 3) == (400, "invalid-parameter")
    assert await order(door) == pages


async def test_copies_are_pages_of_their_own(door: OpenDoor, pages: list[str]) -> None:
    await door.result("RotateLeft", 0)
    assert await door.result("CopyImages", [0, 2], 1) == [True]
    after = await order(door)
    assert [page for page in after if page in pages] == pages
    assert after[0] == pages[0]
    assert len(set(after)) == 6
    await door.result("Undo", 0)
    infos = [(await door.result("GetImageInfo", index))[0] for index in (0, 1, 2)]
    assert [len(info["edits"]) for info in infos] == [0, 1, 0]


async def test_the_page_that_is_looked_at_stays_the_same(door: OpenDoor, pages: list[str]) -> None:
    assert await door.result("SetCurrentIndex", 2) == [2]
    await door.result("RemoveImage", 0)
    assert await door.result("GetCurrentIndex") == [1]
    await door.result("RemoveAllImages")
    assert await door.result("GetCurrentIndex") == [-1]


async def test_many_pages_are_removed_at_once_or_none_is(door: OpenDoor, pages: list[str]) -> None:
    assert await door.error("RemoveImages", [0, 4]) == (404, "index-out-of-range")
    assert await order(door) == pages
    assert await door.result("RemoveImages", [2, 0, 2]) == [True]
    assert await order(door) == [pages[1], pages[3]]
    assert await door.result("RemoveImages", []) == [True]
    assert await order(door) == [pages[1], pages[3]]


async def test_a_never_used_instance_is_an_empty_buffer(door: OpenDoor) -> None:
    assert await door.result("HowManyImagesInBuffer") == [0]
    assert await door.result("GetCurrentIndex") == [-1]
    assert await door.result("ImageIDToIndex", "p1") == [-1]
    assert await door.result("ReversePages") == [True]
    assert await door.result("RemoveImages", []) == [True]
    assert await door.result("RemoveAllImages") == [True]
    for method, parameters in (
        ("SetCurrentIndex", [0]),
        ("SwitchImage", [0, 1]),
        ("CopyImages", [[0], 0]),
        ("InterleaveBacks", [1]),
        ("RemoveImages", [[0]]),
    ):
        assert await door.error(method, *parameters) == (404, "index-out-of-range"), method


@pytest.mark.parametrize(
    ("method", "parameters", "name"),
    [
        ("SetCurrentIndex", [], "index"),
        ("CopyImages", [0, 0], "indices"),
        ("CopyImages", [["0"], 0], "indices"),
        ("CopyImages", [[0]], "to"),
        ("RemoveImages", [{}], "indices"),
        ("SwitchImage", [0], "other"),
        ("InterleaveBacks", [1, "no"], "reversed"),
    ],
)
async def test_a_parameter_of_a_wrong_type_is_named(
    door: OpenDoor, pages: list[str], method: str, parameters: list[object], name: str
) -> None:
    status, body = await door.call(method, *parameters)
    assert (status, body["error"]["code"]) == (400, "invalid-parameter")
    assert body["error"]["details"]["name"] == name


async def test_another_origins_pages_are_out_of_range(door: OpenDoor, pages: list[str]) -> None:
    for method, parameters in (("SetCurrentIndex", [0]), ("CopyImages", [[0], 0])):
        assert await door.error(method, *parameters, Origin=ORIGIN) == (404, "index-out-of-range")
    assert await door.result("ReversePages", Origin=ORIGIN) == [True]
    assert await order(door) == pages


async def test_what_is_arranged_is_told(door: OpenDoor, pages: list[str]) -> None:
    async with await door.get("/dwt/dwt_1/events?id=test") as stream:
        await door.result("SwitchImage", 0, 1)
        await until(stream, "document", action="changed")
        await door.result("CopyImages", [0], 0)
        assert (await until(stream, "page", action="added"))["index"] == 0


async def test_a_buffer_is_split_into_documents_and_is_empty_then(door: OpenDoor) -> None:
    assert await door.result("SplitDocument", {"at": "every", "pages": 2}) == [[]]
    for _ in range(3):
        await door.result("AcquireImage")
    (made,) = await door.result("SplitDocument", {"at": "every", "pages": 2})
    assert await door.result("HowManyImagesInBuffer") == [0]
    for document, pages in zip(made, (2, 1), strict=True):
        async with await door.get(f"/api/storage/documents/{document}") as answer:
            assert len((await answer.json())["pages"]) == pages
    for wrong in (5, {}, {"at": "every"}, {"at": "blank", "threshold": 2}):
        assert await door.error("SplitDocument", wrong) == (400, "invalid-parameter")
