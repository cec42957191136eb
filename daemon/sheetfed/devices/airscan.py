"""Airscan: sane-airscan numbers what it finds as it finds it, in each process anew."""

import re
from collections.abc import Callable, Iterable

_NAME = re.compile(r"airscan:(?P<protocol>[ew])[0-9a-f]+:(?P<name>.+)", re.DOTALL)


def renamed(device: str, listed: Callable[[], Iterable[str]]) -> str | None:
    """What the device "airscan:e0:Name" is called in this process, which `listed` tells; None
    when it is not there, or not the only one of its name."""
    wanted = _NAME.fullmatch(device)
    if wanted is None:
        return None
    found = [
        other.string
        for other in map(_NAME.fullmatch, listed())
        if other is not None and other.group("protocol", "name") == wanted.group("protocol", "name")
    ]
    return found[0] if len(found) == 1 else None
