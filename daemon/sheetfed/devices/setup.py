"""Setup: sets a device up for a scan, step by step, every value read back."""

from collections.abc import Mapping

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import (
    Area,
    Configured,
    Mode,
    OptionValue,
    PaperSource,
    ScanSettings,
    Snapped,
)
from sheetfed.core.options import OptionType, same, snap
from sheetfed.devices import translate, words
from sheetfed.devices.optionset import OptionSet

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


class Setup:
    """One run through a scan's settings."""

    def __init__(self, *, options: OptionSet, scanner_type: str) -> None:
        self._options = options
        self._scanner_type = scanner_type
        self._snapped: list[Snapped] = []
        self._ignored: list[str] = []

    async def apply(self, settings: ScanSettings) -> Configured:
        """Set source, mode, resolution, depth, area, the rest, then the caller's own options.

        Raises InvalidParameter or SettingsRefused.
        """
        self._check_names(settings.options)
        await self._set_source(settings.paper_source)
        mode = await self._set_mode(settings.mode)
        await self._set_resolution(settings.resolution)
        await self._set_depth(settings.depth, mode, is_default=settings.mode is None)
        await self._set_area(settings.area)
        await self._set_scaled("brightness", settings.brightness)
        await self._set_scaled("contrast", settings.contrast)
        for name, value in settings.options.items():
            await self._set_option(name, value)
        return Configured(
            source=translate.current_source(self._options.now, self._scanner_type),
            snapped=tuple(self._snapped),
            ignored=tuple(self._ignored),
        )

    def _check_names(self, asked: Mapping[str, OptionValue]) -> None:
        for name in asked:
            if name not in self._options.now:
                raise InvalidParameter(
                    f"the scanner has no option {name}",
                    details={"name": name, "allowed": sorted(self._options.now)},
                )

    async def _put(self, name: str, value: OptionValue) -> OptionValue | None:
        """Set what is nearest; returns what it is then, None where there is no such option."""
        option = self._options.now.get(name)
        if option is None or not option.is_active:
            return None
        if option.has_choice:
            if option.type is OptionType.INT and isinstance(value, float):
                value = round(value)
            return await self._options.set(name, snap(option, value))
        return option.value

    def _report(self, setting: str, asked: OptionValue, actual: OptionValue | None) -> None:
        if actual is None:
            self._ignored.append(setting)
        elif asked != actual:
            self._snapped.append(Snapped(setting, asked, actual))

    async def _set_source(self, asked: PaperSource | None) -> None:
        there = translate.paper_sources(self._options.now, self._scanner_type)
        # PaperSource is in the order of preference: the flatbed first.
        nearest = _NEAREST_SOURCES[asked] if asked else tuple(PaperSource)
        source = next(source for source in nearest if source in there)
        if asked is not None:
            self._report("paper_source", asked.value, source.value)
        word = there[source]
        if word is not None:
            await self._put("source", word)

    async def _set_mode(self, asked: Mode | None) -> Mode | None:
        """Returns the mode it is then, as far as it was asked for and there is one."""
        if asked is None:
            return None
        choices = translate.modes(self._options.now)
        mode = next((mode for mode in words.NEXT_BEST[asked] if mode in choices), None)
        self._report("mode", asked.value, None if mode is None else mode.value)
        if mode is not None:
            await self._put("mode", choices[mode].word)
        return mode

    async def _set_depth(self, asked: int | None, mode: Mode | None, *, is_default: bool) -> None:
        if mode is Mode.BW:
            choice = translate.modes(self._options.now).get(mode)
            if choice is not None and choice.depth is not None:
                await self._put("depth", choice.depth)
            return
        if asked is None and is_default:
            return
        wanted = asked or _DEFAULT_DEPTH
        can = translate.depths(self._options.now)
        nearest = min(can, key=lambda depth: abs(depth - wanted), default=wanted)
        actual = await self._put("depth", nearest)
        if asked is not None:
            self._report("depth", asked, _DEFAULT_DEPTH if actual is None else actual)

    async def _set_resolution(self, asked: int | None) -> None:
        if asked is None:
            return
        set_to = [await self._put(name, asked) for name in translate.RESOLUTIONS]
        actual = next((value for value in set_to if value is not None), None)
        if isinstance(actual, float) and actual.is_integer():
            actual = int(actual)
        self._report("resolution", asked, actual)

    async def _set_area(self, asked: Area | None) -> None:
        across = translate.reach(self._options.now, "x")
        down = translate.reach(self._options.now, "y")
        if across is None or down is None:
            if asked is not None:
                self._ignored.append("area")
            return
        width_mm, height_mm = across[1] - across[0], down[1] - down[0]
        area = asked or Area(0, 0, width_mm, height_mm)
        if not _is_inside(area, width_mm, height_mm):
            raise InvalidParameter(
                "the area is empty or outside of what the scanner reaches",
                details={"name": "area", "allowed": f"within {width_mm:g} x {height_mm:g} mm"},
            )
        left, top = across[0] + area.left_mm, down[0] + area.top_mm
        # The far edges first, so that the area is never turned inside out.
        right = await self._set_edge("br-x", left + area.width_mm)
        bottom = await self._set_edge("br-y", top + area.height_mm)
        left_now = await self._set_edge("tl-x", left)
        top_now = await self._set_edge("tl-y", top)
        if asked is not None:
            self._report_mm("area.left", area.left_mm, left_now - across[0])
            self._report_mm("area.top", area.top_mm, top_now - down[0])
            self._report_mm("area.width", area.width_mm, right - left_now)
            self._report_mm("area.height", area.height_mm, bottom - top_now)

    async def _set_edge(self, name: str, place_mm: float) -> float:
        option = self._options.now[name]
        unit_mm = translate.unit_mm(option, self._options.now)
        actual = await self._put(name, place_mm / unit_mm)
        return float(actual) * unit_mm if isinstance(actual, int | float) else place_mm

    def _report_mm(self, setting: str, asked: float, actual: float) -> None:
        if abs(asked - actual) > _TOLERANCE_MM:
            self._snapped.append(Snapped(setting, asked, round(actual, 2)))

    async def _set_scaled(self, name: str, percent: int | None) -> None:
        if percent is None:
            return
        option = self._options.now.get(name)
        value = None if option is None else translate.scaled(option, percent)
        if option is None or value is None:
            self._ignored.append(name)
            return
        actual = await self._put(name, value)
        if isinstance(actual, int | float):
            self._report(name, percent, translate.unscaled(option, actual))

    async def _set_option(self, name: str, asked: OptionValue) -> None:
        option = self._options.now[name]
        if not (option.is_active and option.is_settable and option.has_value):
            raise InvalidParameter(
                f"the option {name} cannot be set now", details={"name": name, "allowed": []}
            )
        nearest = snap(option, asked)
        actual = await self._put(name, nearest)
        if actual is None or not same(option, asked, actual):
            self._report(name, asked, nearest if actual is None else actual)


def _is_inside(area: Area, width_mm: float, height_mm: float) -> bool:
    return (
        area.width_mm > 0
        and area.height_mm > 0
        and 0 <= area.left_mm < width_mm
        and 0 <= area.top_mm < height_mm
    )
