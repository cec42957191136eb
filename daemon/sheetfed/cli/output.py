"""Output: files that are there whole or not at all."""

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from sheetfed.cli.exits import Exit, Stop

STDOUT = "-"


def check(target: str) -> None:
    """Before paper is fed: can this be written? Raises Stop."""
    if target == STDOUT:
        if sys.stdout.isatty():
            raise Stop(Exit.USAGE, "the output would go to the terminal: name a file with -o")
        return
    path = Path(target)
    if path.is_dir():
        raise Stop(Exit.OUTPUT, f"{target} is a folder: name a file in it")
    if not path.parent.is_dir():
        raise Stop(Exit.OUTPUT, f"there is no folder {path.parent}")
    if not os.access(path.parent if _is_replaceable(path) else path, os.W_OK):
        raise Stop(Exit.OUTPUT, f"{target} may not be written by this user")


class Nothing(Exception):
    """What was to be written is empty: it could not be made."""


def write(descriptor: int, target: str) -> None:
    """Copy what the descriptor reads, close it, and put the file in place. Raises Stop, or
    Nothing when there is nothing to read."""
    with os.fdopen(descriptor, "rb") as source:
        if not source.peek(1):
            raise Nothing
        copy(source, target)


def copy(source: BinaryIO, target: str) -> None:
    """Copy all of it, and put the file in place. Raises Stop."""
    try:
        if target == STDOUT:
            shutil.copyfileobj(source, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        elif not _is_replaceable(Path(target)):
            with Path(target).open("wb") as file:
                shutil.copyfileobj(source, file)
        else:
            _replace(source, Path(target))
    except OSError as error:
        raise Stop(
            Exit.OUTPUT, f"{_name(target)} could not be written: {error.strerror or error}"
        ) from error


def numbered(target: str, number: int, of: int) -> str:
    """out.png, or out-001.png and so on when there are several."""
    if of == 1 or target == STDOUT:
        return target
    path = Path(target)
    return str(path.with_name(f"{path.stem}-{number:03d}{path.suffix}"))


def _name(target: str) -> str:
    return "standard output" if target == STDOUT else target


def _is_replaceable(path: Path) -> bool:
    """A device such as /dev/null is written to, not replaced."""
    return not path.exists() or path.is_file()


def _replace(source: BinaryIO, path: Path) -> None:
    path = Path(os.path.realpath(path))
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fchmod(file.fileno(), _mode(path))
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """That of the file which is replaced, else what a new file gets."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
