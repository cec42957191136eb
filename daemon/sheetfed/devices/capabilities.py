"""Capabilities: what a device can do, asked of its options paper source by paper source."""

from sheetfed.core.model import Capabilities, PaperSource, SourceCapabilities
from sheetfed.core.options import Option, Range
from sheetfed.devices import translate
from sheetfed.devices.optionset import OptionSet


async def explore(options: OptionSet, scanner_type: str) -> Capabilities:
    """Goes through the sources and back to the one that was set."""
    before = options.now.get("source")
    found = []
    for source, word in translate.paper_sources(options.now, scanner_type).items():
        if word is not None and options.now["source"].has_choice:
            await options.set("source", word)
        found.append(_of_source(source, options.now))
    if before is not None and before.has_choice and isinstance(before.value, str):
        await options.set("source", before.value)
    return Capabilities(sources=tuple(found))


def _of_source(source: PaperSource, options: translate.Options) -> SourceCapabilities:
    resolution = options.get("resolution") or options.get("x-resolution")
    across, down = translate.reach(options, "x"), translate.reach(options, "y")
    return SourceCapabilities(
        source=source,
        modes=tuple(translate.modes(options)),
        depths=translate.depths(options),
        resolutions=_listed(resolution),
        resolution_range=_range(resolution),
        area_mm=(across[1] - across[0], down[1] - down[0]) if across and down else None,
    )


def _listed(option: Option | None) -> tuple[int, ...]:
    if option is None or isinstance(option.constraint, Range):
        return ()
    return tuple(round(number) for number in translate.numbers(option))


def _range(option: Option | None) -> tuple[int, int, int] | None:
    if option is None or not option.is_active or not isinstance(option.constraint, Range):
        return None
    limits = option.constraint
    return round(limits.low), round(limits.high), max(1, round(limits.step))
