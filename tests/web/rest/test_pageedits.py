"""Pages of documents are edited over REST, and what was done is undone."""

from typing import Any

import pytest

from fakes.door import OpenDoor
from fakes.rest import Rest
from sheetfed.core.edits import Crop


@pytest.fixture
async def edits(rest: Rest) -> str:
    return f"{await rest.document(pages=1)}/pages/0/edits"


async def done(rest: Rest, edits: str, **edit: Any) -> dict[str, Any]:
    answer = await rest.post(edits, edit)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


async def test_an_edit_is_done_undone_and_done_again(rest: Rest, edits: str) -> None:
    page = await done(rest, edits, op="rotate", degrees=90)
    assert (page["width"], page["height"], page["can_undo"]) == (3508, 2480, True)
    page = await done(rest, edits, op="gray")
    assert [edit["op"] for edit in page["edits"]] == ["rotate", "gray"]
    answer = await rest.delete(edits)
    assert answer.status == 200
    assert [edit["op"] for edit in answer.json["edits"]] == ["rotate"]
    assert answer.json["can_redo"]
    page = await done(rest, edits, op="redo")
    assert [edit["op"] for edit in page["edits"]] == ["rotate", "gray"]


async def test_redo_redoes_one_after_the_other(rest: Rest, edits: str) -> None:
    await done(rest, edits, op="mirror")
    await done(rest, edits, op="flip")
    await rest.delete(edits)
    await rest.delete(edits)
    assert (await rest.delete(edits)).told == (409, -1, "nothing-to-undo")
    await done(rest, edits, op="redo")
    page = await done(rest, edits, op="redo")
    assert [edit["op"] for edit in page["edits"]] == ["mirror", "flip"]
    assert (await rest.post(edits, {"op": "redo"})).told == (409, -1, "nothing-to-undo")


async def test_what_is_found_on_the_page_is_put_right(
    rest: Rest, door: OpenDoor, edits: str
) -> None:
    door.core.pages.skewed = 3.0
    door.core.pages.sheet = Crop(10, 10, 1000, 1000)
    door.core.pages.turned = 180
    for op in ("deskew", "auto-crop", "auto-orient"):
        page = await done(rest, edits, op=op)
    assert [edit["op"] for edit in page["edits"]] == ["rotate", "crop", "rotate"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"op": "no"},
        {"op": 5},
        {"op": ["rotate"]},
        {"op": "rotate"},
        {"op": "rotate", "degrees": "x"},
        {"op": "crop", "left": 5, "top": 0, "right": 1, "bottom": 9},
        {"op": "mirror", "x": 1},
        {"op": "deskew", "degrees": 1},
        b"[]",
    ],
)
async def test_what_no_edit_is_is_refused(rest: Rest, edits: str, body: object) -> None:
    assert (await rest.post(edits, body)).told == (400, -2113, "invalid-parameter")


async def test_a_page_that_is_not_there_is_not_found(rest: Rest, edits: str) -> None:
    other = edits.replace("/pages/0/", "/pages/7/")
    assert (await rest.post(other, {"op": "flip"})).told == (404, -1040, "not-found")
    assert (await rest.delete(other)).told == (404, -1040, "not-found")
