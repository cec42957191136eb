"""Key marks: which keys the store's files were sealed with; of a key there is its id alone."""

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from sheetfed.sealed.keyring import Keyring
from sheetfed.sealed.keys import KeyKind, KeyRefused
from sheetfed.storage.syncing import sync

log = logging.getLogger(__name__)


class KeyMarks:
    """One small file; a store that never sealed anything has none."""

    def __init__(self, path: Path, marks: Mapping[KeyKind, str]) -> None:
        self._path = path
        self._marks = dict(marks)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Blocking. Raises OSError."""
        try:
            words = json.loads(path.read_bytes())
            return cls(path, {KeyKind(kind): str(mark) for kind, mark in words.items()})
        except FileNotFoundError:
            return cls(path, {})
        except (ValueError, AttributeError):
            log.warning("%s is damaged, and written anew", path)
            # A mark that no key has: what is lost is looked for.
            return cls(path, {KeyKind.SESSION: ""})

    def require(self, keyring: Keyring) -> None:
        """Raises KeyRefused when a key file's key is not the one of the store."""
        key, mark = keyring.key(KeyKind.KEY_FILE), self._marks.get(KeyKind.KEY_FILE)
        if key is not None and mark is not None and key.id.hex() != mark:
            raise KeyRefused(
                "the key that is given is not the one that the store is sealed with: give the "
                f"right one, or remove {self._path} and with it all hope for those pages"
            )

    def is_lost(self, keyring: Keyring) -> bool:
        """Whether files may be sealed with a session's key that is gone."""
        key, mark = keyring.key(KeyKind.SESSION), self._marks.get(KeyKind.SESSION)
        return mark is not None and (key is None or key.id.hex() != mark)

    def save(self, keyring: Keyring) -> None:
        """Blocking: to be called once what is lost was given up, before anything new is sealed.

        Raises OSError.
        """
        found = {kind: keyring.key(kind) for kind in KeyKind}
        marks = {kind: key.id.hex() for kind, key in found.items() if key is not None}
        if KeyKind.KEY_FILE in self._marks:
            marks.setdefault(KeyKind.KEY_FILE, self._marks[KeyKind.KEY_FILE])
        if marks != self._marks:
            self._write(marks)
            self._marks = marks

    def _write(self, marks: Mapping[KeyKind, str]) -> None:
        unfinished = self._path.with_name(f"{self._path.name}.part")
        descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with open(descriptor, "w") as file:
            json.dump(marks, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)
        sync(self._path.parent)
