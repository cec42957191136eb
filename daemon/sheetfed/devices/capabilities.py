"""Capabilities: what a device can do, asked of its options paper source by paper source."""

from sheetfed.core.capabilities import Capabilities, SourceCapabilities
from sheetfed.core.model import PaperSource
from sheetfed.core.options import Option, Range
from sheetfed.devices import glass, sources, translate
from sheetfed.devices.dialect import Dialect, Role
from sheetfed.devices.dials import Dials
from sheetfed.devices.optionset import OptionSet


async def explore(options: OptionSet, dialect: Dialect) -> Capabilities:
    """Goes through the sources, and back to how everything was set."""
    before = dict(options.now)
    dials = Dials(options=options, dialect=dialect)
    await dials.begin()
    found = []
    # What turns both sides on is turned off again on the way back to one side and the glass.
    for source in reversed(sources.paper_sources(options.now, dialect)):
        if await dials.choose(source) is not source:
            continue
        modes = translate.modes(options.now, dialect)
        richest = next(iter(modes), None)
        # What depths there are is often told in the richest mode alone.
        if richest is not None and richest is not translate.current_mode(options.now, dialect):
            await dials.choose_mode(modes[richest])
        found.append(_of_source(source, options.now, dialect))
    await dials.restore(before)
    return Capabilities(sources=tuple(reversed(found)))


def _of_source(
    source: PaperSource, options: translate.Options, dialect: Dialect
) -> SourceCapabilities:
    resolution = translate.named(options, dialect, Role.RESOLUTION)
    size = glass.measure(options, dialect)
    return SourceCapabilities(
        source=source,
        modes=tuple(translate.modes(options, dialect)),
        depths=translate.depths(options, dialect),
        resolutions=_listed(resolution),
        resolution_range=_range(resolution),
        area_mm=None if size is None else (size.across.length_mm, size.down.length_mm),
    )


def _listed(option: Option | None) -> tuple[int, ...]:
    return () if option is None else tuple(map(round, translate.resolutions(option)))


def _range(option: Option | None) -> tuple[int, int, int] | None:
    if option is None or not option.is_active or not isinstance(option.constraint, Range):
        return None
    limits = option.constraint
    return max(1, round(limits.low)), round(limits.high), max(1, round(limits.step))
