"""Ids: each device keeps the id it was first shown with, and answers to those it might have had."""

import hashlib
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sheetfed.core.model import ScannerId
from sheetfed.devices.duplicates import PROTOCOLS, Sighting

_ID_DIGITS = 12
_REMEMBERED = 10_000
_NUMBER = re.compile(r"([0-9]{1,18})")

_Make = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Called:
    """A device's id, and the ids that other keys of its make."""

    id: ScannerId
    aliases: tuple[ScannerId, ...] = ()


class Ids:
    """Remembers, while the process lives, which device was shown with which id.

    The keys of a device, the best first: what stays with it (serial number or UUID), as each
    backend that lists it knows it; then its make, and which of several of that make it is. The id
    is that of the best key when the device is first shown, and stays the same when another backend
    tells of a better one. So it is the same after a restart when the same backends answer in the
    same order; when not, it is one of the aliases.
    """

    def __init__(self) -> None:
        self._ordinals: dict[_Make, dict[str, int]] = {}
        self._given: dict[str, tuple[int, ScannerId]] = {}
        self._present: frozenset[str] = frozenset()
        self._turns = itertools.count()

    def of(self, groups: Sequence[Sequence[Sighting]]) -> list[Called]:
        """For each device, which is one or more sightings, the preferred first."""
        holders = [self._holders(group) for group in groups]
        alike: defaultdict[_Make, list[str]] = defaultdict(list)
        for sighting in itertools.chain.from_iterable(holders):
            alike[_make(sighting)].append(sighting.device)
        self._ordinals = {
            make: _numbered(devices, self._ordinals.get(make, {}))
            for make, devices in alike.items()
        }
        spare = self._spare(groups)
        found = [self._called(group, spare) for group in groups]
        self._present = frozenset(seen.device for group in groups for seen in group)
        return found

    def _holders(self, group: Sequence[Sighting]) -> Sequence[Sighting]:
        """Those whose place among their make is kept."""
        known = [seen for seen in group if seen.device in self._ordinals.get(_make(seen), {})]
        return known or ([] if _lasting(group) else group[:1])

    def _spare(self, groups: Sequence[Sequence[Sighting]]) -> dict[_Make, dict[str, int]]:
        """Places for those that hold none; nobody is kept from taking them."""
        rest: defaultdict[_Make, list[str]] = defaultdict(list)
        for group in groups:
            makes = {make for seen in group if self._place(make := _make(seen), seen)}
            for seen in group:
                if (make := _make(seen)) not in makes:
                    makes.add(make)
                    rest[make].append(seen.device)
        found = {}
        for make, devices in rest.items():
            numbers = _numbered([*self._ordinals.get(make, {}), *devices], self._ordinals.get(make))
            found[make] = {device: numbers[device] for device in devices}
        return found

    def _place(self, make: _Make, seen: Sighting) -> int:
        return self._ordinals.get(make, {}).get(seen.device, 0)

    def _called(
        self, group: Sequence[Sighting], spare: Mapping[_Make, Mapping[str, int]]
    ) -> Called:
        keys: dict[ScannerId, Sighting | None] = {_id(*key): None for key in _lasting(group)}
        for seen in group:
            make = _make(seen)
            if number := self._place(make, seen) or spare.get(make, {}).get(seen.device, 0):
                keys.setdefault(_id(*make, str(number)), seen)
        # What is shown now stays, rather than what was shown before.
        given = sorted(
            (seen.device not in self._present, *self._given[seen.device])
            for seen in group
            if seen.device in self._given
        )
        chosen = next((before for *_, before in given if before in keys), next(iter(keys)))
        if (holder := keys[chosen]) is not None:
            make = _make(holder)
            number = self._place(make, holder) or spare[make][holder.device]
            self._ordinals.setdefault(make, {})[holder.device] = number
        self._remember(group, chosen)
        return Called(chosen, tuple(key for key in keys if key != chosen))

    def _remember(self, group: Iterable[Sighting], chosen: ScannerId) -> None:
        for seen in group:
            turn, before = self._given.pop(seen.device, (0, None))
            self._given[seen.device] = (turn if before == chosen else next(self._turns)), chosen
        while len(self._given) > _REMEMBERED:
            self._given.pop(next(iter(self._given)))


def naturally(word: str) -> tuple[tuple[int, str], ...]:
    """A sort key in which 2 comes before 10."""
    parts = enumerate(_NUMBER.split(word))
    return tuple((int(part), "") if place % 2 else (0, part) for place, part in parts)


def _lasting(group: Iterable[Sighting]) -> list[tuple[str, ...]]:
    """What stays with the device, as each that knows it has it."""
    return list(dict.fromkeys(seen.identity.lasting for seen in group if seen.identity.lasting))


def _make(sighting: Sighting) -> _Make:
    """What all devices of one make share, wherever they are."""
    vendor = "" if sighting.vendor.casefold() in PROTOCOLS else sighting.vendor
    return sighting.identity.maker, vendor, sighting.model


def _numbered(devices: Iterable[str], before: Mapping[str, int] | None) -> dict[str, int]:
    """Those known keep their number; the others take the lowest free ones, in natural order."""
    numbers = {device: before[device] for device in devices if before and device in before}
    taken = set(numbers.values())
    free = (number for number in itertools.count(1) if number not in taken)
    fresh = sorted((device for device in devices if device not in numbers), key=naturally)
    return numbers | dict(zip(fresh, free, strict=False))


def _id(*words: str) -> ScannerId:
    digest = hashlib.sha256("\0".join(words).encode(errors="replace")).hexdigest()
    return ScannerId("s" + digest[:_ID_DIGITS])
