"""Settings: the words of a scan request, checked and turned into ScanSettings."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeGuard, TypeVar

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import (
    Area,
    DocumentId,
    Mode,
    OptionAsked,
    PaperSource,
    ScanSettings,
    Special,
)

_Word = TypeVar("_Word", bound=StrEnum)

PAGE_SIZES_MM: Final[Mapping[str, tuple[float, float]]] = {
    "A3": (297.0, 420.0),
    "A4": (210.0, 297.0),
    "A5": (148.0, 210.0),
    "A6": (105.0, 148.0),
    "A7": (74.0, 105.0),
    "A8": (52.0, 74.0),
    "B4": (257.0, 364.0),
    "B5": (182.0, 257.0),
    "B6": (128.0, 182.0),
    "ISO B4": (250.0, 353.0),
    "ISO B5": (176.0, 250.0),
    "ISO B6": (125.0, 176.0),
    "C4": (229.0, 324.0),
    "C5": (162.0, 229.0),
    "C6": (114.0, 162.0),
    "Letter": (215.9, 279.4),
    "Legal": (215.9, 355.6),
    "Executive": (184.15, 266.7),
    "Folio": (215.9, 330.2),
    "Ledger": (279.4, 431.8),
    "Tabloid": (279.4, 431.8),
    "Statement": (139.7, 215.9),
    "Business card": (90.0, 55.0),
    "ID card": (85.6, 53.98),
}
"""Width and height in mm: ISO 216 A and B, ISO 269 C, JIS P 0138 B, ANSI/ASME Y14.1, North American
office, cards as TWAIN 2.5 and ISO 7810 ID-1 have them."""

_LONGEST_MM: Final = 10_000.0
_LONGEST_WAIT_S: Final = 3600.0
_MOST_OPTIONS: Final = 500
_LONGEST_ARRAY: Final = 65536
_OPTION_VALUES: Final = (
    'true, false, a 32-bit number, a text, up to 65536 such numbers or {"automatic": true}'
)
_NUMBER_LIMIT: Final = 1 << 31
IGNORED_AT_MOST: Final = 100
"""Words that were not understood, as far as they are listed."""


def parse(words: Mapping[str, object]) -> ScanSettings:
    """The settings that these words ask for; unknown words are listed in `ignored`.

    Raises InvalidParameter with the name of the word and what is allowed.
    """
    known = {name: value for name, value in words.items() if value is not None}
    reader = _Reader(known)
    return ScanSettings(
        scanner=reader.text("scanner"),
        paper_source=reader.word("paper_source", PaperSource),
        mode=reader.word("mode", Mode),
        resolution=reader.whole("resolution", 1, 100_000),
        depth=reader.one_of("depth", (8, 16)),
        area=_area(reader),
        pages=_pages(reader),
        brightness=reader.whole("brightness", -100, 100),
        contrast=reader.whole("contrast", -100, 100),
        discard_blank=reader.flag("discard_blank"),
        deskew=reader.flag("deskew"),
        auto_crop=reader.flag("auto_crop"),
        wait_for_paper_s=reader.number("wait_for_paper_s", 0.0, _LONGEST_WAIT_S) or 0.0,
        silence_timeout_s=reader.number("silence_timeout_s", 0.0, _LONGEST_WAIT_S) or None,
        queue=reader.flag("queue"),
        document=_document(reader),
        options=_options(reader),
        ignored=reader.unread(words),
    )


def invalid(name: str, allowed: str) -> InvalidParameter:
    """The error for a word whose value is not what is allowed."""
    return InvalidParameter(
        f"{name}: allowed is {allowed}", details={"name": name, "allowed": allowed}
    )


class _Reader:
    """Takes one word after the other and remembers which were known."""

    def __init__(self, words: Mapping[str, object]) -> None:
        self._words = words
        self.read: set[str] = set()

    def unread(self, words: Mapping[str, object]) -> tuple[str, ...]:
        unknown = sorted(name[:64] for name in words if name not in self.read)
        return tuple(unknown[:IGNORED_AT_MOST])

    def take(self, name: str) -> object:
        self.read.add(name)
        return self._words.get(name)

    def text(self, name: str) -> str | None:
        value = self.take(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or len(value) > 1024:
            raise invalid(name, "a text")
        return value

    def word(self, name: str, kind: type[_Word]) -> _Word | None:
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, str) or value not in {member.value for member in kind}:
            raise invalid(name, ", ".join(member.value for member in kind))
        return kind(value)

    def number(self, name: str, low: float, high: float) -> float | None:
        value = self.take(name)
        return None if value is None else number(name, value, low, high)

    def whole(self, name: str, low: int, high: int) -> int | None:
        value = self.take(name)
        if value is None:
            return None
        allowed = f"a whole number from {low} to {high}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise invalid(name, allowed)
        if not low <= value <= high or value != int(value):
            raise invalid(name, allowed)
        return int(value)

    def one_of(self, name: str, allowed: tuple[int, ...]) -> int | None:
        value = self.take(name)
        if value is None:
            return None
        if isinstance(value, bool) or value not in allowed:
            raise invalid(name, " or ".join(str(item) for item in allowed))
        return allowed[allowed.index(value)]

    def flag(self, name: str) -> bool:
        value = self.take(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise invalid(name, "true or false")
        return value


def number(name: str, value: object, low: float, high: float) -> float:
    """A finite number in this range. Raises InvalidParameter."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid(name, f"a number from {low:g} to {high:g}")
    if not low <= value <= high:
        raise invalid(name, f"a number from {low:g} to {high:g}")
    return float(value)


