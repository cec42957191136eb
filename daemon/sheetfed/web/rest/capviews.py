"""Cap views: what a scanner can do, by TWAIN's numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sheetfed.core.capabilities import Capabilities, SourceCapabilities
from sheetfed.core.defaults import Defaults
from sheetfed.core.model import Area, Mode, PaperSource, ScanSettings
from sheetfed.core.settings import PAGE_SIZES_MM
from sheetfed.web import twain
from sheetfed.web.twain import CAPS, Cap, Container, Kind

_MM_PER_INCH: Final = 25.4
_SLACK_MM: Final = 1.0
"""A page size this much larger than the glass is still that glass's."""

_MODES: Final = {Mode(word): number for number, word in twain.PIXEL_TYPES.items()}
_NOTHING_TOLD: Final = SourceCapabilities(PaperSource.FLATBED, (), (), (), None, None)
_GET: Final = ["get", "getcurrent", "getdefault"]
_SET: Final = [*_GET, "set", "reset"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to tell of: the scanner, what a job was asked to do, what it does unasked.

    `options` are the names of those that the driver has.
    """

    capabilities: Capabilities
    asked: ScanSettings
    defaults: Defaults
    options: frozenset[str]

    @property
    def source(self) -> SourceCapabilities:
        """Of the paper source that the job was asked to use, else of the first one."""
        sources = self.capabilities.sources or (_NOTHING_TOLD,)
        return next((it for it in sources if it.source is self.asked.paper_source), sources[0])


@dataclass(frozen=True, slots=True)
class _Range:
    low: float
    high: float
    step: float


@dataclass(frozen=True, slots=True)
class _Values:
    """Now, at first, and what it could be: one thing, several of them, or a range."""

    current: object
    default: object
    choices: Sequence[object] | _Range | None = None


def views(facts: Facts, wanted: Sequence[int] | None) -> list[dict[str, object]]:
    """Of these capabilities, or of all; what the scanner does not have is left out."""
    told: dict[Cap, dict[str, object]] = {}
    for cap, value_of in _VALUES.items():
        values = value_of(facts)
        if values is not None:
            told[cap] = _view(cap, values)
    numbers = sorted(int(cap) for cap in (*told, Cap.CAP_SUPPORTEDCAPS))
    told[Cap.CAP_SUPPORTEDCAPS] = _array(Cap.CAP_SUPPORTEDCAPS, numbers)
    return [told[Cap(number)] for number in numbers if wanted is None or number in wanted]


def _view(cap: Cap, values: _Values) -> dict[str, object]:
    kind = CAPS[cap]
    shown: dict[str, object] = {
        "curValue": _labelled(kind, values.current),
        "defaultValue": _labelled(kind, values.default),
    }
    match values.choices:
        case None:
            return _described(cap, Container.TWON_ONEVALUE, shown)
        case _Range(low, high, step):
            limits = {"minValue": low, "maxValue": high, "stepSize": step}
            return _described(cap, Container.TWON_RANGE, {**shown, **limits})
        case choices:
            items = [_labelled(kind, choice) for choice in choices]
            places = {"curIndex": _place(choices, values.current)}
            places["defIndex"] = _place(choices, values.default)
            # Some clients read `values`, others `enums`.
            more = {**places, "values": items, "enums": items}
            return _described(cap, Container.TWON_ENUMERATION, {**shown, **more})


def _array(cap: Cap, numbers: Sequence[int]) -> dict[str, object]:
    items = [{"value": number, "label": Cap(number).name} for number in numbers]
    return _described(cap, Container.TWON_ARRAY, {"values": items})


def _described(cap: Cap, container: Container, values: Mapping[str, object]) -> dict[str, object]:
    kind = CAPS[cap]
    return {
        "capability": {"value": int(cap), "label": cap.name},
        "conType": {"value": int(container), "label": container.name},
        "valueType": {"value": int(kind.item), "label": kind.item.name},
        **values,
        "query": _SET if kind.is_settable else _GET,
    }


def _labelled(kind: Kind, value: object) -> object:
    if kind.labels is None or not isinstance(value, int):
        return value
    return {"value": value, "label": kind.labels[value]}


def _place(choices: Sequence[object], value: object) -> int:
    """-1 for what is none of them."""
    return choices.index(value) if value in choices else -1


def _pixel_type(facts: Facts) -> _Values:
    mode = facts.asked.mode or facts.defaults.mode
    choices = sorted(_MODES[it] for it in facts.source.modes)
    return _Values(_MODES[mode], _MODES[facts.defaults.mode], choices)


def _resolution(facts: Facts) -> _Values:
    resolution = facts.asked.resolution or facts.defaults.resolution
    limits = facts.source.resolution_range
    choices = facts.source.resolutions if limits is None else _Range(*limits)
    return _Values(resolution, facts.defaults.resolution, choices)


def _bit_depth(facts: Facts) -> _Values:
    """Bits a pixel of the pixel type that is set."""
    mode = facts.asked.mode or facts.defaults.mode
    if mode is Mode.BW:
        return _Values(1, 1, (1,))
    samples = mode.samples
    choices = [depth * samples for depth in facts.source.depths if depth > 1]
    return _Values((facts.asked.depth or 8) * samples, 8 * samples, choices)


def _size(facts: Facts) -> _Values:
    reach = facts.source.area_mm
    choices = [
        number
        for number, (_, name) in twain.SIZES.items()
        if name is None or (reach is not None and _fits(PAGE_SIZES_MM[name], reach))
    ]
    return _Values(_size_of(facts.asked.area), twain.WHOLE_GLASS, choices)


def _size_of(area: Area | None) -> int | None:
    """The number of a page size; None for an area that has no name."""
    if area is None:
        return twain.WHOLE_GLASS
    sizes = {PAGE_SIZES_MM[name]: number for number, (_, name) in twain.SIZES.items() if name}
    is_at_corner = (area.left_mm, area.top_mm) == (0, 0)
    return sizes.get((area.width_mm, area.height_mm)) if is_at_corner else None


def _fits(size: tuple[float, float], reach: tuple[float, float]) -> bool:
    return all(side <= most + _SLACK_MM for side, most in zip(size, reach, strict=True))


def _physical(side: int) -> Callable[[Facts], _Values | None]:
    def values(facts: Facts) -> _Values | None:
        reach = facts.source.area_mm
        if reach is None:
            return None
        inches = round(reach[side] / _MM_PER_INCH, 4)
        return _Values(inches, inches)

    return values


def _percent(name: str) -> Callable[[Facts], _Values | None]:
    def values(facts: Facts) -> _Values | None:
        if name not in facts.options:
            return None
        asked = getattr(facts.asked, name) or 0
        most = 100 * twain.PERCENT
        return _Values(asked * twain.PERCENT, 0.0, _Range(-most, most, twain.PERCENT))

    return values


def _fed(facts: Facts) -> bool:
    return facts.source.source is not PaperSource.FLATBED


def _feeder(facts: Facts) -> _Values | None:
    if not facts.capabilities.has_feeder:
        return None
    has_flatbed = facts.capabilities.sources[0].source is PaperSource.FLATBED
    return _Values(_fed(facts), not has_flatbed)


def _duplex(facts: Facts) -> _Values:
    can = int(facts.capabilities.has_duplex)
    return _Values(can, can)


def _duplex_enabled(facts: Facts) -> _Values | None:
    if not facts.capabilities.has_duplex:
        return None
    return _Values(facts.source.source is PaperSource.FEEDER_DUPLEX, False)


def _always(value: object) -> Callable[[Facts], _Values]:
    return lambda _: _Values(value, value)


def _blank(facts: Facts) -> _Values:
    now = -1 if facts.asked.discard_blank else twain.NEVER_BLANK
    return _Values(now, twain.NEVER_BLANK, (twain.NEVER_BLANK, -1))


def _pages(facts: Facts) -> _Values:
    return _Values(-1 if facts.asked.pages is None else facts.asked.pages, -1)


_VALUES: Final[Mapping[Cap, Callable[[Facts], _Values | None]]] = {
    Cap.CAP_XFERCOUNT: _pages,
    Cap.ICAP_COMPRESSION: _always(0),
    Cap.ICAP_PIXELTYPE: _pixel_type,
    Cap.ICAP_UNITS: _always(twain.UNIT_INCHES),
    Cap.CAP_FEEDERENABLED: _feeder,
    Cap.CAP_AUTOFEED: lambda facts: _always(True)(facts) if facts.capabilities.has_feeder else None,
    Cap.CAP_UICONTROLLABLE: _always(True),
    Cap.CAP_DEVICEONLINE: _always(True),
    Cap.CAP_DUPLEX: _duplex,
    Cap.CAP_DUPLEXENABLED: _duplex_enabled,
    Cap.ICAP_BRIGHTNESS: _percent("brightness"),
    Cap.ICAP_CONTRAST: _percent("contrast"),
    Cap.ICAP_PHYSICALWIDTH: _physical(0),
    Cap.ICAP_PHYSICALHEIGHT: _physical(1),
    Cap.ICAP_XRESOLUTION: _resolution,
    Cap.ICAP_YRESOLUTION: _resolution,
    Cap.ICAP_SUPPORTEDSIZES: _size,
    Cap.ICAP_BITDEPTH: _bit_depth,
    Cap.ICAP_AUTODISCARDBLANKPAGES: _blank,
    Cap.ICAP_AUTOMATICBORDERDETECTION: lambda facts: _Values(facts.asked.auto_crop, False),
    Cap.ICAP_AUTOMATICDESKEW: lambda facts: _Values(facts.asked.deskew, False),
}
