"""Key marks: which keys the store's files were sealed with; of a key there is its id alone."""

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from sheetfed.sealed.keyring import Keyring
from sheetfed.sealed.keys import KeyKind, KeyRefused

log = logging.getLogger(__name__)


class KeyMarks:
    """One small file; a store that never sealed anything has none. Blocks on the file system."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def require(self, keyring: Keyring) -> None:
        """Raises KeyRefused when a key file's key is not the one of the store."""
        key, mark = keyring.key(KeyKind.KEY_FILE), self._read().get(KeyKind.KEY_FILE)
        if key is not None and mark is not None and key.id.hex() != mark:
            raise KeyRefused(
                "the key that is given is not the one that the store is sealed with: give the "
                f"right one, or remove {self._path} and with it all hope for those pages"
            )

    def is_lost(self, keyring: Keyring) -> bool:
        """Whether files may be sealed with a session's key that is gone."""
        mark = self._read().get(KeyKind.SESSION)
        key = keyring.key(KeyKind.SESSION)
        return mark is not None and (key is None or key.id.hex() != mark)

    def save(self, keyring: Keyring) -> None:
        """To be called once what is lost has been given up, before anything new is sealed."""
        before = self._read()
        found = {kind: keyring.key(kind) for kind in KeyKind}
        marks = {kind: key.id.hex() for kind, key in found.items() if key is not None}
        if KeyKind.KEY_FILE in before:
            marks.setdefault(KeyKind.KEY_FILE, before[KeyKind.KEY_FILE])
        if marks != before:
            self._write(marks)

    def _read(self) -> dict[KeyKind, str]:
        try:
            words = json.loads(self._path.read_bytes())
            return {KeyKind(kind): str(mark) for kind, mark in words.items()}
        except FileNotFoundError:
            return {}
        except (ValueError, AttributeError):
            log.warning("%s is damaged; it is written anew", self._path)
            # A mark that no key has: what is lost is looked for.
            return {KeyKind.SESSION: ""}

    def _write(self, marks: Mapping[KeyKind, str]) -> None:
        unfinished = self._path.with_name(f"{self._path.name}.part")
        descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with open(descriptor, "w") as file:
            json.dump(marks, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)
