"""Translate: between our settings and what a driver's option descriptors offer."""

from collections.abc import Mapping
from dataclasses import dataclass

from sheetfed.core.model import Mode, PaperSource
from sheetfed.core.options import Option, Range, Unit, snap
from sheetfed.devices import words

MM_PER_INCH = 25.4
_SCALE = 100
_UNKNOWN_DPI = 72.0
_DEPTHS = (8, 16)
RESOLUTIONS = ("resolution", "x-resolution", "y-resolution")

Options = Mapping[str, Option]


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """How a driver is put into a mode: its word for it, and a depth where that decides."""

    word: str
    depth: int | None = None


def texts(option: Option | None) -> tuple[str, ...]:
    """The words that an option can be set to, or has."""
    if option is None or not option.is_active:
        return ()
    if option.constraint is None or isinstance(option.constraint, Range):
        return (option.value,) if isinstance(option.value, str) else ()
    return tuple(item for item in option.constraint if isinstance(item, str))


def numbers(option: Option | None) -> tuple[float, ...]:
    """The numbers of an option's list, in rising order; of a range its ends."""
    if option is None or not option.is_active:
        return ()
    if isinstance(option.constraint, Range):
        return (option.constraint.low, option.constraint.high)
    if option.constraint is None:
        return ()
    return tuple(sorted(item for item in option.constraint if not isinstance(item, str)))


def paper_sources(options: Options, scanner_type: str) -> dict[PaperSource, str | None]:
    """The driver's word for each paper source there is; None where nothing has to be set."""
    found = words.best(words.SOURCES, texts(options.get("source")))
    if found:
        return {source: found[source] for source in PaperSource if source in found}
    return {words.meaning(words.TYPES, scanner_type) or PaperSource.FLATBED: None}


def current_source(options: Options, scanner_type: str) -> PaperSource:
    """What a page would be fed from now; a word that is nothing of ours gives one page."""
    option = options.get("source")
    if option is not None and isinstance(option.value, str):
        return words.meaning(words.SOURCES, option.value) or PaperSource.FLATBED
    return next(iter(paper_sources(options, scanner_type)))


def modes(options: Options) -> dict[Mode, ModeChoice]:
    """The modes there are; black and white may be gray with one bit a sample."""
    found = words.best(words.MODES, texts(options.get("mode")))
    choices = {mode: ModeChoice(found[mode]) for mode in Mode if mode in found}
    if Mode.BW not in choices and Mode.GRAY in choices and 1 in numbers(options.get("depth")):
        choices[Mode.BW] = ModeChoice(found[Mode.GRAY], depth=1)
    return choices


def depths(options: Options) -> tuple[int, ...]:
    """Bits a sample in color and gray, without those that are none of ours."""
    option = options.get("depth")
    if option is None or not numbers(option):
        return _DEPTHS[:1]
    return tuple(depth for depth in _DEPTHS if snap(option, depth) == depth)


def dpi(options: Options) -> tuple[float, float]:
    """The resolution across and down that the options are set to."""

    def value(*names: str) -> float:
        for name in names:
            option = options.get(name)
            if option is not None and isinstance(option.value, int | float) and option.value > 0:
                return float(option.value)
        return _UNKNOWN_DPI

    return value("x-resolution", "resolution"), value("y-resolution", "resolution", "x-resolution")


def unit_mm(option: Option, options: Options) -> float:
    """How many millimetres one unit of an edge's option is."""
    if option.unit is not Unit.PIXEL:
        return 1.0
    across, down = dpi(options)
    return MM_PER_INCH / (across if option.name.endswith("x") else down)


def reach(options: Options, axis: str) -> tuple[float, float] | None:
    """The lowest and highest place on an axis, "x" or "y", in millimetres; None if unknown."""
    near, far = options.get(f"tl-{axis}"), options.get(f"br-{axis}")
    if near is None or far is None or not numbers(near) or not numbers(far):
        return None
    return (
        numbers(near)[0] * unit_mm(near, options),
        numbers(far)[-1] * unit_mm(far, options),
    )


def scaled(option: Option, percent: int) -> float | None:
    """−100…100 on an option's own scale, where 0 is its zero, or else its middle."""
    ends = numbers(option)
    if not ends:
        return None
    low, high = ends[0], ends[-1]
    middle = 0.0 if low < 0 < high else (low + high) / 2
    return middle + percent / _SCALE * (high - middle if percent > 0 else middle - low)


def unscaled(option: Option, value: float) -> int:
    """What `scaled` would have made this value from."""
    ends = numbers(option)
    low, high = ends[0], ends[-1]
    middle = 0.0 if low < 0 < high else (low + high) / 2
    side = high - middle if value > middle else middle - low
    return round(_SCALE * (value - middle) / side) if side else 0
