"""The option trees of real scanners under tests/data/scanners, and a driver that replays one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheetfed.core.errors import SettingsRefused
from sheetfed.core.model import ScannerId
from sheetfed.core.scanner import Scanner

FOLDER = Path(__file__).parents[1] / "data" / "scanners"
_TYPES = ("bool", "int", "fixed", "string", "button", "group")
_UNITS = ("none", "pixel", "bit", "mm", "dpi", "percent", "microsecond")
_CAPS = (
    "soft-select",
    "hard-select",
    "soft-detect",
    "emulated",
    "automatic",
    "inactive",
    "advanced",
)
_USUAL_CAPS = ("soft-select", "soft-detect")
_SHORTEST_STRING_BYTES = 32


@dataclass(frozen=True, slots=True)
class Tree:
    """One file: a scanner, its options, the rules between them, and what is expected."""

    name: str
    scanner: Scanner
    options: Sequence[Mapping[str, Any]]
    when: Sequence[Mapping[str, Any]]
    expect: Mapping[str, Any]


def load(path: Path) -> Tree:
    content = json.loads(path.read_text())
    return Tree(
        name=path.stem,
        scanner=Scanner(
            id=ScannerId(path.stem),
            name=f"{content['vendor']} {content['model']}",
            vendor=content["vendor"],
            model=content["model"],
            type=content["type"],
            device=content["device"],
            backend=content["backend"],
        ),
        options=content["options"],
        when=content.get("when", ()),
        expect=content["expect"],
    )


TREES = tuple(load(path) for path in sorted(FOLDER.glob("*.json")))


class TreeDriver:
    """Answers what a worker would of this tree. `was_set` lists what was set, in order."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._values = {
            option["name"]: option.get("value") for option in tree.options if "name" in option
        }
        self._holding: list[bool] = []
        self.was_set: list[tuple[str, Any]] = []
        self._apply_rules()

    @property
    def values(self) -> Mapping[str, Any]:
        return dict(self._values)

    async def request(
        self, command: str, body: Mapping[str, Any] | None = None, *, deadline_s: float
    ) -> dict[str, Any]:
        if command == "options" or body is None:
            return {"options": self._messages()}
        before = self._messages()
        index = body["index"]
        option = self._present(self._tree.options[index - 1])
        name, cap = option["name"], option.get("cap", _USUAL_CAPS)
        if "inactive" in cap or "soft-select" not in cap:
            raise SettingsRefused(f"{name} cannot be set")
        value = self._tree.options[index - 1]["value"]
        if not body.get("automatic"):
            value = self._constrained(option, body["value"])
        self._values[name] = value
        self.was_set.append((name, value))
        self._apply_rules()
        after = self._messages()
        others = [pair for pair in zip(before, after, strict=True) if pair[0]["index"] != index]
        if option.get("reload") or any(was != now for was, now in others):
            return {"options": after}
        return {"value": after[index]["value"]}

    def _apply_rules(self) -> None:
        """Values that rules give, and those that constraints allow no more."""
        holding = [self._holds(rule) for rule in self._tree.when]
        begun = [False] * len(holding) if not self._holding else self._holding
        for rule, holds, held in zip(self._tree.when, holding, begun, strict=True):
            if holds and not held:
                for name, members in rule["then"].items():
                    if "value" in members:
                        self._values[name] = members["value"]
        self._holding = holding
        for option in self._tree.options:
            if self._values.get(option.get("name", "")) is not None:
                now = self._present(option)
                self._values[option["name"]] = self._kept(now, self._values[option["name"]])

    def _holds(self, rule: Mapping[str, Any]) -> bool:
        return all(
            self._values[name] in (asked if isinstance(asked, list) else [asked])
            for name, asked in rule["if"].items()
        )

    def _present(self, option: Mapping[str, Any]) -> dict[str, Any]:
        """The option's members as they are now."""
        now = dict(option)
        for rule in self._tree.when:
            if self._holds(rule):
                now |= rule["then"].get(option.get("name"), {})
        limits = now.get("constraint")
        if isinstance(limits, dict):
            ends = [
                self._values[end.removeprefix("@")] if isinstance(end, str) else end
                for end in limits["range"]
            ]
            now["constraint"] = {"range": ends}
        return now

    def _constrained(self, option: Mapping[str, Any], value: Any) -> Any:
        limits = option.get("constraint")
        if isinstance(value, str) and isinstance(limits, list) and value not in limits:
            raise SettingsRefused(f"{option['name']} does not take {value}")
        return self._kept(option, value)

    def _kept(self, option: Mapping[str, Any], value: Any) -> Any:
        """The value, or what is nearest to it of what the option takes."""
        limits = option.get("constraint")
        if isinstance(value, list) or limits is None:
            return value
        if isinstance(value, str):
            return value if value in limits else limits[0]
        if isinstance(limits, list):
            return min(limits, key=lambda number: abs(number - value))
        low, high, step = limits["range"]
        inside = min(max(value, low), high)
        if step:
            inside = min(low + round((inside - low) / step) * step, high)
        return round(inside) if option["type"] == "int" else inside

    def _messages(self) -> list[dict[str, Any]]:
        count = len(self._tree.options) + 1
        head = {"type": "int", "name": "", "cap": ["soft-detect"]}
        messages = [_message(0, head, count)]
        for index, option in enumerate(self._tree.options, 1):
            now = self._present(option)
            value = self._values.get(option.get("name", ""))
            messages.append(_message(index, now, value))
        return messages


def _message(index: int, option: Mapping[str, Any], value: Any) -> dict[str, Any]:
    kind, limits = option["type"], option.get("constraint")
    usual = () if kind == "group" else _USUAL_CAPS
    cap = option.get("cap", usual)
    has_value = kind not in ("button", "group") and "inactive" not in cap
    return {
        "index": index,
        "name": option.get("name", ""),
        "title": option.get("title", option.get("name", "")),
        "desc": option.get("desc", ""),
        "type": _TYPES.index(kind),
        "unit": _UNITS.index(option.get("unit", "none")),
        "size": option.get("size", _size(kind, limits)),
        "cap": sum(1 << _CAPS.index(word) for word in cap),
        "value": value if has_value else None,
        "range": limits["range"] if isinstance(limits, dict) else None,
        "list": limits if isinstance(limits, list) else None,
    }


def _size(kind: str, limits: Any) -> int:
    if kind == "string":
        longest = max((len(word) + 1 for word in limits or ()), default=0)
        return max(longest, _SHORTEST_STRING_BYTES)
    return 0 if kind in ("button", "group") else 4
