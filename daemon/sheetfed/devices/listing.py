"""Listing: what SANE's backends list as scanners: one for each device, named, in order."""

import fnmatch
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheetfed.core.cleaned import cleaned
from sheetfed.core.model import ScannerId
from sheetfed.core.scanner import Connection, Scanner
from sheetfed.core.survey import HiddenBy, HiddenDevice
from sheetfed.devices.duplicates import PROTOCOLS, Sighting, grouped
from sheetfed.devices.ids import Called, Ids, naturally

_ALL_OTHERS = "*"


@dataclass(frozen=True, slots=True)
class Selection:
    """What an administrator decides about the list.

    `hide` and the keys of `rename` are patterns of a device name, a backend, a scanner's id or
    "vendor model". `manual` are SANE device names that no backend lists. `prefer` orders the
    backends that show one device, "*" all others. `quarantine_after` so many faults; 0 never.
    """

    hide: tuple[str, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    manual: tuple[str, ...] = ()
    prefer: tuple[str, ...] = (_ALL_OTHERS, "airscan", "escl")
    quarantine_after: int = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """How the backends are: all in the configuration's order, those that cannot be used now."""

    backends: Sequence[str]
    away: Collection[str] = ()
    quarantined: Collection[str] = ()


class Listing:
    """Makes lists; remembers how each scanner was called, for as long as it is there."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self._ids = Ids()
        self._names: dict[ScannerId, tuple[str, str]] = {}

    def scanners(
        self, sightings: Iterable[Sighting], standing: Standing
    ) -> tuple[tuple[Scanner, ...], tuple[HiddenDevice, ...]]:
        """Those to be shown, in the order of the sightings, and the devices that are not.

        Nothing in them but SANE's device names is what a terminal would obey.
        """
        hidden: list[HiddenDevice] = []
        shown: list[Sighting] = []
        for sighting in map(_cleaned, sightings):
            pattern = _fitting(self.selection.hide, _words(sighting))
            if pattern is None:
                shown.append(sighting)
            else:
                hidden.append(_hidden(sighting, pattern=pattern))
        preferred = self._preferred(standing.backends)
        groups = [sorted(group, key=preferred) for group in grouped(shown)]
        found: list[tuple[Called, list[Sighting]]] = []
        for called, group in zip(self._ids.of(groups), groups, strict=True):
            pattern = _fitting(self.selection.hide, (called.id, *called.aliases))
            if pattern is None:
                ranked = sorted(group, key=lambda sighting: _is_away(sighting, standing))
                found.append((called, ranked))
                hidden += [_hidden(other, scanner=called.id) for other in ranked[1:]]
            else:
                hidden += [_hidden(sighting, pattern=pattern) for sighting in group]
        self._name({called.id: self._title(group[0], called) for called, group in found})
        scanners = (
            _scanner(called, self._names[called.id][1], group, standing) for called, group in found
        )
        return tuple(scanners), tuple(hidden)

    def _name(self, titles: Mapping[ScannerId, str]) -> None:
        """No two alike; a name stays with its scanner until that is called otherwise, or goes."""
        names = {
            scanner: self._names[scanner]
            for scanner, title in titles.items()
            if scanner in self._names and self._names[scanner][0] == title
        }
        taken = {name for _, name in names.values()}
        for scanner, title in titles.items():
            if scanner not in names:
                name = title
                if title in taken:
                    others = taken | set(titles.values())
                    numbered = (f"{title} ({number})" for number in itertools.count(2))
                    name = next(name for name in numbered if name not in others)
                names[scanner] = title, name
                taken.add(name)
        self._names = names

    def _preferred(self, backends: Sequence[str]) -> Callable[[Sighting], tuple[object, ...]]:
        """A sort key: the configured order of backends, then that of dll.conf."""
        order = {name: place for place, name in enumerate(self.selection.prefer)}
        others = order.get(_ALL_OTHERS, len(order))
        places = {name: place for place, name in enumerate(backends)}

        def key(sighting: Sighting) -> tuple[object, ...]:
            return (
                order.get(sighting.backend, others),
                places.get(sighting.backend, len(places)),
                sighting.is_manual,
                naturally(sighting.device),
            )

        return key

    def _title(self, sighting: Sighting, called: Called) -> str:
        words = (*_words(sighting), called.id, *called.aliases)
        pattern = _fitting(self.selection.rename, words)
        return _plain_title(sighting) if pattern is None else self.selection.rename[pattern]


def _scanner(called: Called, name: str, group: Sequence[Sighting], standing: Standing) -> Scanner:
    shown, *others = group
    connection = shown.identity.connection
    if shown.is_manual and connection is Connection.UNKNOWN:
        connection = Connection.NETWORK
    return Scanner(
        id=called.id,
        name=name,
        vendor=shown.vendor,
        model=shown.model,
        type=shown.type,
        device=shown.device,
        backend=shown.backend,
        connection=connection,
        alternatives=tuple(other.device for other in others),
        is_available=not _is_away(shown, standing),
        is_quarantined=shown.backend in standing.quarantined,
        aliases=called.aliases,
    )


def _cleaned(sighting: Sighting) -> Sighting:
    return replace(
        sighting,
        vendor=cleaned(sighting.vendor),
        model=cleaned(sighting.model),
        type=cleaned(sighting.type),
    )


def _hidden(
    sighting: Sighting, *, pattern: str = "", scanner: ScannerId | None = None
) -> HiddenDevice:
    by = HiddenBy.CONFIGURATION if scanner is None else HiddenBy.DUPLICATE
    return HiddenDevice(
        sighting.device, sighting.vendor, sighting.model, by, pattern=pattern, scanner=scanner
    )


def _is_away(sighting: Sighting, standing: Standing) -> bool:
    return sighting.backend in standing.away or sighting.backend in standing.quarantined


def _words(sighting: Sighting) -> tuple[str, ...]:
    """What a pattern may fit."""
    full = f"{sighting.vendor} {sighting.model}".strip()
    return sighting.device, sighting.backend, full, _plain_title(sighting)


def _plain_title(sighting: Sighting) -> str:
    """Vendor and model, without a protocol in the vendor's place and nothing said twice."""
    vendor, model = sighting.vendor.strip(), sighting.model.strip()
    if vendor.casefold() in PROTOCOLS or model.casefold().startswith(vendor.casefold()):
        vendor = ""
    return cleaned(f"{vendor} {model}".strip() or sighting.device)


def _fitting(patterns: Iterable[str], words: Iterable[str]) -> str | None:
    """The first pattern that fits a word, or is it: device names may hold brackets."""
    folded = [word.casefold() for word in words if word]
    for pattern in patterns:
        plain = pattern.casefold()
        if any(plain == word or fnmatch.fnmatchcase(word, plain) for word in folded):
            return pattern
    return None
