"""Listing: SANE's list of devices as scanners with stable ids and unique names."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from sheetfed.core.model import Scanner, ScannerId

_ID_DIGITS = 12


def scanners(devices: Sequence[Sequence[str]]) -> tuple[Scanner, ...]:
    """From (device, vendor, model, type) as sane_get_devices gives them, in their order."""
    alike: Counter[tuple[str, str, str]] = Counter()
    named: Counter[str] = Counter()
    found = []
    for device, vendor, model, kind in devices:
        make = (device.partition(":")[0], vendor, model)
        alike[make] += 1
        title = f"{vendor} {model}".strip() or device
        named[title] += 1
        found.append(
            Scanner(
                id=_id(*make, str(alike[make])),
                name=title if named[title] == 1 else f"{title} ({named[title]})",
                vendor=vendor,
                model=model,
                type=kind,
                device=device,
            )
        )
    return tuple(found)


def _id(*words: str) -> ScannerId:
    digest = hashlib.sha256("\0".join(words).encode()).hexdigest()
    return ScannerId("s" + digest[:_ID_DIGITS])
