"""Cgroups: one for each machine, so that two systemds do not take each other's units for theirs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_cgroup(name: str) -> Iterator[Path]:
    """A cgroup below this process's, with nothing in it; at the end nothing runs in it."""
    folder = _mounted() / _own().lstrip("/") / name
    folder.mkdir()
    try:
        yield folder
    finally:
        for inner, _, _ in os.walk(folder, topdown=False):
            Path(inner).rmdir()


def _mounted() -> Path:
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.startswith("cgroup2 "):
            return Path(before.split()[4])
    raise FileNotFoundError("no cgroup2 file system is mounted here: Debian cannot be booted")


def _own() -> str:
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    return next(line.removeprefix("0::") for line in lines if line.startswith("0::"))
