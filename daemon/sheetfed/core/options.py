"""Options: a scanner's settings as its driver describes them, and what they can be set to."""

import math
from dataclasses import dataclass
from enum import StrEnum

from sheetfed.core.errors import Detail, InvalidParameter
from sheetfed.core.model import OptionValue

_WORD_LIMITS = (-(2**31), 2**31 - 1)
_FIXED_LIMITS = (-32768.0, 32767.9999)


class OptionType(StrEnum):
    """SANE_Value_Type (SANE 1.0 §4.2.9.4)."""

    BOOL = "bool"
    INT = "int"
    FIXED = "fixed"
    STRING = "string"
    BUTTON = "button"
    GROUP = "group"


class Unit(StrEnum):
    """SANE_Unit (SANE 1.0 §4.2.9.5)."""

    NONE = "none"
    PIXEL = "pixel"
    BIT = "bit"
    MM = "mm"
    DPI = "dpi"
    PERCENT = "percent"
    MICROSECOND = "microsecond"


@dataclass(frozen=True, slots=True)
class Range:
    """From low to high; a step of 0 allows every value between."""

    low: float
    high: float
    step: float = 0


Constraint = Range | tuple[int, ...] | tuple[float, ...] | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Option:
    """A SANE option descriptor (SANE 1.0 §4.2.9) with its present value.

    `name` is the descriptor's own, with dashes; `size_bytes` that of the value. `value` is None
    where there is none to read: inactive options, buttons and arrays.
    """

    index: int
    name: str
    type: OptionType
    title: str = ""
    desc: str = ""
    group: str = ""
    unit: Unit = Unit.NONE
    size_bytes: int = 4
    constraint: Constraint = None
    value: OptionValue | None = None
    is_active: bool = True
    is_settable: bool = True
    is_automatic: bool = False
    is_advanced: bool = False
    is_emulated: bool = False

    @property
    def is_array(self) -> bool:
        return self.type in (OptionType.INT, OptionType.FIXED) and self.size_bytes > 4

    @property
    def has_value(self) -> bool:
        """Whether it holds one plain value."""
        return self.type not in (OptionType.BUTTON, OptionType.GROUP) and not self.is_array

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to set: software may, now, and to more than one value."""
        if not (self.is_active and self.is_settable and self.has_value):
            return False
        if isinstance(self.constraint, Range):
            return self.constraint.low < self.constraint.high
        return self.constraint is None or len(set(self.constraint)) > 1


def snap(option: Option, value: OptionValue) -> OptionValue:
    """The nearest value to this one that the option can take.

    Raises InvalidParameter when the type is wrong, or a word is not in the option's list.
    """
    match option.type:
        case OptionType.BOOL if isinstance(value, bool):
            return value
        case OptionType.INT | OptionType.FIXED:
            return _snap_number(option, value)
        case OptionType.STRING if isinstance(value, str):
            return _snap_word(option, value)
    raise _refusal(option)


def same(option: Option, left: OptionValue, right: OptionValue) -> bool:
    """Whether two values are one to the driver: SANE_Fixed has 16 bits after the point."""
    if option.type is OptionType.FIXED and not isinstance(left, str) and not isinstance(right, str):
        return abs(left - right) < 0.001
    return left == right


def allowed(option: Option) -> Detail:
    """What the option takes, for people and programs to read."""
    match option.constraint:
        case Range(low, high, step):
            steps = f" in steps of {step:g}" if step else ""
            return f"{low:.10g} to {high:.10g}{steps}"
        case None:
            return str(option.type)
        case choices:
            return [item if isinstance(item, str) else f"{item:g}" for item in choices]


def _snap_number(option: Option, value: OptionValue) -> int | float:
    if isinstance(value, bool | str) or not math.isfinite(value):
        raise _refusal(option)
    is_int = option.type is OptionType.INT
    if is_int and value != int(value):
        raise _refusal(option)
    match option.constraint:
        case Range() as limits:
            nearest = _nearest_in_range(limits, value)
        case None:
            low, high = _WORD_LIMITS if is_int else _FIXED_LIMITS
            nearest = min(max(value, low), high)
        case choices:
            numbers = [item for item in choices if not isinstance(item, str)]
            if not numbers:
                raise _refusal(option)
            nearest = min(numbers, key=lambda number: abs(number - value))
    return round(nearest) if is_int else float(nearest)


def _nearest_in_range(limits: Range, value: float) -> float:
    inside = min(max(value, limits.low), limits.high)
    if limits.step <= 0:
        return inside
    steps = round((inside - limits.low) / limits.step)
    last = math.floor((limits.high - limits.low) / limits.step + 1e-9)
    return min(limits.low + min(steps, last) * limits.step, limits.high)


def _snap_word(option: Option, value: str) -> str:
    if option.constraint is None:
        try:
            fits = len(value.encode("latin-1")) < option.size_bytes and "\0" not in value
        except UnicodeEncodeError:
            fits = False
        if fits:
            return value
        raise _refusal(option)
    if not isinstance(option.constraint, Range):
        for word in option.constraint:
            if isinstance(word, str) and word.casefold() == value.casefold():
                return word
    raise _refusal(option)


def _refusal(option: Option) -> InvalidParameter:
    return InvalidParameter(
        f"the option {option.name} does not take this value",
        details={"name": option.name, "allowed": allowed(option)},
    )
