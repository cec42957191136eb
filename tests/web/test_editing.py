"""The RPC methods that change a page, measure it, and undo and redo what was done."""

import asyncio
from typing import Any

import pytest

from fakes.door import OpenDoor
from fakes.sse import until
from sheetfed.core.edits import Crop
from sheetfed.core.errors import DamagedImage


@pytest.fixture
async def page(door: OpenDoor) -> str:
    """The id of the one page, A4 at 300 dpi in color, in the buffer `test`."""
    await door.result("AcquireImage")
    found: str = (await door.result("IndexToImageID", 0))[0]
    return found


async def info(door: OpenDoor) -> dict[str, Any]:
    found: dict[str, Any] = (await door.result("GetImageInfo", 0))[0]
    return found


EDITS: list[tuple[str, list[object], dict[str, object]]] = [
    ("Rotate", [5], {"op": "rotate", "degrees": 5, "keep_size": False, "fill": "#ffffff"}),
    (
        "Rotate",
        [-5.5, True, "#000000"],
        {"op": "rotate", "degrees": -5.5, "keep_size": True, "fill": "#000000"},
    ),
    ("RotateLeft", [], {"op": "rotate", "degrees": 270, "keep_size": False, "fill": "#ffffff"}),
    ("RotateRight", [], {"op": "rotate", "degrees": 90, "keep_size": False, "fill": "#ffffff"}),
    ("Flip", [], {"op": "flip"}),
    ("Mirror", [], {"op": "mirror"}),
    ("Crop", [1, 2, 30, 40], {"op": "crop", "left": 1, "top": 2, "right": 30, "bottom": 40}),
    (
        "Erase",
        [1, 2, 30, 40, "#FF0000"],
        {"op": "erase", "left": 1, "top": 2, "right": 30, "bottom": 40, "fill": "#ff0000"},
    ),
    (
        "ChangeImageSize",
        [100, 50],
        {"op": "resize", "width": 100, "height": 50, "method": "lanczos"},
    ),
    (
        "ChangeImageSize",
        [100, 50, "nearest"],
        {"op": "resize", "width": 100, "height": 50, "method": "nearest"},
    ),
    ("SetDPI", [150, 75], {"op": "set-dpi", "x": 150, "y": 75, "resample": False}),
    ("SetDPI", [150, 150, True], {"op": "set-dpi", "x": 150, "y": 150, "resample": True}),
    ("ConvertToGrayScale", [], {"op": "gray"}),
    ("ConvertToBW", [], {"op": "black-white", "threshold": "auto"}),
    ("ConvertToBW", ["adaptive"], {"op": "black-white", "threshold": "adaptive"}),
    ("ConvertToBW", [128], {"op": "black-white", "threshold": 128}),
    ("Invert", [], {"op": "invert"}),
    ("ChangeBrightness", [-20], {"op": "brightness", "percent": -20}),
    ("ChangeContrast", [100], {"op": "contrast", "percent": 100}),
]


@pytest.mark.parametrize(("method", "parameters", "edit"), EDITS)
async def test_each_edit_is_on_the_page(
    door: OpenDoor, page: str, method: str, parameters: list[object], edit: dict[str, object]
) -> None:
    assert await door.result(method, 0, *parameters) == [True]
    told = await info(door)
    assert told["edits"] == [edit]
    assert (told["can_undo"], told["can_redo"]) == (True, False)


async def test_what_is_told_of_a_page_is_how_it_is_after_its_edits(
    door: OpenDoor, page: str
) -> None:
    await door.result("RotateRight", 0)
    await door.result("ConvertToGrayScale", 0)
    await door.result("Crop", 0, 0, 0, 100, 200)
    told = await info(door)
    assert (told["width"], told["height"], told["bit_depth"]) == (100, 200, 8)


@pytest.mark.parametrize(
    ("method", "parameters", "name"),
    [
        ("Rotate", [], "degrees"),
        ("Rotate", ["far"], "degrees"),
        ("Rotate", [5, "yes"], "keep_size"),
        ("Rotate", [5, True, "white"], "fill"),
        ("Crop", [0, 0, 10], "bottom"),
        ("Crop", [0, 0, 99999, 10], "right"),
        ("Crop", [0, 0, 9999, 10], "left, top, right, bottom"),
        ("Erase", [10, 0, 10, 10], "left, top, right, bottom"),
        ("ChangeImageSize", [0, 10], "width"),
        ("ChangeImageSize", [10, 10, "best"], "method"),
        ("SetDPI", [0, 10], "x"),
        ("ConvertToBW", [256], "threshold"),
        ("ConvertToBW", ["guess"], "threshold"),
        ("ChangeBrightness", [101], "percent"),
        ("ChangeContrast", [1.5], "percent"),
        ("ChangeContrast", [True], "percent"),
        ("IsBlankImage", [{"threshold": 2}], "threshold"),
        ("IsBlankImage", [{"limit": 2}], "limit"),
        ("IsBlankImage", [5], "options"),
    ],
)
async def test_what_an_edit_cannot_be_is_named(
    door: OpenDoor, page: str, method: str, parameters: list[object], name: str
) -> None:
    status, body = await door.call(method, 0, *parameters)
    assert (status, body["error"]["code"]) == (400, "invalid-parameter")
    assert body["error"]["details"]["name"] == name
    assert (await info(door))["edits"] == []


