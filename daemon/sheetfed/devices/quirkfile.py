"""Quirk file: the entries of one TOML file, each checked, its problems told with their place."""

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

from sheetfed.core.model import Mode, OptionValue, PaperSource
from sheetfed.devices.dialect import Role, Scale, Switch
from sheetfed.devices.words import Row, plain

_Word = TypeVar("_Word", bound=StrEnum)
_Item = TypeVar("_Item")

_DEPTHS = (8, 16)
_ENTRY = re.compile(r"^[ \t]*\[\[\s*quirk\s*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Quirk:
    """One entry: which scanners it is for, why, and what it says; None says nothing.

    Patterns are those of a shell; none matches everything. The rest is as in Dialect.
    """

    reason: str
    backend: tuple[str, ...] = ()
    vendor: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    sources: tuple[Row[PaperSource], ...] = ()
    modes: tuple[Row[Mode], ...] = ()
    names: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    fed_from: PaperSource | None = None
    feeder_switches: tuple[Switch, ...] = ()
    duplex_switches: tuple[Switch, ...] = ()
    mode_options: Mapping[Mode, Mapping[str, OptionValue]] = field(default_factory=dict)
    first: Mapping[str, OptionValue] = field(default_factory=dict)
    with_source: Mapping[PaperSource, Mapping[str, OptionValue]] = field(default_factory=dict)
    never: Mapping[str, bool] = field(default_factory=dict)
    paper: tuple[str, ...] | None = None
    usual_ratio: float | None = None
    pixel_dpi: float | None = None
    scales: Mapping[Role, Scale] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuirkFile:
    """What a file says, and what of it cannot be used, with its place."""

    quirks: tuple[Quirk, ...] = ()
    problems: tuple[str, ...] = ()


def parse(text: str) -> QuirkFile:
    """Entries with a problem are left out, the others serve."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return QuirkFile(problems=(str(error),))
    problems = [f"{key}: only [[quirk]] is known here" for key in content if key != "quirk"]
    entries = content.get("quirk", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return QuirkFile(problems=(*problems, "quirk: allowed is a table in double brackets"))
    lines = [text.count("\n", 0, match.start()) + 1 for match in _ENTRY.finditer(text)]
    quirks = []
    for number, entry in enumerate(entries):
        place = f"line {lines[number]}" if len(lines) == len(entries) else f"entry {number + 1}"
        read, wrong = _entry(entry)
        problems += [f"{place}: {problem}" for problem in wrong]
        if not wrong:
            quirks.append(Quirk(**read))
    return QuirkFile(tuple(quirks), tuple(problems))


def _entry(entry: Mapping[str, object]) -> tuple[dict[str, Any], list[str]]:
    read: dict[str, Any] = {}
    wrong = []
    for key, value in entry.items():
        try:
            if key not in _KEYS:
                raise ValueError("is not known")
            read[key] = _KEYS[key](value)
        except ValueError as error:
            wrong.append(f"{key}: {error}")
    if "reason" not in entry:
        wrong.append("reason: is missing")
    return read, wrong


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("allowed is a text")
    return value


def _option_value(value: object) -> OptionValue:
    if not isinstance(value, bool | int | float | str):
        raise ValueError("allowed is true, false, a number or a text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("allowed is true or false")
    return value


def _positive(value: object) -> float:
    number = _number(value)
    if number <= 0:
        raise ValueError("allowed is a number above 0")
    return number


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("allowed is a number")
    return float(value)


def _list(read: Callable[[object], _Item]) -> Callable[[object], tuple[_Item, ...]]:
    def read_list(value: object) -> tuple[_Item, ...]:
        if not isinstance(value, list):
            raise ValueError("allowed is a list")
        return tuple(read(item) for item in value)

    return read_list


def _patterns(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    found = tuple(_text(item).casefold() for item in items)
    if not found:
        raise ValueError("allowed is a pattern or a list of patterns")
    return () if "*" in found else found


def _word(kind: type[_Word]) -> Callable[[object], _Word]:
    def read_word(value: object) -> _Word:
        if not isinstance(value, str) or value not in {member.value for member in kind}:
            raise ValueError("allowed is " + ", ".join(member.value for member in kind))
        return kind(value)

    return read_word


def _row(kind: type[_Word]) -> Callable[[object], Row[_Word]]:
    """A list of a phrase, its meaning or "none", and maybe a depth."""

    def read_row(value: object) -> Row[_Word]:
        match value:
            case [str(phrase), str(sense)] if plain(phrase):
                depth = None
            case [str(phrase), str(sense), int(depth)] if plain(phrase) and depth in _DEPTHS:
                pass
            case _:
                raise ValueError(f"allowed is [phrase, meaning] or a depth after it, not {value}")
        meaning = None if sense == "none" else _word(kind)(sense)
        return Row(plain(phrase), meaning, depth)

    return read_row


def _table(
    key: Callable[[object], Any], read: Callable[[object], _Item]
) -> Callable[[object], Mapping[Any, _Item]]:
    def read_table(value: object) -> Mapping[Any, _Item]:
        if not isinstance(value, dict):
            raise ValueError("allowed is a table")
        found = {}
        for name, item in value.items():
            try:
                found[key(name)] = read(item)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
        return found

    return read_table


def _switch(value: object) -> Switch:
    if not isinstance(value, dict) or set(value) != {"option", "on", "off"}:
        raise ValueError("allowed is a table of option, on and off")
    return Switch(_text(value["option"]), _option_value(value["on"]), _option_value(value["off"]))


def _scale(value: object) -> Scale:
    numbers = _list(_number)(value)
    if len(numbers) != len(Scale.__slots__):
        raise ValueError("allowed is a list of the values for -100, 0 and 100")
    return Scale(*numbers)


def _paper(value: object) -> tuple[str, ...]:
    names = _list(_text)(value)
    if len(names) not in (0, 2):
        raise ValueError("allowed is a list of two options, or none")
    return names


_options = _table(_text, _option_value)
_KEYS: Final[Mapping[str, Callable[[object], Any]]] = {
    "reason": _text,
    "backend": _patterns,
    "vendor": _patterns,
    "model": _patterns,
    "type": _patterns,
    "sources": _list(_row(PaperSource)),
    "modes": _list(_row(Mode)),
    "names": _table(_word(Role), _list(_text)),
    "fed_from": _word(PaperSource),
    "feeder_switches": _list(_switch),
    "duplex_switches": _list(_switch),
    "mode_options": _table(_word(Mode), _options),
    "first": _options,
    "with_source": _table(_word(PaperSource), _options),
    "never": _table(_text, _flag),
    "paper": _paper,
    "usual_ratio": _positive,
    "pixel_dpi": _positive,
    "scales": _table(_word(Role), _scale),
}
