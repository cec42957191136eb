"""Settings: the options of `sheetctl scan` as the service's settings."""

from collections.abc import Sequence
from dataclasses import dataclass

import click
from dbus_next.signature import Variant

Settings = dict[str, Variant]


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
    options: Sequence[tuple[str, Variant]]
    queue: bool
    wait_for_paper_s: float | None

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
        ):
            if value is not None:
                found[name] = Variant(signature, value)
        if self.area is not None:
            names = ("left", "top", "width", "height")
            sides = zip(names, self.area, strict=True)
            found["area"] = Variant("a{sv}", {name: Variant("d", side) for name, side in sides})
        if self.options:
            found["options"] = Variant("a{sv}", dict(self.options))
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


def option(text: str) -> tuple[str, Variant]:
    """NAME=VALUE of a SANE option: yes/no and true/false, numbers, else a word."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise click.BadParameter("NAME=VALUE, such as threshold=50", param_hint="--option")
    if value.lower() in ("yes", "true", "no", "false"):
        return name, Variant("b", value.lower() in ("yes", "true"))
    try:
        number = int(value)
    except ValueError:
        pass
    else:
        if -(2**31) <= number < 2**31:
            return name, Variant("i", number)
    try:
        return name, Variant("d", float(value))
    except ValueError:
        return name, Variant("s", value)
