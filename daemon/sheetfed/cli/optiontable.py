"""Option table: a scanner's options by group, with their values and what they take."""

from collections.abc import Iterable
from typing import Any, Final

import click

from sheetfed.cli import show

Described = dict[str, Any]

_ANYTHING: Final = {
    "bool": "yes | no",
    "int": "a whole number",
    "fixed": "a number",
    "string": "a text",
    "button": "yes, to press it",
}


def print_table(found: Iterable[Described], *, shows_all: bool, explains: bool) -> None:
    """Options without a name cannot be set: they only divide the list."""
    named = [option for option in found if "name" in option]
    shown = [option for option in named if shows_all or _is_for_everybody(option)]
    rows, group = [], ""
    for option in shown:
        if option.get("group", "") != group:
            group = option.get("group", "")
            rows.append([group, "", "", ""])
        meaning = option.get("desc") or option.get("title", "")
        rows.append([f"  {option['name']}", _value(option), takes(option), meaning])
    columns = ["OPTION", "VALUE", "TAKES", "MEANING"][: 4 if explains else 3]
    show.table(columns, [row[: len(columns)] for row in rows])
    if len(shown) < len(named):
        click.echo(f"{len(named) - len(shown)} more with --all", err=True)


def _is_for_everybody(option: Described) -> bool:
    return bool(option["active"]) and not option["advanced"]


def _value(option: Described) -> str:
    if not option["active"]:
        return "inactive"
    return show.value(option["value"]) if "value" in option else "-"


def takes(option: Described) -> str:
    """What it can be set to, in words."""
    if not option["settable"]:
        return "set at the scanner" if option["hard_select"] else "read only"
    match option.get("constraint"):
        case {"min": low, "max": high, "step": step}:
            said = f"{show.value(low)} to {show.value(high)}"
            said += f" in steps of {show.value(step)}" if step > 1 else ""
        case [*choices]:
            said = " | ".join(map(show.value, choices))
        case _:
            said = _ANYTHING.get(option["type"], "")
    if option["type"] in ("int", "fixed") and option["size"] > 4:
        said = f"{option['size'] // 4} numbers, each {said}"
    unit = f" {option['unit']}" if "unit" in option else ""
    return said + unit + (" | automatic" if option["automatic"] else "")
