"""Sealed files for tests: a keyring, and the way from clear to sealed and back."""

from pathlib import Path

from sheetfed.sealed.header import MAGIC
from sheetfed.sealed.keyring import Keyring
from sheetfed.sealed.keys import Key, KeyKind

KEYRING = Keyring(sealing=Key(KeyKind.SESSION, bytes(range(32))))


def seal(path: Path, keyring: Keyring = KEYRING) -> Path:
    """The file with the same content, sealed."""
    content = path.read_bytes()
    with keyring.created(path) as file:
        file.write(content)
    return path


def content(path: Path, keyring: Keyring = KEYRING) -> bytes:
    with keyring.opened(path) as file:
        return file.read()


def clear_files(folder: Path) -> set[Path]:
    """Every file below the folder that is not sealed."""
    return {
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.read_bytes().startswith(MAGIC)
    }
