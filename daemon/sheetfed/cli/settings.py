"""Settings: the options of `sheetctl scan` as the service's settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import click
from dbus_next.signature import Variant

Settings = dict[str, Variant]

AUTOMATIC: Final = "automatic"
"""Instead of a value: the driver is to choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line says of the scan; None: left to the service."""

    paper_source: str | None
    mode: str | None
    resolution: int | None
    depth: int | None
    area: tuple[float, float, float, float] | None
    page_size: str | None
    pages: int | None
    brightness: int | None
    contrast: int | None
    document: str | None
    options: Sequence[tuple[str, Variant]]
    queue: bool
    wait_for_paper_s: float | None
    touch_ups: Sequence[str]

    def settings(self) -> Settings:
        """The words of `Manager.StartScan`."""
        found: Settings = {}
        for name, signature, value in (
            ("paper_source", "s", self.paper_source),
            ("mode", "s", self.mode),
            ("resolution", "u", self.resolution),
            ("depth", "u", self.depth),
            ("page_size", "s", self.page_size),
            ("pages", "i", self.pages),
            ("brightness", "i", self.brightness),
            ("contrast", "i", self.contrast),
            ("wait_for_paper_s", "d", self.wait_for_paper_s),
            ("document", "s", self.document),
        ):
            if value is not None:
                found[name] = Variant(signature, value)
        if self.area is not None:
            names = ("left", "top", "width", "height")
            sides = zip(names, self.area, strict=True)
            found["area"] = Variant("a{sv}", {name: Variant("d", side) for name, side in sides})
        if self.options:
            found["options"] = Variant("a{sv}", dict(self.options))
        found |= {name: Variant("b", True) for name in self.touch_ups}
        if self.queue:
            found["queue"] = Variant("b", True)
        return found


def area(text: str) -> tuple[float, float, float, float]:
    """LEFT,TOP,WIDTH,HEIGHT in mm. Raises BadParameter."""
    try:
        left, top, width, height = (float(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter(
            "four numbers in mm: LEFT,TOP,WIDTH,HEIGHT, such as 0,0,100,50", param_hint="--area"
        ) from None
    return left, top, width, height


def option(
    text: str, kinds: Mapping[str, str] | None = None, *, hint: str = "--option"
) -> tuple[str, Variant]:
    """NAME=VALUE of a SANE option. Raises BadParameter.

    yes/no and true/false, a number, a list of numbers with commas, automatic; else, and in
    quotes, a text. `kinds` names the types of the options that are known: a text there is one
    without quotes too.
    """
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise click.BadParameter("NAME=VALUE, such as threshold=50", param_hint=hint)
    if value == AUTOMATIC:
        return name, Variant("a{sv}", {AUTOMATIC: Variant("b", True)})
    if len(value) > 1 and value[0] == value[-1] == '"':
        return name, Variant("s", value[1:-1])
    if (kinds or {}).get(name) == "string":
        return name, Variant("s", value)
    if value.lower() in ("yes", "true", "no", "false"):
        return name, Variant("b", value.lower() in ("yes", "true"))
    return name, _numbers(value) or Variant("s", value)


def _numbers(text: str) -> Variant | None:
    """A number or several with commas; None when it is something else."""
    try:
        numbers = [_number(part) for part in text.split(",")]
    except ValueError:
        return None
    kind = "i" if all(isinstance(number, int) for number in numbers) else "d"
    if len(numbers) == 1:
        return Variant(kind, numbers[0])
    return Variant(f"a{kind}", numbers)


def _number(text: str) -> int | float:
    """Whole where it is written so and D-Bus carries it."""
    try:
        number = int(text)
    except ValueError:
        return float(text)
    return number if -(2**31) <= number < 2**31 else float(number)
