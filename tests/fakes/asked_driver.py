"""A driver that is only a list of option descriptors, for what no virtual scanner offers."""

from collections.abc import Callable, Mapping
from typing import Any

from sheetfed.core.errors import ScanError

BOOL, INT, FIXED, STRING, BUTTON, GROUP = range(6)
PIXEL, MM, DPI = 1, 3, 4
INACTIVE = 32


def described(
    name: str,
    kind: int,
    value: object = None,
    *,
    values: tuple[float, float, float] | list[Any] | None = None,
    unit: int = 0,
    cap: int = 5,
) -> dict[str, Any]:
    """A descriptor as the worker sends it; values are a range as a tuple, or a list."""
    return {
        "index": 0,
        "name": name,
        "title": name,
        "desc": "",
        "type": kind,
        "unit": unit,
        "size": 64 if kind == STRING else 4,
        "cap": cap,
        "value": value,
        "range": list(values) if isinstance(values, tuple) else None,
        "list": values if isinstance(values, list) else None,
    }


class AskedDriver:
    """Answers what a worker would. `was_set` lists what was set, in order."""

    def __init__(
        self,
        *options: dict[str, Any],
        rounds: Callable[[str, Any], Any] = lambda _, value: value,
        refuses: Mapping[str, ScanError] | None = None,
        reloads: bool = False,
    ) -> None:
        self.options = [{**option, "index": index} for index, option in enumerate(options)]
        self.was_set: list[tuple[str, Any]] = []
        self._rounds = rounds
        self._refuses = dict(refuses or {})
        self._reloads = reloads

    async def request(
        self, command: str, body: Mapping[str, Any] | None = None, *, deadline_s: float
    ) -> dict[str, Any]:
        if command == "options" or body is None:
            return {"options": self.options}
        option = self.options[body["index"]]
        if option["name"] in self._refuses:
            raise self._refuses[option["name"]]
        option["value"] = self._rounds(option["name"], body["value"])
        self.was_set.append((option["name"], option["value"]))
        return {"options": self.options} if self._reloads else {"value": option["value"]}
