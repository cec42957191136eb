"""Files: how ours are read and written: private, whole, and sealed where the store is."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom, BufferedReader, FileIO
from pathlib import Path

from sheetfed.sealed.keyring import CLEAR, Keyring

_keyring = CLEAR


def use(keyring: Keyring) -> None:
    """The keys of this process, for all that it will ever read and write."""
    global _keyring
    _keyring = keyring


def opened(path: Path) -> BufferedReader:
    """For reading. Raises OSError, or DamagedImage, also while it is read."""
    return _keyring.opened(path)


@contextmanager
def in_memory() -> Iterator[BufferedRandom]:
    """A file that never reaches a disk, for what other programs read and write in clear."""
    with open(os.memfd_create("sheetfed", os.MFD_CLOEXEC), "w+b") as file:
        yield file


def place(file: BufferedRandom) -> Path:
    """Where other programs find such a file while it is open."""
    return Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")


@contextmanager
def readable(path: Path) -> Iterator[Path]:
    """Where another program can read the file: a sealed one in memory. Raises as `opened` does."""
    with opened(path) as file:
        if isinstance(file.raw, FileIO):
            yield path
            return
        with in_memory() as clear:
            shutil.copyfileobj(file, clear)
            clear.flush()
            yield place(clear)


def part(path: Path) -> Path:
    """Where a file is while it is being written."""
    return path.with_name(f"{path.name}.part")


@contextmanager
def written(path: Path) -> Iterator[BufferedRandom]:
    """A new file, mode 0600, that has its name only once it is complete."""
    unfinished = part(path)
    try:
        with _keyring.created(unfinished) as file:
            yield file
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
