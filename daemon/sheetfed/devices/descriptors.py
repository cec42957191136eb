"""Descriptors: the worker's messages about a driver's options, as options."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sheetfed.core.model import OptionValue
from sheetfed.core.options import Constraint, Option, OptionType, Range, Unit
from sheetfed.devices import values, wire
from sheetfed.devices.values import Cap

_Member = TypeVar("_Member")

_TYPES = (
    OptionType.BOOL,
    OptionType.INT,
    OptionType.FIXED,
    OptionType.STRING,
    OptionType.BUTTON,
    OptionType.GROUP,
)
_UNITS = tuple(Unit)
_NUMBERS = (OptionType.INT, OptionType.FIXED)


def parse(messages: Sequence[wire.Message]) -> tuple[Option, ...]:
    """The whole tree in its order: groups, and the options with the group that they are in.

    What contradicts itself or SANE is described as far as it can be and is not settable; so is
    what has no name, or another option's.
    """
    options = []
    group = ""
    names = {""}
    for message in messages:
        option = _option(message, group)
        if option.type is OptionType.GROUP:
            group = option.title
        elif option.name in names:
            option = replace(option, is_settable=False)
        else:
            names.add(option.name)
        options.append(option)
    return tuple(options)


def plain_value(kind: OptionType, value: Any) -> OptionValue | None:
    """A value as the worker sends it, in the type of its option."""
    if isinstance(value, list):
        return tuple(value) if kind in _NUMBERS else None
    if value is None:
        return None
    match kind:
        case OptionType.BOOL:
            return bool(value)
        case OptionType.INT:
            return int(value)
        case OptionType.FIXED:
            return float(value)
        case OptionType.STRING:
            return str(value)
        case _:
            return None


def _option(message: wire.Message, group: str) -> Option:
    kind = _listed(_TYPES, message["type"], OptionType.UNKNOWN)
    cap = message["cap"]
    constraint = _constraint(message, kind)
    return Option(
        index=message["index"],
        name=message["name"],
        type=kind,
        title=message["title"],
        desc=message["desc"],
        group="" if kind is OptionType.GROUP else group,
        unit=_listed(_UNITS, message["unit"], Unit.NONE),
        size_bytes=max(0, message["size"]),
        constraint=constraint,
        value=plain_value(kind, message["value"]),
        is_active=not cap & Cap.INACTIVE,
        is_settable=bool(cap & Cap.SOFT_SELECT) and _is_sound(message, kind, constraint),
        is_automatic=bool(cap & Cap.AUTOMATIC),
        is_advanced=bool(cap & Cap.ADVANCED),
        is_emulated=bool(cap & Cap.EMULATED),
        is_set_at_device=bool(cap & Cap.HARD_SELECT),
        is_readable=bool(cap & Cap.SOFT_DETECT),
    )


def _listed(members: Sequence[_Member], number: int, otherwise: _Member) -> _Member:
    return members[number] if 0 <= number < len(members) else otherwise


def _constraint(message: wire.Message, kind: OptionType) -> Constraint:
    """None where there is none, and where it allows nothing or is another type's."""
    if kind in _NUMBERS and message["range"]:
        low, high, step = message["range"]
        return Range(low, high, step) if low <= high and step >= 0 else None
    item_type = str if kind is OptionType.STRING else int | float
    items = message["list"]
    if kind in (*_NUMBERS, OptionType.STRING) and items:
        return tuple(items) if all(isinstance(item, item_type) for item in items) else None
    return None


def _is_sound(message: wire.Message, kind: OptionType, constraint: Constraint) -> bool:
    """Whether there is no doubt about what the driver makes of a value."""
    if not 0 <= message["unit"] < len(_UNITS):
        return False
    if kind is OptionType.BUTTON:
        return True
    size = message["size"]
    if kind is OptionType.BOOL:
        return bool(size == values.WORD_BYTES)
    has_constraint = message["range"] is not None or message["list"] is not None
    is_understood = has_constraint == (constraint is not None)
    is_whole = kind is OptionType.STRING or (kind in _NUMBERS and size % values.WORD_BYTES == 0)
    return is_understood and is_whole and 0 < size <= values.LONGEST_BYTES
