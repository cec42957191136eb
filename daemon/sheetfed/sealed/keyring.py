"""Keyring: the keys that the store's files are opened with, and the one that seals new files."""

import io
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sheetfed.sealed import memory
from sheetfed.sealed.header import HEADER_BYTES, Header
from sheetfed.sealed.keys import SECRET_BYTES, Key, KeyKind, KeyMissing

_KINDS: Final = (KeyKind.SESSION, KeyKind.KEY_FILE)
_RECORD_BYTES: Final = 1 + SECRET_BYTES
_BYTES_AT_MOST: Final = 4096
_BUFFER_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class FileSeal:
    """What one file is sealed with: its header, and the key that is the file's own."""

    header: bytes
    key: bytes = field(repr=False)

    def begin(self, raw: io.FileIO) -> io.RawIOBase:
        """The content of a file that is empty yet."""
        block = self.header
        while block:
            block = block[raw.write(block) :]
        return self._content(raw, is_new=True)

    def content(self, raw: io.FileIO) -> io.RawIOBase:
        """The content of a file that has this header. Raises DamagedImage."""
        return self._content(raw, is_new=False)

    def _content(self, raw: io.FileIO, *, is_new: bool) -> io.RawIOBase:
        # Loaded with the first sealed file: without any, nobody pays for it.
        from sheetfed.sealed.sealedfile import SealedFile

        return SealedFile(raw, self.key, is_new=is_new)


class Keyring:
    """Without a sealing key new files are clear; clear files are opened in any case."""

    def __init__(self, *, sealing: Key | None = None, opening: Iterable[Key] = ()) -> None:
        """`opening` are further keys, for files that were sealed at other times."""
        self._sealing = sealing
        self._keys = {key.id: key for key in (*([sealing] if sealing else []), *opening)}

    @property
    def sealing(self) -> Key | None:
        return self._sealing

    @property
    def is_empty(self) -> bool:
        return not self._keys

    def key(self, kind: KeyKind) -> Key | None:
        """The key of this kind; there is at most one."""
        return next((key for key in self._keys.values() if key.kind is kind), None)

    def opened(self, path: Path) -> io.BufferedReader:
        """A file for reading, whatever it is sealed with.

        Raises OSError, KeyMissing, or DamagedImage, also while it is read.
        """
        raw = io.FileIO(path)
        try:
            header = Header.read(os.pread(raw.fileno(), HEADER_BYTES, 0))
            if header is None:
                return io.BufferedReader(raw)
            return io.BufferedReader(self._seal(header).content(raw), _BUFFER_BYTES)
        except BaseException:
            raw.close()
            raise

    def created(self, path: Path) -> io.BufferedRandom:
        """A file for writing and reading back, mode 0600; what was there is gone."""
        seal = self.new_seal()
        raw = io.FileIO(path, "w+b", opener=_private)
        if seal is None:
            return io.BufferedRandom(raw)
        try:
            return io.BufferedRandom(seal.begin(raw), _BUFFER_BYTES)
        except BaseException:
            raw.close()
            raise

    def new_seal(self) -> FileSeal | None:
        """For one new file; None when that is to be clear."""
        key = self._sealing
        return None if key is None else self._seal(Header.new(key.kind, key.id))

    def is_as_new(self, path: Path) -> bool:
        """Whether the file is sealed as a new one would be. Raises OSError."""
        header = _header(path)
        if self._sealing is None or header is None:
            return header is None and self._sealing is None
        return header.key_id == self._sealing.id

    def is_lost(self, path: Path) -> bool:
        """Whether no key will ever open the file again; one that is not there is not lost."""
        try:
            header = _header(path)
        except FileNotFoundError:
            return False
        if header is None or header.key_id in self._keys:
            return False
        return header.kind is KeyKind.SESSION

    def to_descriptor(self) -> int:
        """A file in memory with all keys, for a process that is to have them; blocking."""
        keys = sorted(self._keys.values(), key=lambda key: key is not self._sealing)
        records = [bytes([_KINDS.index(key.kind)]) + key.secret for key in keys]
        return memory.written(bytes([self._sealing is not None]) + b"".join(records))

    @classmethod
    def from_descriptor(cls, descriptor: int) -> "Keyring":
        """What `to_descriptor` gave; the descriptor is closed."""
        try:
            content = memory.content(descriptor, bytes_at_most=_BYTES_AT_MOST)
        finally:
            os.close(descriptor)
        # Whoever is given keys will use them: not first when somebody waits.
        from sheetfed.sealed import sealedfile  # noqa: F401

        is_sealing, records = content[0], content[1:]
        keys = [
            Key(_KINDS[records[at]], records[at + 1 : at + _RECORD_BYTES])
            for at in range(0, len(records), _RECORD_BYTES)
        ]
        return cls(sealing=keys[0] if is_sealing else None, opening=keys)

    def _seal(self, header: Header) -> FileSeal:
        key = self._keys.get(header.key_id)
        if key is None:
            raise KeyMissing(is_lost=header.kind is KeyKind.SESSION)
        from sheetfed.sealed import cipher

        block = header.to_bytes()
        secret = cipher.derived(key.secret, salt=header.salt, purpose=block)
        return FileSeal(block, secret)


CLEAR: Final = Keyring()
"""Seals nothing."""


def _header(path: Path) -> Header | None:
    with io.FileIO(path) as raw:
        return Header.read(raw.read(HEADER_BYTES))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
