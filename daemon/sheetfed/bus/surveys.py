"""Surveys: how SANE's backends answered and what is hidden, as D-Bus tells it."""

from collections.abc import Iterable

from dbus_next.signature import Variant

from sheetfed.bus import paths, words
from sheetfed.core.survey import Backend, HiddenDevice


def of_backends(backends: Iterable[Backend]) -> list[dict[str, Variant]]:
    return [
        {
            "name": words.variant("s", backend.name),
            "state": Variant("s", backend.state.value),
            "message": words.variant("s", backend.message),
            "scanners": Variant("u", backend.scanners),
        }
        for backend in backends
    ]


def of_hidden(devices: Iterable[HiddenDevice]) -> list[dict[str, Variant]]:
    return [_hidden(device) for device in devices]


def _hidden(device: HiddenDevice) -> dict[str, Variant]:
    found = {
        "device": words.variant("s", device.device),
        "vendor": words.variant("s", device.vendor),
        "model": words.variant("s", device.model),
        "by": Variant("s", device.by.value),
    }
    if device.pattern:
        found["pattern"] = words.variant("s", device.pattern)
    if device.scanner is not None:
        found["scanner"] = Variant("o", paths.scanner(device.scanner))
    return found
