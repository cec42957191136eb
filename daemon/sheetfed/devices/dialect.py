"""Dialect: how one scanner's driver says what we mean, as its quirks tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sheetfed.core.model import Mode, OptionValue, PaperSource
from sheetfed.devices.words import Row


class Role(StrEnum):
    """What an option is for, whatever it is called."""

    SOURCE = "source"
    MODE = "mode"
    RESOLUTION = "resolution"
    DEPTH = "depth"
    LEFT = "left"
    TOP = "top"
    RIGHT = "right"
    BOTTOM = "bottom"
    BRIGHTNESS = "brightness"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Switch:
    """An option that turns something on and off beside the driver's own word for it."""

    option: str
    on: OptionValue
    off: OptionValue


@dataclass(frozen=True, slots=True)
class Scale:
    """An option's values for −100, 0 and 100."""

    low: float
    zero: float
    high: float


@dataclass(frozen=True, slots=True)
class Dialect:
    """A scanner's quirks, the most specific first where there are several.

    `names`: options by what they are for, the first that is there counts, of a resolution all.
    `fed_from`: the source of a scanner that offers none to choose. `duplex_switches`: what makes
    a feeder scan both sides, `feeder_switches`: what makes a flatbed a feeder.
    `mode_options`: what a mode is set by when there is no word for it. `first`: set before
    anything else; `with_source`: set when that source is. `never`: not touched by us. `paper`:
    the options of a centred feeder's paper width and height. `usual_ratio`: how many times its
    width a page is high at most when no area is asked for. `pixel_dpi`: the resolution that an
    area in pixels is in, whatever the scan's is.
    """

    sources: tuple[Row[PaperSource], ...]
    modes: tuple[Row[Mode], ...]
    names: Mapping[Role, tuple[str, ...]]
    fed_from: PaperSource
    feeder_switches: tuple[Switch, ...]
    duplex_switches: tuple[Switch, ...]
    mode_options: Mapping[Mode, Mapping[str, OptionValue]]
    first: Mapping[str, OptionValue]
    with_source: Mapping[PaperSource, Mapping[str, OptionValue]]
    never: frozenset[str]
    paper: tuple[str, str] | None
    usual_ratio: float | None
    pixel_dpi: float | None
    scales: Mapping[Role, Scale]
