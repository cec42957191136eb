"""Descriptors: python-sane's option tuples as messages, and those as options."""

from collections.abc import Sequence
from typing import Any, Protocol

from sheetfed.core.model import OptionValue
from sheetfed.core.options import Constraint, Option, OptionType, Range, Unit
from sheetfed.devices import wire

_TYPES = tuple(OptionType)
_UNITS = tuple(Unit)

_SOFT_SELECT = 1 << 0
_EMULATED = 1 << 3
_AUTOMATIC = 1 << 4
_INACTIVE = 1 << 5
_ADVANCED = 1 << 6


class Described(Protocol):
    """The part of python-sane's device that is asked here."""

    def get_options(self) -> Sequence[tuple[Any, ...]]: ...
    def get_option(self, index: int) -> Any: ...


def describe(device: Described, failure: type[Exception]) -> list[wire.Message]:
    """Every option with its value, in the driver's order; `failure` is what a bad read raises."""
    found = []
    for index, name, title, desc, kind, unit, size, cap, constraint in device.get_options():
        shape: dict[str, Any] = {"range": None, "list": None}
        if constraint is not None:
            shape["range" if isinstance(constraint, tuple) else "list"] = constraint
        found.append(
            {
                "index": index,
                "name": name,
                "title": title,
                "desc": desc,
                "type": kind,
                "unit": unit,
                "size": size,
                "cap": cap,
                "value": _value(device, failure, index, _TYPES[kind], size, cap),
                **shape,
            }
        )
    return found


def _value(
    device: Described, failure: type[Exception], index: int, kind: OptionType, size: int, cap: int
) -> object:
    plain = Option(index=index, name="", type=kind, size_bytes=size)
    if cap & _INACTIVE or not plain.has_value:
        return None
    try:
        return device.get_option(index)
    except failure:
        return None


def parse(messages: Sequence[wire.Message]) -> tuple[Option, ...]:
    """The options of a device; groups become their members' `group`, nameless ones are left out."""
    options = []
    group = ""
    for message in messages:
        kind = _TYPES[message["type"]]
        if kind is OptionType.GROUP:
            group = message["title"] or ""
        elif message["name"]:
            options.append(_option(message, kind, group))
    return tuple(options)


def _option(message: wire.Message, kind: OptionType, group: str) -> Option:
    cap = message["cap"]
    return Option(
        index=message["index"],
        name=message["name"],
        type=kind,
        title=message["title"] or "",
        desc=message["desc"] or "",
        group=group,
        unit=_UNITS[message["unit"]] if 0 <= message["unit"] < len(_UNITS) else Unit.NONE,
        size_bytes=message["size"],
        constraint=_constraint(message),
        value=plain_value(kind, message["value"]),
        is_active=not cap & _INACTIVE,
        is_settable=bool(cap & _SOFT_SELECT),
        is_automatic=bool(cap & _AUTOMATIC),
        is_advanced=bool(cap & _ADVANCED),
        is_emulated=bool(cap & _EMULATED),
    )


def _constraint(message: wire.Message) -> Constraint:
    if message["range"] is not None:
        return Range(*message["range"])
    return tuple(message["list"]) if message["list"] else None


def plain_value(kind: OptionType, value: Any) -> OptionValue | None:
    """A value as python-sane gives it, in the type of its option."""
    if value is None:
        return None
    match kind:
        case OptionType.BOOL:
            return bool(value)
        case OptionType.INT:
            return int(value)
        case OptionType.FIXED:
            return float(value)
        case _:
            return str(value)
