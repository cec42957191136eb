"""Setup: sets a device up for a scan, step by step, every value read back."""

from collections.abc import Mapping

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import (
    Area,
    Configured,
    Mode,
    OptionAsked,
    OptionValue,
    PaperSource,
    ScanSettings,
    Snapped,
    Special,
)
from sheetfed.core.options import same
from sheetfed.devices import outcomes, sources, translate, words
from sheetfed.devices.dialect import Dialect, Role
from sheetfed.devices.dials import Dials
from sheetfed.devices.optionset import OptionSet
from sheetfed.devices.placing import place

_NEAREST_SOURCES = {
    PaperSource.FLATBED: (PaperSource.FLATBED, PaperSource.FEEDER, PaperSource.FEEDER_DUPLEX),
    PaperSource.FEEDER: (PaperSource.FEEDER, PaperSource.FEEDER_DUPLEX, PaperSource.FLATBED),
    PaperSource.FEEDER_DUPLEX: (
        PaperSource.FEEDER_DUPLEX,
        PaperSource.FEEDER,
        PaperSource.FLATBED,
    ),
}
_TOLERANCE_MM = 0.2
_DEFAULT_DEPTH = 8
_DEEP = 16


class Setup:
    """One run through a scan's settings."""

    def __init__(self, *, options: OptionSet, dialect: Dialect) -> None:
        self._options = options
        self._dialect = dialect
        self._snapped: list[Snapped] = []
        self._ignored: list[str] = []

    async def apply(self, settings: ScanSettings) -> Configured:
        """Set the lease's options, then source, mode, resolution, depth, area and the rest, then
        the caller's own options. No default replaces an option of the lease's.

        Raises InvalidParameter or SettingsRefused.
        """
        self._check_names(settings.lease_options)
        self._check_names(settings.options)
        await self._set_options(settings.lease_options, is_told=False)
        dials = Dials(
            options=self._options, dialect=self._dialect, kept=settings.lease_options.keys()
        )
        await dials.begin()
        await self._set_source(dials, settings.paper_source)
        mode = await self._set_mode(dials, settings.mode, settings.depth)
        await self._set_resolution(dials, settings.resolution)
        await self._set_depth(dials, settings.depth, mode, is_default=settings.mode is None)
        await self._set_area(dials, settings.area)
        await self._set_scaled(dials, Role.BRIGHTNESS, settings.brightness)
        await self._set_scaled(dials, Role.CONTRAST, settings.contrast)
        await self._set_options(settings.options, is_told=True)
        return Configured(
            source=sources.current(self._options.now, self._dialect),
            snapped=tuple(self._snapped),
            ignored=tuple(self._ignored),
        )

    def _check_names(self, asked: Mapping[str, OptionAsked]) -> None:
        for name in asked:
            if name not in self._options.now:
                raise InvalidParameter(
                    f"the scanner has no option {name}",
                    details={"name": name, "allowed": sorted(self._options.now)},
                )

    def _report(self, setting: str, asked: OptionValue, actual: OptionValue | None) -> None:
        if actual is None:
            self._ignored.append(setting)
        elif asked != actual:
            self._snapped.append(Snapped(setting, asked, actual))

    async def _set_source(self, dials: Dials, asked: PaperSource | None) -> None:
        if asked is None and self._is_source_kept(dials):
            await dials.settle(sources.current(self._options.now, self._dialect))
            return
        there = sources.paper_sources(self._options.now, self._dialect)
        # PaperSource is in the order of preference: the flatbed first.
        nearest = _NEAREST_SOURCES[asked] if asked else tuple(PaperSource)
        source = next(source for source in nearest if source in there)
        source = await dials.choose(source)
        if asked is not None:
            self._report("paper_source", asked.value, source.value)

    def _is_source_kept(self, dials: Dials) -> bool:
        switches = (*self._dialect.feeder_switches, *self._dialect.duplex_switches)
        return dials.is_kept(Role.SOURCE) or any(dials.keeps(switch.option) for switch in switches)

    async def _set_mode(self, dials: Dials, asked: Mode | None, depth: int | None) -> Mode | None:
        """Returns the mode it is then, as far as there is one."""
        choices = translate.modes(self._options.now, self._dialect)
        if asked is None:
            mode = translate.current_mode(self._options.now, self._dialect)
            # Of a mode that nobody asked for, the word changes only for its depth.
            if mode in choices and choices[mode].deep_word and depth is not None:
                await dials.choose_mode(choices[mode], depth)
            return mode
        mode = next((mode for mode in words.NEXT_BEST[asked] if mode in choices), None)
        self._report("mode", asked.value, None if mode is None else mode.value)
        if mode is not None:
            await dials.choose_mode(choices[mode], depth)
        return mode

    async def _set_depth(
        self, dials: Dials, asked: int | None, mode: Mode | None, *, is_default: bool
    ) -> None:
        choice = None
        if mode is not None:
            choice = translate.modes(self._options.now, self._dialect).get(mode)
        option = dials.option(Role.DEPTH)
        name = "" if option is None else option.name
        if mode is Mode.BW and not is_default:
            if choice is not None and choice.depth is not None:
                await dials.put(name, choice.depth)
            return
        if asked is None and (is_default or dials.is_kept(Role.DEPTH)):
            return
        wanted = asked or _DEFAULT_DEPTH
        if choice is not None and choice.deep_word and _DEEP in (wanted, choice.word_depth):
            if asked is not None:
                self._report("depth", asked, _DEEP)
            return
        can = translate.depths(self._options.now, self._dialect)
        nearest = min(can, key=lambda depth: abs(depth - wanted), default=wanted)
        actual = await dials.put(name, nearest)
        if asked is not None:
            self._report("depth", asked, _DEFAULT_DEPTH if actual is None else actual)

    async def _set_resolution(self, dials: Dials, asked: int | None) -> None:
        if asked is None:
            return
        set_to = []
        for option in tuple(translate.all_named(dials.now, self._dialect, Role.RESOLUTION)):
            listed = translate.resolutions(option)
            nearest = min(listed, key=lambda number: abs(number - asked), default=asked)
            set_to.append(await dials.put(option.name, nearest))
        actual = next((value for value in set_to if value is not None), None)
        if isinstance(actual, float) and actual.is_integer():
            actual = int(actual)
        self._report("resolution", asked, actual)

    async def _set_area(self, dials: Dials, asked: Area | None) -> None:
        actual = await place(dials, self._dialect, asked)
        if asked is None:
            return
        if actual is None:
            self._ignored.append("area")
            return
        self._report_mm("area.left", asked.left_mm, actual.left_mm)
        self._report_mm("area.top", asked.top_mm, actual.top_mm)
        self._report_mm("area.width", asked.width_mm, actual.width_mm)
        self._report_mm("area.height", asked.height_mm, actual.height_mm)

    def _report_mm(self, setting: str, asked: float, actual: float) -> None:
        if abs(asked - actual) > _TOLERANCE_MM:
            self._snapped.append(Snapped(setting, asked, round(actual, 2)))

    async def _set_scaled(self, dials: Dials, role: Role, percent: int | None) -> None:
        if percent is None:
            return
        option = dials.option(role)
        scale = None if option is None else translate.scale(option, self._dialect, role)
        if option is None or scale is None:
            self._ignored.append(role.value)
            return
        actual = await dials.put(option.name, translate.scaled(scale, percent))
        is_now = translate.unscaled(scale, actual) if isinstance(actual, int | float) else None
        self._report(role.value, percent, is_now)

    async def _set_options(self, asked: Mapping[str, OptionAsked], *, is_told: bool) -> None:
        for outcome in await outcomes.apply(self._options, asked):
            if outcome.error is not None:
                raise outcome.error
            asked_of, actual = outcome.asked, outcome.actual
            if not is_told or isinstance(asked_of, Special) or actual is None:
                continue
            option = self._options.now.get(outcome.name)
            if option is None or not same(option, asked_of, actual):
                self._snapped.append(Snapped(outcome.name, asked_of, actual))
