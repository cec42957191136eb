"""Show: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sheetfed.bus import values
from sheetfed.cli.remote import identity

_UNSEEN_WIDTH: Final = 240
"""Columns where no terminal says how wide it is: nothing is folded."""

_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB")


def as_json(content: object) -> None:
    json.dump(content, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def thing(path: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object for JSON: its id, its path, its properties in snake case."""
    told = {values.snake(name): value for name, value in properties.items()}
    return {"id": identity(path), "path": path, **told}


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Cells are shown as they are: no markup in them means anything."""
    shown = Table(box=None, pad_edge=False)
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(str(cell)) for cell in row))
    _console().print(shown)


def facts(pairs: Iterable[tuple[str, object]]) -> None:
    shown = Table(box=None, pad_edge=False, show_header=False)
    for name, value in pairs:
        shown.add_row(Text(name), Text(str(value)))
    _console().print(shown)


def size(size_bytes: int) -> str:
    number, unit = float(size_bytes), 0
    while number >= 1000 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.0f} {_UNITS[unit]}" if unit == 0 else f"{number:.1f} {_UNITS[unit]}"


def when(seconds: int) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def pages(number: int) -> str:
    return "1 page" if number == 1 else f"{number} pages"


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else _UNSEEN_WIDTH)
