"""Listing: what SANE's backends list as scanners: one for each device, named, in order."""

import fnmatch
import hashlib
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sheetfed.core.model import Connection, Scanner, ScannerId
from sheetfed.core.survey import HiddenBy, HiddenDevice
from sheetfed.devices.duplicates import Sighting, grouped

_ID_DIGITS = 12
_ALL_OTHERS = "*"
_PROTOCOLS = ("escl", "wsd")


@dataclass(frozen=True, slots=True)
class Selection:
    """What an administrator decides about the list.

    `hide` and the keys of `rename` are patterns of a device name, a backend, a scanner's id or
    "vendor model". `manual` are SANE device names that no backend lists. `prefer` orders the
    backends that show one device, "*" all others. `quarantine_after` so many crashes; 0 never.
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
    """Makes lists; remembers which of several that are alike is which."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self._ordinals: dict[tuple[str, ...], dict[str, int]] = {}

    def scanners(
        self, sightings: Iterable[Sighting], standing: Standing
    ) -> tuple[tuple[Scanner, ...], tuple[HiddenDevice, ...]]:
        """Those to be shown, in the order of the sightings, and the devices that are not."""
        hidden: list[HiddenDevice] = []
        shown: list[Sighting] = []
        for sighting in sightings:
            pattern = _fitting(self.selection.hide, _words(sighting))
            if pattern is None:
                shown.append(sighting)
            else:
                hidden.append(_hidden(sighting, pattern=pattern))
        preferred = self._preferred(standing.backends)
        groups = [sorted(group, key=preferred) for group in grouped(shown)]
        found: list[Scanner] = []
        named: Counter[str] = Counter()
        for scanner_id, group in zip(self._ids(groups), groups, strict=True):
            pattern = _fitting(self.selection.hide, (scanner_id,))
            if pattern is not None:
                hidden += [_hidden(sighting, pattern=pattern) for sighting in group]
                continue
            first, *others = sorted(group, key=lambda sighting: _is_away(sighting, standing))
            title = self._title(first, scanner_id)
            named[title] += 1
            unique = title if named[title] == 1 else f"{title} ({named[title]})"
            found.append(_scanner(scanner_id, unique, first, others, standing))
            hidden += [_hidden(other, scanner=scanner_id) for other in others]
        return tuple(found), tuple(hidden)

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
                _naturally(sighting.device),
            )

        return key

    def _ids(self, groups: Sequence[Sequence[Sighting]]) -> list[ScannerId]:
        alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for group in groups:
            if not _lasting(group):
                alike[_make(group[0])].append(group[0].device)
        self._ordinals = {
            make: _numbered(devices, self._ordinals.get(make, {}))
            for make, devices in alike.items()
        }
        return [
            _id(*_lasting(group))
            if _lasting(group)
            else _id(*(make := _make(group[0])), str(self._ordinals[make][group[0].device]))
            for group in groups
        ]

    def _title(self, sighting: Sighting, scanner_id: ScannerId) -> str:
        pattern = _fitting(self.selection.rename, (*_words(sighting), scanner_id))
        return _plain_title(sighting) if pattern is None else self.selection.rename[pattern]


def _scanner(
    scanner_id: ScannerId,
    name: str,
    shown: Sighting,
    others: Iterable[Sighting],
    standing: Standing,
) -> Scanner:
    connection = shown.identity.connection
    if shown.is_manual and connection is Connection.UNKNOWN:
        connection = Connection.NETWORK
    return Scanner(
        id=scanner_id,
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
    if vendor.casefold() in _PROTOCOLS or model.casefold().startswith(vendor.casefold()):
        vendor = ""
    return f"{vendor} {model}".strip() or sighting.device


def _fitting(patterns: Iterable[str], words: Iterable[str]) -> str | None:
    """The first pattern that fits a word, or is it: device names may hold brackets."""
    folded = [word.casefold() for word in words if word]
    for pattern in patterns:
        plain = pattern.casefold()
        if any(plain == word or fnmatch.fnmatchcase(word, plain) for word in folded):
            return pattern
    return None


def _lasting(group: Iterable[Sighting]) -> tuple[str, ...]:
    """What stays with the device, as the first that knows it has it."""
    return next((seen.identity.lasting for seen in group if seen.identity.lasting), ())


def _make(sighting: Sighting) -> tuple[str, ...]:
    """What all devices of one make share, wherever they are."""
    vendor = "" if sighting.vendor.casefold() in _PROTOCOLS else sighting.vendor
    return sighting.identity.maker, vendor, sighting.model


def _numbered(devices: Iterable[str], before: Mapping[str, int]) -> dict[str, int]:
    """Those known keep their number; the others take the lowest free ones, in natural order."""
    numbers = {device: before[device] for device in devices if device in before}
    taken = set(numbers.values())
    free = (number for number in itertools.count(1) if number not in taken)
    fresh = sorted((device for device in devices if device not in numbers), key=_naturally)
    return numbers | dict(zip(fresh, free, strict=False))


def _naturally(word: str) -> tuple[tuple[int, str], ...]:
    """A sort key in which 2 comes before 10."""
    parts = re.split(r"(\d+)", word)
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in parts)


def _id(*words: str) -> ScannerId:
    digest = hashlib.sha256("\0".join(words).encode()).hexdigest()
    return ScannerId("s" + digest[:_ID_DIGITS])
