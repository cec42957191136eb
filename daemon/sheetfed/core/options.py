"""Options: a scanner's settings as its driver describes them, and what they can be set to."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import overload

from sheetfed.core.errors import Detail, InvalidParameter, ScanError
from sheetfed.core.model import OptionAsked, OptionValue, Special

_WORD_BYTES = 4
_WORD_LIMITS = (-(2**31), 2**31 - 1)
_FIXED_LIMITS = (_WORD_LIMITS[0] / 2**16, _WORD_LIMITS[1] / 2**16)


class OptionType(StrEnum):
    """SANE_Value_Type (SANE 1.0 §4.2.9.4) in its order, and what is none of them."""

    BOOL = "bool"
    INT = "int"
    FIXED = "fixed"
    STRING = "string"
    BUTTON = "button"
    GROUP = "group"
    UNKNOWN = "unknown"


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

    `name` is the descriptor's own, with dashes; empty for groups and for what a driver gives no
    name. `size_bytes` is that of the value, an array's of all its numbers. `value` is None where
    there is none to read. The flags are those of §4.2.9.6: `is_settable` by software (soft
    select), `is_set_at_device` (hard select), `is_readable` (soft detect).
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
    is_set_at_device: bool = False
    is_readable: bool = True

    @property
    def is_array(self) -> bool:
        return self.type in (OptionType.INT, OptionType.FIXED) and self.size_bytes > _WORD_BYTES

    @property
    def length(self) -> int:
        """How many numbers an array has."""
        return self.size_bytes // _WORD_BYTES if self.is_array else 1

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to set: software may, now, and to more than one value."""
        if not (self.is_active and self.is_settable):
            return False
        if isinstance(self.constraint, Range):
            return self.constraint.low < self.constraint.high
        return self.constraint is None or len(set(self.constraint)) > 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an option that was asked for: what it is now, or why it was not set.

    `actual` of a button is true: it was pressed.
    """

    name: str
    asked: OptionAsked
    actual: OptionValue | None = None
    error: ScanError | None = None


@overload
def snap(option: Option, asked: Special) -> Special: ...
@overload
def snap(option: Option, asked: OptionValue) -> OptionValue: ...
def snap(option: Option, asked: OptionAsked) -> OptionAsked:
    """The nearest to this that the option can take, an array number by number.

    Raises InvalidParameter when the type or an array's length is wrong, a word is not in the
    option's list or too long, or the driver does not choose this option's value.
    """
    if isinstance(asked, Special):
        if option.is_automatic:
            return asked
    elif option.is_array:
        if isinstance(asked, tuple) and len(asked) == option.length:
            return tuple([_snap_number(option, number) for number in asked])
    elif option.type in (OptionType.INT, OptionType.FIXED):
        return _snap_number(option, asked)
    elif option.type is OptionType.STRING:
        if isinstance(asked, str):
            return _snap_word(option, asked)
    elif _is_plain(option, asked):
        return asked
    raise _refusal(option)


def same(option: Option, left: OptionValue, right: OptionValue) -> bool:
    """Whether two values are one to the driver: SANE_Fixed has 16 bits after the point."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(
            same(option, *pair) for pair in zip(left, right, strict=True)
        )
    if (
        option.type is OptionType.FIXED
        and isinstance(left, int | float)
        and isinstance(right, int | float)
    ):
        return abs(left - right) < 0.001
    return left == right


def is_snapped(option: Option | None, outcome: Outcome) -> bool:
    """Whether the option was set to another value than the one that was asked for."""
    if option is None or outcome.actual is None or isinstance(outcome.asked, Special):
        return False
    return not same(option, outcome.asked, outcome.actual)


def allowed(option: Option) -> Detail:
    """What the option takes, for people and programs to read."""
    if option.type is OptionType.BUTTON:
        return "true"
    choices = _choices(option)
    if option.is_array:
        each = choices if isinstance(choices, str) else "one of " + ", ".join(choices)
        return f"{option.length} numbers, each {each}"
    return choices


def _choices(option: Option) -> str | list[str]:
    match option.constraint:
        case Range(low, high, step):
            steps = f" in steps of {step:g}" if step else ""
            return f"{low:.10g} to {high:.10g}{steps}"
        case None if option.type is OptionType.STRING:
            return f"a text of at most {option.size_bytes - 1} bytes"
        case None:
            return str(option.type)
        case choices:
            return [item if isinstance(item, str) else f"{item:.10g}" for item in choices]


def _is_plain(option: Option, asked: OptionValue) -> bool:
    if option.type is OptionType.BUTTON:
        return asked is True
    return option.type is OptionType.BOOL and isinstance(asked, bool)


def _snap_number(option: Option, asked: object) -> int | float:
    if isinstance(asked, bool) or not isinstance(asked, int | float):
        raise _refusal(option)
    is_int = option.type is OptionType.INT
    # A whole number may be too long for math.isfinite, but it is finite.
    if isinstance(asked, float) and not (math.isfinite(asked) and (not is_int or asked % 1 == 0)):
        raise _refusal(option)
    low, high = _WORD_LIMITS if is_int else _FIXED_LIMITS
    value = min(max(asked, low), high)
    match option.constraint:
        case Range() as limits:
            value = _nearest_in_range(limits, value)
        case None:
            pass
        case choices:
            numbers = [item for item in choices if not isinstance(item, str)]
            if not numbers:
                raise _refusal(option)
            value = min(numbers, key=lambda number: abs(number - value))
    return round(value) if is_int else float(value)


def _nearest_in_range(limits: Range, value: float) -> float:
    inside = min(max(value, limits.low), limits.high)
    if limits.step <= 0:
        return inside
    steps = round((inside - limits.low) / limits.step)
    last = math.floor((limits.high - limits.low) / limits.step + 1e-9)
    return min(limits.low + min(steps, last) * limits.step, limits.high)


def _snap_word(option: Option, asked: str) -> str:
    if option.constraint is None:
        try:
            fits = len(asked.encode()) < option.size_bytes and "\0" not in asked
        except UnicodeEncodeError:
            fits = False
        if fits:
            return asked
    elif not isinstance(option.constraint, Range):
        words = [word for word in option.constraint if isinstance(word, str)]
        alike = [word for word in words if word.casefold() == asked.casefold()]
        if alike:
            return asked if asked in alike else alike[0]
    raise _refusal(option)


def _refusal(option: Option) -> InvalidParameter:
    return InvalidParameter(
        f"the option {option.name} does not take this value",
        details={"name": option.name, "allowed": allowed(option)},
    )
