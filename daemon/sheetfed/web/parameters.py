"""Parameters: the types that RPC parameters and query strings are checked against."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.imagetype import ImageType
from sheetfed.core.settings import invalid
from sheetfed.web import schemas
from sheetfed.web.schemas import Schema

_MEDIA_TYPES = {image_type.media_type: image_type for image_type in ImageType}
_WORDS = {
    **{str(image_type): image_type for image_type in ImageType},
    "jpg": ImageType.JPEG,
    "image/jpg": ImageType.JPEG,
    "tif": ImageType.TIFF,
}
INDICES_AT_MOST: Final = 10_000
TEXT_AT_MOST: Final = 1024
_NUMBER: Final = re.compile(r" *[+-]?[0-9]+ *")
_NUMBER_CHARACTERS_AT_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value may be: in words, as JSON Schema, and as the function that reads it."""

    allowed: str
    schema: Schema
    read: Callable[[str, object], object]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One positional parameter; one that is optional may also be null."""

    name: str
    kind: Kind
    about: str = ""
    is_optional: bool = False


def index(name: str, value: object) -> int:
    """A 0-based index; whether there is a page is found out later."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid(name, "a whole number")
    return value


def count(name: str, value: object) -> int:
    found = index(name, value)
    if found < 1:
        raise invalid(name, "a whole number from 1 on")
    return found


def index_list(name: str, value: object) -> list[int]:
    """0-based indices, in the order given."""
    if not isinstance(value, list) or len(value) > INDICES_AT_MOST:
        raise invalid(name, f"a list of at most {INDICES_AT_MOST} whole numbers")
    return [index(name, item) for item in value]


def one_or_more(name: str, value: object) -> list[int]:
    """One index, or a list of them."""
    return index_list(name, value if isinstance(value, list) else [value])


def text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value or len(value) > TEXT_AT_MOST:
        raise invalid(name, f"a text of 1 to {TEXT_AT_MOST} characters")
    return value


def flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise invalid(name, "true or false")
    return value


def settings(name: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise invalid(name, "an object of settings")
    return value


def options(name: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise invalid(name, "an object of options")
    return value


def file_type(name: str, value: object) -> ImageType:
    """The type of a file, by its word."""
    return image_type(text(name, value))


def image_type(word: str) -> ImageType:
    """`jpeg` and `image/jpeg` alike. Raises InvalidParameter."""
    found = _WORDS.get(word.lower()) or _MEDIA_TYPES.get(word.lower())
    if found is None:
        raise invalid("type", ", ".join(str(known) for known in ImageType))
    return found


def query_int(query: Mapping[str, str], name: str) -> int | None:
    """A whole number of the query string; None when it is missing or empty."""
    word = query.get(name, "")
    return whole(name, word) if word else None


def query_type(query: Mapping[str, str], taken: Sequence[ImageType]) -> ImageType:
    """One of these; the first when the query string does not say."""
    found = image_type(query.get("type") or taken[0])
    if found not in taken:
        raise invalid("type", ", ".join(each.media_type for each in taken))
    return found


def query_indices(query: Mapping[str, str], name: str) -> list[int] | None:
    """Whole numbers, separated by commas; None when there are none."""
    words = query.get(name, "").split(",", INDICES_AT_MOST)
    return index_list(name, [whole(name, word) for word in words]) if words != [""] else None


def whole(name: str, word: str) -> int:
    """A whole number that is written out."""
    try:
        if len(word) > _NUMBER_CHARACTERS_AT_MOST or not _NUMBER.fullmatch(word):
            raise ValueError
        return int(word)
    except ValueError:
        raise invalid(name, "a whole number") from None


INDEX: Final = Kind("a whole number", schemas.whole(low=0), index)
COUNT: Final = Kind("a whole number from 1 on", schemas.whole(low=1), count)
INDICES: Final = Kind(
    "a list of whole numbers",
    schemas.array(schemas.whole(low=0), most=INDICES_AT_MOST),
    index_list,
)
ONE_OR_MORE: Final = Kind(
    "a whole number or a list of them",
    schemas.either(INDEX.schema, INDICES.schema),
    one_or_more,
)
TEXT: Final = Kind(
    f"a text of 1 to {TEXT_AT_MOST} characters",
    schemas.text(shortest=1, longest=TEXT_AT_MOST),
    text,
)
FLAG: Final = Kind("true or false", schemas.flag(), flag)
FILE_TYPE: Final = Kind(", ".join(ImageType), schemas.named("FileType"), file_type)


def read_all(parameters: tuple[Parameter, ...], values: object) -> list[object]:
    """The values of a call's `parameter` member, checked; missing optional ones are None."""
    if not isinstance(values, list):
        raise invalid("parameter", "a list")
    if len(values) > len(parameters):
        raise InvalidParameter(
            f"there are {len(values)} parameters, at most {len(parameters)} are taken",
            details={"name": "parameter", "allowed": [p.name for p in parameters]},
        )
    read: list[object] = []
    for place, parameter in enumerate(parameters):
        value = values[place] if place < len(values) else None
        if value is None:
            if not parameter.is_optional:
                raise invalid(parameter.name, parameter.kind.allowed)
            read.append(None)
        else:
            read.append(parameter.kind.read(parameter.name, value))
    return read
