"""Schemas: what values are in JSON, as JSON Schema (2020-12)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sheetfed.core.editvalues import Color, EditValue, Flag, Number, Whole, Word

Schema = Mapping[str, object]

COMPONENTS_AT: Final = "#/components/schemas/"
"""Where the named schemas are in the document that has these in it."""

ANY: Final[Schema] = {}
NULL: Final[Schema] = {"type": "null"}
TRUE: Final[Schema] = {"const": True}


def text(about: str = "", *, longest: int | None = None, shortest: int | None = None) -> Schema:
    return _with(about, type="string", minLength=shortest, maxLength=longest)


def base64(about: str = "") -> Schema:
    return _with(about, type="string", contentEncoding="base64")


def flag(about: str = "") -> Schema:
    return _with(about, type="boolean")


def whole(about: str = "", *, low: int | None = None, high: int | None = None) -> Schema:
    return _with(about, type="integer", minimum=low, maximum=high)


def number(about: str = "", *, low: float | None = None, high: float | None = None) -> Schema:
    return _with(about, type="number", minimum=low, maximum=high)


def one_of(words: type[StrEnum] | tuple[object, ...], about: str = "") -> Schema:
    values = list(words) if isinstance(words, tuple) else [word.value for word in words]
    return _with(about, enum=values)


def array(items: Schema, about: str = "", *, most: int | None = None) -> Schema:
    return _with(about, type="array", items=items, maxItems=most)


def row(*items: Schema, about: str = "") -> Schema:
    """An array of so many items, each of its own kind."""
    size = len(items)
    if not size:
        return _with(about, type="array", maxItems=0)
    return _with(about, type="array", prefixItems=list(items), minItems=size, maxItems=size)


def record(
    members: Mapping[str, Schema],
    about: str = "",
    *,
    optional: Mapping[str, Schema] | None = None,
    is_open: bool = False,
) -> Schema:
    """An object with these members; `is_open`: others are ignored."""
    return _with(
        about,
        type="object",
        properties={**members, **(optional or {})},
        required=list(members) or None,
        additionalProperties=is_open,
    )


def by_name(values: Schema, about: str = "") -> Schema:
    """An object with members of any name, each of this kind."""
    return _with(about, type="object", additionalProperties=values)


def either(*kinds: Schema, about: str = "") -> Schema:
    return _with(about, anyOf=list(kinds))


def or_null(kind: Schema, about: str = "") -> Schema:
    return either(kind, NULL, about=about)


def named(name: str, about: str = "") -> Schema:
    """A schema of the vocabulary."""
    return _with(about, **{"$ref": COMPONENTS_AT + name})


def of_edit_value(value: EditValue) -> Schema:
    match value:
        case Number(low, high):
            return number(low=low, high=high)
        case Whole(low, high, None):
            return whole(low=int(low), high=int(high))
        case Whole(low, high, words):
            assert words is not None
            return either(whole(low=int(low), high=int(high)), one_of(words))
        case Word(words):
            return one_of(words)
        case Flag():
            return flag()
        case Color():
            return {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}


def _with(about: str, **members: object) -> Schema:
    found = {name: value for name, value in members.items() if value is not None}
    return {**found, "description": about} if about else found