@pytest.mark.parametrize(
    "method", ["RotateLeft", "GetSkewAngle", "Deskew", "AutoCrop", "IsBlankImage", "Undo", "Redo"]
)
async def test_a_page_that_is_not_there_is_out_of_range(
    door: OpenDoor, page: str, method: str
) -> None:
    assert await door.error(method, 1) == (404, "index-out-of-range")
    assert await door.error(method, 0, instance="never") == (404, "index-out-of-range")


async def test_edits_are_undone_and_redone_until_there_is_none(door: OpenDoor, page: str) -> None:
    assert await door.error("Undo", 0) == (409, "nothing-to-undo")
    assert await door.error("Redo", 0) == (409, "nothing-to-undo")
    await door.result("Flip", 0)
    await door.result("Mirror", 0)
    assert await door.result("Undo", 0) == [True]
    told = await info(door)
    assert [edit["op"] for edit in told["edits"]] == ["flip"]
    assert (told["can_undo"], told["can_redo"]) == (True, True)
    assert await door.result("Redo", 0) == [True]
    assert await door.error("Redo", 0) == (409, "nothing-to-undo")
    assert [edit["op"] for edit in (await info(door))["edits"]] == ["flip", "mirror"]


async def test_an_edited_page_has_another_picture_under_the_same_address(
    door: OpenDoor, page: str
) -> None:
    path = f"/dwt/dwt_1/img?pageid={page}&width=100&height=100"
    async with await door.get(path) as answer:
        before, etag = await answer.read(), answer.headers["ETag"]
    await door.result("Invert", 0)
    async with await door.get(path, If_None_Match=etag) as answer:
        assert answer.status == 200
        assert await answer.read() != before
    await door.result("Undo", 0)
    async with await door.get(path, If_None_Match=etag) as answer:
        assert answer.status == 304


async def test_edits_are_told_with_where_the_page_is(door: OpenDoor, page: str) -> None:
    async with await door.get("/dwt/dwt_1/events?id=test") as stream:
        for method in ("Flip", "Undo", "Redo"):
            await door.result(method, 0)
            told = await until(stream, "page", action="changed")
            assert (told["index"], told["id"], told["instance"]) == (0, page, "test"), method
            assert told["url"].endswith(f"/img?pageid={page}")


async def test_a_page_is_set_upright_by_what_was_measured(door: OpenDoor, page: str) -> None:
    door.core.pages.skewed = 2.5
    assert await door.result("GetSkewAngle", 0) == [2.5]
    assert (await info(door))["edits"] == []
    assert await door.result("Deskew", 0) == [True, {"angle": 2.5}]
    (edit,) = (await info(door))["edits"]
    assert (edit["op"], edit["degrees"]) == ("rotate", -2.5)


async def test_a_page_is_cropped_to_its_paper(door: OpenDoor, page: str) -> None:
    assert await door.result("AutoCrop", 0) == [True, {"box": None}]
    assert (await info(door))["edits"] == []
    door.core.pages.sheet = Crop(10, 20, 500, 600)
    box = {"left": 10, "top": 20, "right": 500, "bottom": 600}
    assert await door.result("AutoCrop", 0) == [True, {"box": box}]
    assert (await info(door))["edits"] == [{"op": "crop", **box}]


async def test_a_page_is_turned_so_that_its_text_stands_upright(door: OpenDoor, page: str) -> None:
    door.core.pages.turned = 90
    assert await door.result("AutoOrient", 0) == [True, {"degrees": 90}]
    assert (await info(door))["width"] == 3508


async def test_blank_is_what_has_less_ink_than_the_threshold(door: OpenDoor, page: str) -> None:
    door.core.pages.inked = 0.001
    assert await door.result("IsBlankImage", 0) == [False, 0.001]
    assert await door.result("IsBlankImage", 0, {"threshold": 0.01}) == [True, 0.001]
    door.core.pages.inked = 0.0
    assert await door.result("IsBlankImage", 0, {}) == [True, 0.0]


async def test_a_page_that_cannot_be_read_is_told_as_damaged(door: OpenDoor, page: str) -> None:
    door.core.pages.measuring.fault = DamagedImage()
    for method in ("GetSkewAngle", "Deskew", "AutoCrop", "IsBlankImage"):
        assert await door.error(method, 0) == (422, "damaged-image"), method


async def test_measuring_a_page_holds_up_no_other_request(door: OpenDoor, page: str) -> None:
    door.core.pages.measuring.shut()
    measuring = asyncio.create_task(door.result("GetSkewAngle", 0))
    await door.core.pages.measuring.reached()
    assert await door.result("Flip", 0) == [True]
    assert await door.result("HowManyImagesInBuffer") == [1]
    door.core.pages.measuring.open()
    assert await measuring == [0.0]


async def test_the_words_of_browser_pages_touch_up_what_is_scanned(door: OpenDoor) -> None:
    door.core.pages.skewed = 3.0
    door.core.pages.sheet = Crop(1, 2, 300, 400)
    await door.result("AcquireImage", {"IfAutomaticDeskew": True})
    await door.result("AcquireImage", {"IfAutomaticBorderDetection": True})
    infos = [(await door.result("GetImageInfo", index))[0] for index in (0, 1)]
    assert [[edit["op"] for edit in info["edits"]] for info in infos] == [["rotate"], ["crop"]]


async def test_blank_pages_are_dropped_and_counted(door: OpenDoor) -> None:
    door.core.pages.inked = 0.0
    _, indices, job = await door.result("AcquireImage", {"IfAutoDiscardBlankpages": True})
    assert indices == []
    (status,) = await door.result("JobStatus", job)
    assert (status["pages"], status["discarded"]) == (0, 1)
