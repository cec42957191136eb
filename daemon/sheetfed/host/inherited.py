"""Inherited: descriptors that the service manager hands over at the start (sd_listen_fds(3))."""

import os
from collections.abc import Mapping
from typing import Final

_FIRST: Final = 3


def descriptors(name: str, *, environ: Mapping[str, str] = os.environ) -> list[int]:
    """Those of this name; they are not passed on to processes that we start."""
    if environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = environ.get("LISTEN_FDS", "")
    names = environ.get("LISTEN_FDNAMES", "").split(":")
    if not (count.isascii() and count.isdigit()):
        return []
    found = [
        _FIRST + place
        for place, known in zip(range(int(count)), names, strict=False)
        if known == name
    ]
    for descriptor in found:
        os.set_inheritable(descriptor, False)
    return found
