"""Files: how results are written, private and whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def part(path: Path) -> Path:
    """Where a file is while it is being written."""
    return path.with_name(f"{path.name}.part")


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A new file, mode 0600, that has its name only once it is complete."""
    unfinished = part(path)
    try:
        with open(unfinished, "wb", opener=_private) as file:
            yield file
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
