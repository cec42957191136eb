"""Edit words: every edit as words and back, and what is wrong with others."""

import pytest

from sheetfed.core import editwords
from sheetfed.core.edits import (
    BlackWhite,
    Brightness,
    Contrast,
    Crop,
    Edit,
    Erase,
    Flip,
    Gray,
    Invert,
    Mirror,
    Resampling,
    Resize,
    Rotate,
    SetDpi,
    Threshold,
)
from sheetfed.core.editvalues import EDIT_VALUES
from sheetfed.core.errors import InvalidParameter

EVERY = (
    Rotate(-12.5, keep_size=True, fill="#00ff00"),
    Mirror(),
    Flip(),
    Crop(1, 2, 3, 4),
    Erase(1, 2, 3, 4, "#102030"),
    Resize(10, 20, Resampling.BICUBIC),
    SetDpi(300, 600, resample=True),
    Gray(),
    BlackWhite(128),
    BlackWhite(Threshold.ADAPTIVE),
    Invert(),
    Brightness(-100),
    Contrast(100),
)


@pytest.mark.parametrize("edit", EVERY, ids=lambda edit: type(edit).__name__)
def test_an_edit_survives_being_written_down(edit: Edit) -> None:
    assert editwords.parse(editwords.to_words(edit)) == edit


def test_every_edit_has_a_word() -> None:
    assert {editwords.to_words(edit)["op"] for edit in EVERY} == set(editwords.names())


def test_the_words_of_every_edit_are_known_with_what_they_may_be() -> None:
    taken = {op: dict(editwords.members(op)) for op in editwords.names()}
    assert taken["rotate"] == {"degrees": True, "keep_size": False, "fill": False}
    assert {word for words in taken.values() for word in words} == set(EDIT_VALUES)
    assert EDIT_VALUES["degrees"].allowed == "a number from -3600 to 3600"
    assert EDIT_VALUES["threshold"].allowed == "a whole number from 0 to 255, auto, adaptive"


def test_what_is_not_said_is_as_usual() -> None:
    assert editwords.parse({"op": "rotate", "degrees": 90, "fill": None}) == Rotate(90)
    assert editwords.parse({"op": "black-white"}) == BlackWhite(Threshold.AUTO)


def test_a_color_is_written_in_one_way() -> None:
    assert editwords.parse({"op": "rotate", "degrees": 1, "fill": "#FFAA00"}) == Rotate(
        1, fill="#ffaa00"
    )


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ({}, "op"),
        ({"op": "shred"}, "op"),
        ({"op": ["crop"]}, "op"),
        ({"op": "rotate"}, "degrees"),
        ({"op": "rotate", "degrees": "90"}, "degrees"),
        ({"op": "rotate", "degrees": float("nan")}, "degrees"),
        ({"op": "rotate", "degrees": 1, "keep_size": 1}, "keep_size"),
        ({"op": "rotate", "degrees": 1, "fill": "white"}, "fill"),
        ({"op": "rotate", "degrees": 1, "fill": 0}, "fill"),
        ({"op": "rotate", "degrees": 1, "angle": 2}, "angle"),
        ({"op": "mirror", "left": 2}, "left"),
        ({"op": "crop", "left": 0, "top": 0, "right": 5.5, "bottom": 9}, "right"),
        ({"op": "crop", "left": -1, "top": 0, "right": 5, "bottom": 9}, "left"),
        ({"op": "resize", "width": 0, "height": 9}, "width"),
        ({"op": "resize", "width": 9, "height": 9, "method": "magic"}, "method"),
        ({"op": "resize", "width": 9, "height": 9, "method": 3}, "method"),
        ({"op": "set-dpi", "x": 0, "y": 300}, "x"),
        ({"op": "black-white", "threshold": "high"}, "threshold"),
        ({"op": "black-white", "threshold": 256}, "threshold"),
        ({"op": "black-white", "threshold": [1]}, "threshold"),
        ({"op": "brightness", "percent": 101}, "percent"),
    ],
)
def test_a_wrong_word_is_named(words: dict[str, object], name: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        editwords.parse(words)
    assert caught.value.details["name"] == name
    assert caught.value.details["allowed"]
