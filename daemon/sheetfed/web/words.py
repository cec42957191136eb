"""Words: the names that browser scanning pages know, as our own."""

from collections.abc import Callable, Mapping
from typing import Final

from sheetfed.core.settings import invalid
from sheetfed.web import twain


def _pixel_type(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid("PixelType", "0, 1, 2")
    if value not in twain.PIXEL_TYPES:
        raise invalid("PixelType", "0, 1, 2")
    return twain.PIXEL_TYPES[int(value)]


def _size(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value not in twain.SIZES:
            raise invalid("page_size", ", ".join(map(str, twain.SIZES)) + " or a name")
        return twain.SIZES[int(value)][1]
    return value


def _wait(value: object) -> object:
    return 60.0 if value is True else 0.0 if value is False else value


_ALIASES: Final[Mapping[str, tuple[str, Callable[[object], object] | None]]] = {
    "source": ("scanner", None),
    "device": ("scanner", None),
    "PixelType": ("mode", _pixel_type),
    "Resolution": ("resolution", None),
    "Area": ("area", None),
    "PageSize": ("page_size", _size),
    "page_size": ("page_size", _size),
    "XferCount": ("pages", None),
    "Brightness": ("brightness", None),
    "Contrast": ("contrast", None),
    "IfAutoDiscardBlankpages": ("discard_blank", None),
    "IfAutomaticDeskew": ("deskew", None),
    "IfAutomaticBorderDetection": ("auto_crop", None),
    "checkFeederLoaded": ("wait_for_paper_s", _wait),
}


def ours(theirs: Mapping[str, object]) -> dict[str, object]:
    """The same settings under our own names; a name of ours that is there too wins.

    Raises InvalidParameter for a number that has no word.
    """
    found: dict[str, object] = {}
    for name, value in theirs.items():
        alias, convert = _ALIASES.get(name, (name, None))
        if alias == name or alias not in theirs:
            found[alias] = convert(value) if convert and value is not None else value
    source = _paper_source(found.pop("IfFeederEnabled", None), found.pop("IfDuplexEnabled", None))
    if source is not None:
        found.setdefault("paper_source", source)
    return found


def _paper_source(feeder: object, duplex: object) -> str | None:
    for name, value in (("IfFeederEnabled", feeder), ("IfDuplexEnabled", duplex)):
        if value is not None and not isinstance(value, bool):
            raise invalid(name, "true or false")
    if duplex and feeder is not False:
        return "feeder-duplex"
    if feeder:
        return "feeder"
    return "flatbed" if feeder is False else None
