"""Words: the core's values as variants, and options checked."""

from typing import Any

from dbus_next.signature import Variant

from sheetfed.bus.values import clean
from sheetfed.core import editwords
from sheetfed.core.capabilities import Capabilities, SourceCapabilities
from sheetfed.core.edited import shown
from sheetfed.core.model import OptionAsked, Page, Special
from sheetfed.core.settings import invalid


def variant(signature: str, value: object) -> Variant:
    """Raises ValueError when the value is not of this signature."""
    return Variant(signature, clean(value))


def of_option(value: OptionAsked) -> Variant:
    match value:
        case Special():
            return Variant("a{sv}", {value.value: Variant("b", True)})
        case bool():
            return Variant("b", value)
        case int():
            return Variant("i" if -(2**31) <= value < 2**31 else "x", value)
        case float():
            return Variant("d", value)
        case tuple() if any(isinstance(item, float) for item in value):
            return Variant("ad", [float(item) for item in value])
        case tuple():
            return Variant("ai", list(value))
    return variant("s", value)


def of_capabilities(capabilities: Capabilities | None) -> dict[str, Variant]:
    if capabilities is None:
        return {}
    return {
        "sources": Variant("aa{sv}", [_of_source(source) for source in capabilities.sources]),
        "feeder": Variant("b", capabilities.has_feeder),
        "duplex": Variant("b", capabilities.has_duplex),
    }


def of_page(page: Page) -> dict[str, Variant]:
    image = shown(page)
    return {
        "id": variant("s", page.id),
        "width": Variant("u", image.width_px),
        "height": Variant("u", image.height_px),
        "mode": Variant("s", image.mode.value),
        "depth": Variant("u", image.depth),
        "x_dpi": Variant("d", image.x_dpi),
        "y_dpi": Variant("d", image.y_dpi),
        "bytes": Variant("t", page.size_bytes),
        "edits": Variant("as", [str(editwords.to_words(edit)["op"]) for edit in page.applied]),
        "can_undo": Variant("b", bool(page.applied)),
        "can_redo": Variant("b", page.undone > 0),
    }


def _of_source(source: SourceCapabilities) -> dict[str, Variant]:
    found = {
        "source": Variant("s", source.source.value),
        "modes": Variant("as", [mode.value for mode in source.modes]),
        "depths": Variant("au", list(source.depths)),
    }
    if source.resolutions:
        found["resolutions"] = Variant("au", list(source.resolutions))
    if source.resolution_range is not None:
        found["resolution_range"] = Variant("au", list(source.resolution_range))
    if source.area_mm is not None:
        found["area_mm"] = Variant("ad", list(source.area_mm))
    return found


def known_only(options: dict[str, Any], *known: str) -> None:
    """Raises InvalidParameter for an option that there is not."""
    for name in options:
        if name not in known:
            raise invalid(f"options.{name}", ", ".join(known) or "no option")


def whole(options: dict[str, Any], name: str, low: int, high: int) -> int | None:
    """A whole number of these options, None when it is not there. Raises InvalidParameter."""
    value = options.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise invalid(f"options.{name}", f"a whole number from {low} to {high}")
    return value
