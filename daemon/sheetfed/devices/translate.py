"""Translate: between our settings and what a driver's option descriptors offer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sheetfed.core.model import Mode, OptionValue
from sheetfed.core.options import Option, Range, Unit, snap
from sheetfed.devices import words
from sheetfed.devices.dialect import Dialect, Role, Scale

MM_PER_INCH = 25.4
_SCALE = 100
_UNKNOWN_DPI = 72.0
_DEPTHS = (8, 16)

Options = Mapping[str, Option]


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """How a driver is put into a mode: its word for it, or options that stand for one.

    `depth`: a depth to set where that decides; `deep_word`: its word for 16 bits a sample.
    """

    word: str | None
    depth: int | None = None
    deep_word: str | None = None
    options: Mapping[str, OptionValue] = field(default_factory=dict)

    @property
    def word_depth(self) -> int:
        """Bits a sample that the word gives where no depth option says otherwise."""
        return _DEPTHS[-1] if self.word == self.deep_word else _DEPTHS[0]


def all_named(options: Options, dialect: Dialect, role: Role) -> Iterator[Option]:
    """The options for this that there are, as the driver calls them."""
    for name in dialect.names.get(role, ()):
        if name in options:
            yield options[name]


def named(options: Options, dialect: Dialect, role: Role) -> Option | None:
    """The option for this; an active one before one that is not."""
    there = tuple(all_named(options, dialect, role))
    return next((option for option in there if option.is_active), there[0] if there else None)


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


def modes(options: Options, dialect: Dialect) -> dict[Mode, ModeChoice]:
    """The modes there are; black and white may be gray with one bit a sample."""
    found = words.best(dialect.modes, texts(named(options, dialect, Role.MODE)))
    choices: dict[Mode, ModeChoice] = {}
    for mode in Mode:
        deep = found.get((mode, 16))
        word = found.get((mode, None)) or found.get((mode, 8)) or deep
        by_options = dialect.mode_options.get(mode, {})
        if word is not None:
            choices[mode] = ModeChoice(word, deep_word=deep)
        elif by_options and all(_is_there(options, name) for name in by_options):
            choices[mode] = ModeChoice(None, options=by_options)
    gray = choices.get(Mode.GRAY)
    depth = named(options, dialect, Role.DEPTH)
    if Mode.BW not in choices and gray is not None and 1 in numbers(depth):
        choices[Mode.BW] = ModeChoice(gray.word, depth=1)
    return choices


def current_mode(options: Options, dialect: Dialect) -> Mode | None:
    """The mode that is set, as far as a word says so."""
    option = named(options, dialect, Role.MODE)
    if option is None or not isinstance(option.value, str):
        return None
    return words.meaning(dialect.modes, option.value)


def depths(options: Options, dialect: Dialect) -> tuple[int, ...]:
    """Bits a sample in color and gray, without those that are none of ours."""
    option = named(options, dialect, Role.DEPTH)
    found = {_DEPTHS[0]}
    if option is not None and numbers(option):
        found = {depth for depth in _DEPTHS if snap(option, depth) == depth}
    if any(choice.deep_word for choice in modes(options, dialect).values()):
        found.add(_DEPTHS[-1])
    return tuple(sorted(found))


def resolutions(option: Option) -> tuple[float, ...]:
    """The resolutions of a list; 0, with which some drivers mean automatic, is none."""
    if isinstance(option.constraint, Range):
        return ()
    return tuple(number for number in numbers(option) if number > 0)


def dpi(options: Options, dialect: Dialect) -> tuple[float, float]:
    """The resolution across and down that the options are set to."""
    names = dialect.names.get(Role.RESOLUTION, ())

    def value(*those: str) -> float:
        for name in those:
            option = options.get(name)
            if option is not None and isinstance(option.value, int | float) and option.value > 0:
                return float(option.value)
        return _UNKNOWN_DPI

    return value("x-resolution", *names), value("y-resolution", *names)


def unit_mm(option: Option, options: Options, dialect: Dialect, *, is_across: bool) -> float:
    """How many millimetres one unit of an edge's option is."""
    if option.unit is not Unit.PIXEL:
        return 1.0
    across, down = dpi(options, dialect)
    return MM_PER_INCH / (dialect.pixel_dpi or (across if is_across else down))


def scale(option: Option, dialect: Dialect, role: Role) -> Scale | None:
    """An option's own scale, where 0 is its zero, or else its middle; None when it has no ends."""
    ends = numbers(option)
    if role in dialect.scales or not ends:
        return dialect.scales.get(role)
    low, high = ends[0], ends[-1]
    return Scale(low, 0.0 if low < 0 < high else (low + high) / 2, high)


def scaled(on: Scale, percent: int) -> float:
    """−100…100 on an option's own scale."""
    side = on.high - on.zero if percent > 0 else on.zero - on.low
    return on.zero + percent / _SCALE * side


def unscaled(on: Scale, value: float) -> int:
    """What `scaled` would have made this value from."""
    is_above = (value > on.zero) is (on.high > on.low)
    side = on.high - on.zero if is_above else on.zero - on.low
    return round(_SCALE * (value - on.zero) / side) if side else 0


def _is_there(options: Options, name: str) -> bool:
    return name in options and options[name].is_active
