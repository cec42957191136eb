"""Duplicates: which of the devices that SANE's backends list are one physical device."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sheetfed.devices.identity import LOOPBACK, Identity

PROTOCOLS = ("escl", "wsd")
"""What backends write in the vendor's place."""

_NOT_OF_THE_MODEL = re.compile(r" SSL$| \(USB\)$|[^a-z0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A device as one backend lists it, in SANE's words, or as configuration names it."""

    backend: str
    device: str
    vendor: str
    model: str
    type: str
    identity: Identity
    is_manual: bool = False

    @property
    def bare_model(self) -> str:
        """The model as far as backends agree about its spelling."""
        return _NOT_OF_THE_MODEL.sub("", self.model).casefold()

    @property
    def speaker(self) -> tuple[str, str]:
        """Who tells of the device: a backend, by one of its protocols."""
        return self.identity.maker, self.identity.protocol


def grouped(sightings: Sequence[Sighting]) -> list[list[Sighting]]:
    """Those that are one device together, in the order of the first of each."""
    addresses = _Addresses(sightings)
    groups: list[tuple[set[str], list[Sighting]]] = []
    for sighting in sightings:
        marks = set(_marks(sighting)) | set(addresses.marks(sighting))
        same = [group for group in groups if group[0] & marks]
        if not same:
            groups.append((marks, [sighting]))
            continue
        first, *others = same
        for other in others:
            groups.remove(other)
            first[0].update(other[0])
            first[1].extend(other[1])
        first[0].update(marks)
        first[1].append(sighting)
    return [members for _, members in groups]


def _marks(sighting: Sighting) -> Iterator[str]:
    if sighting.identity.lasting:
        yield "\0".join(sighting.identity.lasting)
    if sighting.identity.position:
        yield f"position {sighting.identity.position}"


class _Addresses:
    """An address is a device's, unless somebody tells of several models there: a server's."""

    def __init__(self, sightings: Sequence[Sighting]) -> None:
        models: defaultdict[tuple[str, tuple[str, str]], Counter[str]] = defaultdict(Counter)
        for sighting in sightings:
            for address in sighting.identity.addresses:
                models[address, sighting.speaker][sighting.bare_model] += 1
        self._models = models
        self._shared = {address for (address, _), told in models.items() if len(told) > 1}
        self._shared.add(LOOPBACK)

    def marks(self, sighting: Sighting) -> Iterator[str]:
        for address in sighting.identity.addresses:
            if address not in self._shared:
                yield f"address {address}"
            elif self._is_one(address, sighting.bare_model):
                yield f"address {address} {sighting.bare_model}"

    def _is_one(self, address: str, model: str) -> bool:
        """Whether nobody tells of two of this model at the address."""
        return all(
            told[model] <= 1 for (place, _), told in self._models.items() if place == address
        )
