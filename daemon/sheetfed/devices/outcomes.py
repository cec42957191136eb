"""Outcomes: sets the options a caller asks for, and tells of each what became of it."""

import asyncio
from collections.abc import Mapping

from sheetfed.core.errors import (
    CoverOpen,
    FeederEmpty,
    InvalidParameter,
    PaperJam,
    ScannerBusy,
    ScannerDenied,
    SettingsRefused,
)
from sheetfed.core.model import OptionAsked, OptionValue
from sheetfed.core.options import Option, Outcome, snap
from sheetfed.devices.optionset import OptionSet

_FIRST = ("source", "mode", "resolution", "x-resolution", "y-resolution", "depth")
# The far edges first, so that the area is never turned inside out.
_AREA = ("br-x", "br-y", "tl-x", "tl-y")
_ORDER = {name: place for place, name in enumerate((*_FIRST, *_AREA))}
_REFUSALS = (
    InvalidParameter,
    SettingsRefused,
    ScannerBusy,
    ScannerDenied,
    FeederEmpty,
    PaperJam,
    CoverOpen,
)


async def apply(options: OptionSet, asked: Mapping[str, OptionAsked]) -> tuple[Outcome, ...]:
    """Source, mode, resolution, depth and area first; the outcomes are in the order given.

    One that is refused keeps no other from being set. Raises ScannerLost, ScannerTimeout or
    ScannerIo.
    """
    reached: dict[str, Outcome] = {}
    for name in sorted(asked, key=lambda name: _ORDER.get(name, len(_ORDER))):
        try:
            reached[name] = Outcome(name, asked[name], await _set(options, name, asked[name]))
        except _REFUSALS as error:
            reached[name] = Outcome(name, asked[name], error=error)
    return tuple(_final(options, reached[name]) for name in asked)


async def _set(options: OptionSet, name: str, asked: OptionAsked) -> OptionValue | None:
    option = options.now.get(name)
    if option is None:
        raise InvalidParameter(
            f"the scanner has no option {name}",
            details={"name": name, "allowed": sorted(options.now)},
        )
    if not (option.is_active and option.is_settable):
        raise InvalidParameter(
            f"the option {name} cannot be set now", details={"name": name, "allowed": []}
        )
    nearest = await _nearest(option, asked)
    return await options.set(name, nearest) if option.has_choice else option.value


async def _nearest(option: Option, asked: OptionAsked) -> OptionAsked:
    if isinstance(asked, tuple):
        # The loop must not wait for a table of thousands of numbers.
        return await asyncio.to_thread(lambda: snap(option, asked))
    return snap(option, asked)


def _final(options: OptionSet, outcome: Outcome) -> Outcome:
    """With the value after all were set: a later one may have changed it."""
    option = options.now.get(outcome.name)
    if outcome.error is not None or option is None or option.value is None:
        return outcome
    return Outcome(outcome.name, outcome.asked, option.value)
