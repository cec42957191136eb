"""Explain: how each scanner is, and why what is missing is missing, in words."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sheetfed.cli.remote import identity

Facts = list[tuple[str, str]]
Properties = Mapping[str, Any]

BACKENDS: Final[Mapping[str, str]] = {
    "ok": "answered",
    "in-use": "not asked now, a scanner of its is in use",
    "failed": "could not be asked",
    "timeout": "did not answer in time",
    "crashed": "its driver crashed",
    "quarantined": "crashed or hung too often and is left out",
}
"""What is said of a backend in each state, when the service says no more."""

SCANNERS: Final[Mapping[str, str]] = {
    "ready": "ready",
    "busy": "busy: a job or a program has it",
    "quarantined": "quarantined with its backend",
    "not available": "not available: it was there before, and its backend does not list it now",
}
"""What is said of a scanner in each state."""

HIDDEN: Final[Mapping[str, str]] = {
    "configuration": 'hidden by "{pattern}" in [scanners] hide',
    "duplicate": "the same device as {scanner}",
}
"""What is said of a device that is not shown."""

_ILL: Final = ("failed", "timeout", "crashed", "quarantined")

GUIDE: Final = "/usr/share/doc/sheetfed/scanners.md.gz"


def state(scanner: Properties) -> str:
    """In a word or two, for a table."""
    if scanner["Quarantined"]:
        return "quarantined"
    if not scanner["Available"]:
        return "not available"
    if scanner["Busy"]:
        return "busy"
    return f"ready, last: {scanner['LastError']}" if scanner["LastError"] else "ready"


def everything(
    manager: Properties, scanners: Mapping[str, Properties], *, lists_all: bool
) -> Iterator[tuple[str, Facts]]:
    """A title with its facts for each scanner, then the backends, then what is hidden."""
    for scanner in scanners.values():
        yield scanner["Name"], _of_scanner(scanner)
    if backends := _of_backends(manager["Backends"], lists_all=lists_all):
        yield "Backends", backends
    if hidden := [_of_hidden(device, scanners) for device in manager["Hidden"]]:
        yield "Hidden devices", hidden


def note(manager: Properties) -> str:
    """One line for whoever did not ask, when not all could be asked; else empty."""
    if manager["Trouble"]:
        return f"The list is an old one: {manager['Trouble']}."
    ill = ", ".join(f"{name} ({how})" for name, how in _ill(manager))
    return f"SANE backends with trouble: {ill}. `sheetctl devices --verbose` says more." * bool(ill)


def nothing_found(manager: Properties) -> str:
    """Why there is no scanner, as far as that is known, and what to do."""
    causes = [manager["Trouble"]] if manager["Trouble"] else []
    causes += [f"backend {name}: {how}" for name, how in _ill(manager)]
    causes += [f"{device['device']}: hidden" for device in manager["Hidden"]]
    why = "; ".join(causes) or "check cable and power, then `sheetctl devices --refresh`"
    return f"no scanner was found: {why}"


def _ill(manager: Properties) -> list[tuple[str, str]]:
    return [
        (backend["name"], backend["state"])
        for backend in manager["Backends"]
        if backend["state"] in _ILL
    ]


def _of_scanner(scanner: Properties) -> Facts:
    word, _, last = state(scanner).partition(", last: ")
    facts = [
        ("state", SCANNERS[word] + (f"; the last scan stopped with {last}" if last else "")),
        ("id", scanner["Id"]),
        ("device", scanner["Device"]),
        ("backend", scanner["Backend"]),
        ("connection", scanner["Connection"]),
    ]
    facts += [("also seen as", device) for device in scanner["Alternatives"]]
    return facts + _abilities(scanner["Capabilities"])


def _abilities(capabilities: Properties) -> Facts:
    if "error" in capabilities:
        return [("can do", f"unknown: {capabilities['error']}")]
    return [
        (source["source"], "; ".join(_of_source(source)))
        for source in capabilities.get("sources", [])
    ]


def _of_source(source: Properties) -> list[str]:
    found = [", ".join(source["modes"])] if source["modes"] else []
    if source["depths"]:
        found.append(" or ".join(map(str, source["depths"])) + " bits")
    if "resolution_range" in source:
        lowest, highest, _ = source["resolution_range"]
        found.append(f"{lowest} to {highest} dpi")
    elif "resolutions" in source:
        found.append(", ".join(map(str, source["resolutions"])) + " dpi")
    if "area_mm" in source:
        width, height = source["area_mm"]
        found.append(f"{width:g} x {height:g} mm")
    return found


def _of_backends(backends: list[Properties], *, lists_all: bool) -> Facts:
    idle = [
        backend
        for backend in backends
        if backend["state"] == "ok" and not backend["scanners"] and not lists_all
    ]
    facts = [(backend["name"], _of_backend(backend)) for backend in backends if backend not in idle]
    if idle:
        facts.append(
            (f"{len(idle)} {'more' if facts else 'backends'}", f"{BACKENDS['ok']}, no scanner")
        )
    return facts


def _of_backend(backend: Properties) -> str:
    state, message = backend["state"], backend["message"]
    if state == "ok":
        number = backend["scanners"]
        said = f"{BACKENDS[state]}, {number or 'no'} scanner{'s' if number > 1 else ''}"
        return f"{said}; {message}" if message else said
    said = message or BACKENDS[state]
    return said if said.startswith(state) else f"{state}: {said}"


def _of_hidden(device: Properties, scanners: Mapping[str, Properties]) -> tuple[str, str]:
    path = device.get("scanner", "")
    shown = scanners[path]["Name"] if path in scanners else identity(path)
    named = " ".join(part for part in (device["vendor"], device["model"]) if part)
    said = HIDDEN[device["by"]].format(pattern=device.get("pattern", ""), scanner=shown)
    return device["device"], f"{named}: {said}" if named else said
