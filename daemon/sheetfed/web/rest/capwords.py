"""Cap words: what a caller sets by TWAIN's numbers, as the settings of a scan."""

from collections.abc import Callable, Mapping
from typing import Final

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.settings import invalid, number, parse
from sheetfed.web import twain, words
from sheetfed.web.twain import CAPS, Cap

_EXCEPTIONS: Final = ("ignore", "fail")
_CAPS_AT_MOST: Final = 100
_MOST: Final = 2**31


def settings(caps: object) -> tuple[dict[str, object], tuple[str, ...]]:
    """The words of these capabilities, and those that are passed over.

    What cannot be set is passed over, unless the caller says that it is to fail. Raises
    InvalidParameter.
    """
    if caps is None:
        return {}, ()
    if not isinstance(caps, Mapping):
        raise invalid("caps", "an object of exception and capabilities")
    rows = caps.get("capabilities")
    rows = [] if rows is None else rows
    if not isinstance(rows, list) or len(rows) > _CAPS_AT_MOST:
        raise invalid("caps.capabilities", f"a list of at most {_CAPS_AT_MOST}")
    fails = _fails("caps.exception", caps.get("exception"), is_default=False)
    found: dict[str, object] = {}
    ignored: list[str] = []
    for row in rows:
        if not isinstance(row, Mapping):
            raise invalid("caps.capabilities", "objects of capability and curValue")
        wanted = _number("capability", _plain(row.get("capability")))
        try:
            setting = _setting(wanted, _plain(row.get("curValue")))
            parse(words.ours(setting))
        except InvalidParameter:
            if _fails("exception", row.get("exception"), is_default=fails):
                raise
            ignored.append(f"caps.{wanted:g}")
            continue
        found.update(setting)
    return found, tuple(ignored)


def _setting(wanted: float, value: object) -> dict[str, object]:
    if wanted not in _SETTINGS:
        settable = ", ".join(str(int(cap)) for cap, kind in CAPS.items() if kind.is_settable)
        raise invalid("capability", settable)
    if value is None:
        raise invalid("curValue", "what it is to be")
    name, convert = _SETTINGS[Cap(int(wanted))]
    return {name: convert(value)}


def _plain(value: object) -> object:
    """Clients send a number, or the number with its label."""
    return value.get("value") if isinstance(value, Mapping) else value


def _fails(name: str, word: object, *, is_default: bool) -> bool:
    if word is None:
        return is_default
    if not isinstance(word, str) or word not in _EXCEPTIONS:
        raise invalid(name, ", ".join(_EXCEPTIONS))
    return word == "fail"


def _number(name: str, value: object) -> float:
    return number(name, value, -_MOST, _MOST)


def _truth(value: object) -> bool:
    if isinstance(value, bool) or value in (0, 1):
        return bool(value)
    raise invalid("curValue", "true, false, 0, 1")


def _discards(value: object) -> bool:
    return _number("curValue", value) != twain.NEVER_BLANK


def _percent(value: object) -> int:
    return round(_number("curValue", value) / twain.PERCENT)


def _depth(value: object) -> int | None:
    """Bits a pixel, of one or three samples; of black and white there is nothing to set."""
    depths: dict[float, int | None] = {1: None, 8: 8, 24: 8, 16: 16, 48: 16}
    bits = _number("curValue", value)
    if bits not in depths:
        raise invalid("curValue", ", ".join(map(str, depths)))
    return depths[bits]


def _as_it_is(value: object) -> object:
    return value


_SETTINGS: Final[Mapping[Cap, tuple[str, Callable[[object], object]]]] = {
    Cap.CAP_XFERCOUNT: ("XferCount", _as_it_is),
    Cap.ICAP_PIXELTYPE: ("PixelType", _as_it_is),
    Cap.CAP_FEEDERENABLED: ("IfFeederEnabled", _truth),
    Cap.CAP_DUPLEXENABLED: ("IfDuplexEnabled", _truth),
    Cap.ICAP_BRIGHTNESS: ("brightness", _percent),
    Cap.ICAP_CONTRAST: ("contrast", _percent),
    Cap.ICAP_XRESOLUTION: ("resolution", _as_it_is),
    Cap.ICAP_YRESOLUTION: ("resolution", _as_it_is),
    Cap.ICAP_SUPPORTEDSIZES: ("page_size", _as_it_is),
    Cap.ICAP_BITDEPTH: ("depth", _depth),
    Cap.ICAP_AUTODISCARDBLANKPAGES: ("discard_blank", _discards),
    Cap.ICAP_AUTOMATICBORDERDETECTION: ("auto_crop", _truth),
    Cap.ICAP_AUTOMATICDESKEW: ("deskew", _truth),
}
