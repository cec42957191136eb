"""Show: tables for people, JSON for programs."""

import json
import pwd
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sheetfed.bus import values
from sheetfed.cli.remote import identity

_UNSEEN_WIDTH: Final = 240
"""Columns where no terminal says how wide it is: nothing is folded."""

_SHORT: Final = 24
"""Columns: a text up to here is shown in one line."""

_BETWEEN: Final = 2

_LISTED_AT_MOST: Final = 12
"""Numbers of a list that are shown; then how many there are."""

_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB")


_OBEYED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What a terminal would do something at, or could not show: devices call themselves anything."""


def as_json(content: object) -> None:
    """Whole: what a terminal would obey is written as an escape."""
    text = json.dumps(content, indent=2, ensure_ascii=False)
    lines = (_OBEYED.sub(_escaped, line) for line in text.split("\n"))
    sys.stdout.write("\n".join(lines) + "\n")


def cleaned(text: object) -> str:
    """Without what a terminal would obey."""
    return _OBEYED.sub("", str(text))


def thing(path: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object for JSON: its id, its path, its properties in snake case."""
    told = {values.snake(name): value for name, value in properties.items()}
    return {"id": identity(path), "path": path, **told}


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Cells are shown as they are: no markup in them means anything. Only long texts are folded,
    and none of the first column, which is there to be copied; a terminal that is narrower than
    the rest breaks the lines itself."""
    cells = [[cleaned(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
    folded = [number > 0 and width > _SHORT for number, width in enumerate(widths)]
    shown = Table(box=None, pad_edge=False)
    for column, is_folded in zip(columns, folded, strict=True):
        shown.add_column(column, overflow="fold", no_wrap=not is_folded)
    for row in cells:
        shown.add_row(*map(Text, row))
    least = [
        _SHORT if is_folded else width for width, is_folded in zip(widths, folded, strict=True)
    ]
    _print(shown, at_least=sum(least) + _BETWEEN * (len(least) - 1))


def facts(pairs: Iterable[tuple[str, object]]) -> None:
    shown = Table(box=None, pad_edge=False, show_header=False)
    shown.add_column(no_wrap=True)
    shown.add_column(overflow="fold")
    for name, fact in pairs:
        shown.add_row(Text(cleaned(name)), Text(cleaned(fact)))
    _print(shown)


def size(size_bytes: int) -> str:
    number, unit = float(size_bytes), 0
    while number >= 1000 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.0f} {_UNITS[unit]}" if unit == 0 else f"{number:.1f} {_UNITS[unit]}"


def when(seconds: int) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def value(of: Any) -> str:
    """Of a setting: yes and no, numbers without their last digits, long lists cut short."""
    match of:
        case bool():
            return "yes" if of else "no"
        case float():
            return f"{of:.6g}"
        case [*items]:
            shown = ", ".join(map(value, items[:_LISTED_AT_MOST]))
            return shown if len(items) <= _LISTED_AT_MOST else f"{shown} … ({len(items)})"
        case {"automatic": True}:
            return "automatic"
    return str(of)


def user(uid: int) -> str:
    """By name, where this machine has one."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def owner(uid: int, origin: str) -> str:
    """A user, or what a web page has of a user's."""
    return f"{user(uid)}, {origin}" if origin else user(uid)


def pages(number: int, kind: str = "") -> str:
    return f"1 {kind}page" if number == 1 else f"{number} {kind}pages"


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


def _print(table: Table, *, at_least: int = 0) -> None:
    """Without the blanks that fill up its lines; `at_least` so many columns wide."""
    console = Console(width=None if sys.stdout.isatty() else _UNSEEN_WIDTH)
    console.width = max(console.width, at_least)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())
