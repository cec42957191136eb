"""A driver that is only a list of option descriptors, for what no virtual scanner offers."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from sheetfed.core.errors import ScanError

BOOL, INT, FIXED, STRING, BUTTON, GROUP = range(6)
PIXEL, MM, DPI = 1, 3, 4
SETTABLE, AUTOMATIC, INACTIVE = 5, 16, 32
_SIZES = {STRING: 64, BUTTON: 0, GROUP: 0}


def described(
    name: str,
    kind: int,
    value: object = None,
    *,
    values: tuple[float, float, float] | list[Any] | None = None,
    unit: int = 0,
    cap: int = 5,
    size: int | None = None,
) -> dict[str, Any]:
    """A descriptor as the worker sends it; values are a range as a tuple, or a list."""
    if size is None:
        size = _SIZES.get(kind, 4 * len(value) if isinstance(value, list) else 4)
    return {
        "index": 0,
        "name": name,
        "title": name,
        "desc": "",
        "type": kind,
        "unit": unit,
        "size": size,
        "cap": cap,
        "value": value,
        "range": list(values) if isinstance(values, tuple) else None,
        "list": values if isinstance(values, list) else None,
    }


class AskedDriver:
    """Answers what a worker would. `was_set` lists what was set, in order.

    `rounds` says what a value becomes, `refuses` what is raised instead, `chooses` what an option
    is when the driver may choose. `reloads`: every set changes other options too.
    """

    def __init__(
        self,
        *options: dict[str, Any],
        rounds: Callable[[str, Any], Any] = lambda _, value: value,
        refuses: Mapping[str, ScanError] | None = None,
        chooses: Mapping[str, Any] | None = None,
        reloads: bool = False,
    ) -> None:
        self.options = [{**option, "index": index} for index, option in enumerate(options)]
        self.was_set: list[tuple[str, Any]] = []
        self._rounds = rounds
        self._refuses = dict(refuses or {})
        self._chooses = dict(chooses or {})
        self._reloads = reloads

    async def request(
        self, command: str, body: Mapping[str, Any] | None = None, *, deadline_s: float
    ) -> dict[str, Any]:
        if command in self._refuses:
            raise self._refuses[command]
        if command == "options" or body is None:
            return {"options": copy.deepcopy(self.options)}
        body = json.loads(json.dumps(body))
        option = self.options[body["index"]]
        if option["name"] in self._refuses:
            raise self._refuses[option["name"]]
        if body.get("automatic"):
            option["value"] = self._chooses[option["name"]]
            self.was_set.append((option["name"], "automatic"))
        elif option["type"] == BUTTON:
            self.was_set.append((option["name"], body["value"]))
        else:
            option["value"] = self._rounds(option["name"], body["value"])
            self.was_set.append((option["name"], option["value"]))
        if self._reloads:
            return {"options": copy.deepcopy(self.options)}
        return {"value": option["value"]}
