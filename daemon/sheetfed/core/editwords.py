"""Edit words: edits as the store, the image workers and the doors write them down."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from typing import Final

from sheetfed.core.edits import (
    SIDE_AT_MOST_PX,
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
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.settings import invalid, number

_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")

_NAMES: Final[Mapping[str, type[Edit]]] = {
    "rotate": Rotate,
    "mirror": Mirror,
    "flip": Flip,
    "crop": Crop,
    "erase": Erase,
    "resize": Resize,
    "set-dpi": SetDpi,
    "gray": Gray,
    "black-white": BlackWhite,
    "invert": Invert,
    "brightness": Brightness,
    "contrast": Contrast,
}
_OPS: Final = {kind: name for name, kind in _NAMES.items()}


def names() -> tuple[str, ...]:
    """The word for each edit."""
    return tuple(_NAMES)


def to_words(edit: Edit) -> dict[str, object]:
    """As `parse` reads it: for the store, for an image worker, for a door."""
    return {"op": _OPS[type(edit)], **asdict(edit)}


def parse(words: Mapping[str, object]) -> Edit:
    """The edit that these words mean, `op` and its values. Raises InvalidParameter."""
    name = words.get("op")
    kind = _NAMES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise invalid("op", ", ".join(_NAMES))
    known = {field.name: field for field in fields(kind)}
    for word in words:
        if word != "op" and word not in known:
            raise invalid(word, ", ".join(known) or "no value")
    values = {
        word: _READERS[word](word, value)
        for word, value in words.items()
        if word != "op" and value is not None
    }
    missing = [
        word for word, field in known.items() if field.default is MISSING and word not in values
    ]
    if missing:
        raise InvalidParameter(
            f"{name} needs {', '.join(missing)}", details={"name": missing[0], "allowed": missing}
        )
    make: Callable[..., Edit] = kind
    return make(**values)


def _whole(name: str, value: object, low: int, high: int) -> int:
    read = number(name, value, low, high)
    if read != int(read):
        raise invalid(name, f"a whole number from {low} to {high}")
    return int(read)


def _side(name: str, value: object) -> int:
    return _whole(name, value, 1, SIDE_AT_MOST_PX)


def _place(name: str, value: object) -> int:
    return _whole(name, value, 0, SIDE_AT_MOST_PX)


def _dpi(name: str, value: object) -> float:
    return number(name, value, 1, 30_000)


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise invalid(name, "true or false")
    return value


def _color(name: str, value: object) -> str:
    if not isinstance(value, str) or not _COLOR.fullmatch(value):
        raise invalid(name, "a color such as #ffffff")
    return value.lower()


def _method(name: str, value: object) -> Resampling:
    if not isinstance(value, str) or value not in tuple(Resampling):
        raise invalid(name, ", ".join(Resampling))
    return Resampling(value)


def _threshold(name: str, value: object) -> int | Threshold:
    if isinstance(value, str) and value in tuple(Threshold):
        return Threshold(value)
    if isinstance(value, str):
        raise invalid(name, f"0 to 255, {', '.join(Threshold)}")
    return _whole(name, value, 0, 255)


_READERS: Final[Mapping[str, Callable[[str, object], object]]] = {
    "degrees": lambda name, value: number(name, value, -3600, 3600),
    "keep_size": _flag,
    "resample": _flag,
    "fill": _color,
    "left": _place,
    "top": _place,
    "right": _place,
    "bottom": _place,
    "width": _side,
    "height": _side,
    "method": _method,
    "x": _dpi,
    "y": _dpi,
    "threshold": _threshold,
    "percent": lambda name, value: _whole(name, value, -100, 100),
}
