"""Edit values: what each word of an edit may be, and how it is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sheetfed.core.edits import SIDE_AT_MOST_PX, Resampling, Threshold
from sheetfed.core.settings import invalid, number

_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number from low to high."""

    low: float
    high: float

    @property
    def allowed(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"

    def read(self, name: str, value: object) -> object:
        """Raises InvalidParameter, as every `read` here does."""
        return number(name, value, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from low to high, or one of these words."""

    low: int
    high: int
    words: type[StrEnum] | None = None

    @property
    def allowed(self) -> str:
        numbers = f"a whole number from {self.low} to {self.high}"
        return numbers if self.words is None else f"{numbers}, {', '.join(self.words)}"

    def read(self, name: str, value: object) -> object:
        if self.words is not None and isinstance(value, str) and value in tuple(self.words):
            return self.words(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise invalid(name, self.allowed)
        if not self.low <= value <= self.high or value != int(value):
            raise invalid(name, self.allowed)
        return int(value)


@dataclass(frozen=True, slots=True)
class Word:
    """One of these words."""

    words: type[StrEnum]

    @property
    def allowed(self) -> str:
        return ", ".join(self.words)

    def read(self, name: str, value: object) -> object:
        if not isinstance(value, str) or value not in tuple(self.words):
            raise invalid(name, self.allowed)
        return self.words(value)


@dataclass(frozen=True, slots=True)
class Flag:
    allowed: str = "true or false"

    def read(self, name: str, value: object) -> object:
        if not isinstance(value, bool):
            raise invalid(name, self.allowed)
        return value


@dataclass(frozen=True, slots=True)
class Color:
    allowed: str = "a color such as #ffffff"

    def read(self, name: str, value: object) -> object:
        if not isinstance(value, str) or not _COLOR.fullmatch(value):
            raise invalid(name, self.allowed)
        return value.lower()


EditValue = Number | Whole | Word | Flag | Color

_PLACE: Final = Whole(0, SIDE_AT_MOST_PX)
_SIDE: Final = Whole(1, SIDE_AT_MOST_PX)
_DPI: Final = Number(1, 30_000)

EDIT_VALUES: Final[Mapping[str, EditValue]] = {
    "degrees": Number(-3600, 3600),
    "keep_size": Flag(),
    "resample": Flag(),
    "fill": Color(),
    "left": _PLACE,
    "top": _PLACE,
    "right": _PLACE,
    "bottom": _PLACE,
    "width": _SIDE,
    "height": _SIDE,
    "method": Word(Resampling),
    "x": _DPI,
    "y": _DPI,
    "threshold": Whole(0, 255, Threshold),
    "percent": Whole(-100, 100),
}
