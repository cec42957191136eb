"""Edit words: edits as the store, the image workers and the doors write them down."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from typing import Final

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
    Resize,
    Rotate,
    SetDpi,
)
from sheetfed.core.editvalues import EDIT_VALUES
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.settings import invalid

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


def members(op: str) -> Mapping[str, bool]:
    """The words that this edit takes, in their order, and whether each has to be there."""
    return {field.name: field.default is MISSING for field in fields(_NAMES[op])}


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
        word: EDIT_VALUES[word].read(word, value)
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