def _document(reader: _Reader) -> DocumentId | None:
    name = reader.text("document")
    return None if name is None else DocumentId(name)


def _pages(reader: _Reader) -> int | None:
    if reader.take("pages") == -1:
        return None
    return reader.whole("pages", 1, 1_000_000)


def _area(reader: _Reader) -> Area | None:
    size = reader.take("page_size")
    area = reader.take("area")
    if area is not None:
        if not isinstance(area, Mapping) or set(area) != {"left", "top", "width", "height"}:
            raise invalid("area", "an object of left, top, width and height in mm")
        return Area(
            left_mm=number("area.left", area["left"], 0.0, _LONGEST_MM),
            top_mm=number("area.top", area["top"], 0.0, _LONGEST_MM),
            width_mm=number("area.width", area["width"], 0.1, _LONGEST_MM),
            height_mm=number("area.height", area["height"], 0.1, _LONGEST_MM),
        )
    if size is None:
        return None
    sizes = {name.lower(): numbers for name, numbers in PAGE_SIZES_MM.items()}
    if not isinstance(size, str) or size.lower() not in sizes:
        raise invalid("page_size", ", ".join(PAGE_SIZES_MM))
    width_mm, height_mm = sizes[size.lower()]
    return Area(left_mm=0.0, top_mm=0.0, width_mm=width_mm, height_mm=height_mm)


def _options(reader: _Reader) -> Mapping[str, OptionAsked]:
    options = reader.take("options")
    return {} if options is None else options_asked("options", options)


def options_asked(word: str, options: object) -> Mapping[str, OptionAsked]:
    """SANE options by name: true, false, numbers, texts, lists of numbers, {"automatic": true}.

    Raises InvalidParameter that names the word, or the option within it.
    """
    if not isinstance(options, Mapping) or len(options) > _MOST_OPTIONS:
        raise invalid(word, "an object of SANE option names and values")
    found: dict[str, OptionAsked] = {}
    for name, value in options.items():
        asked = _option(value)
        if not isinstance(name, str) or asked is None:
            raise invalid(f"{word}.{name}", _OPTION_VALUES)
        found[name] = asked
    return found


def _option(value: object) -> OptionAsked | None:
    if isinstance(value, bool | str) or _is_number(value):
        return value
    if isinstance(value, list | tuple) and len(value) <= _LONGEST_ARRAY:
        numbers = [item for item in value if _is_number(item)]
        return None if len(numbers) < len(value) else tuple(numbers)
    if isinstance(value, Mapping) and set(value) == {Special.AUTOMATIC.value}:
        return Special.AUTOMATIC if value[Special.AUTOMATIC.value] is True else None
    return None


def _is_number(value: object) -> TypeGuard[int | float]:
    """One that is near enough to what a driver has, which is 32 bits, to be told everywhere."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -_NUMBER_LIMIT <= value < _NUMBER_LIMIT
