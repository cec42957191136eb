"""Header: what a sealed file begins with, in clear: which key it needs, and its own salt."""

import os
import struct
from dataclasses import dataclass
from typing import Final

from sheetfed.core.errors import DamagedImage
from sheetfed.sealed.keys import ID_BYTES, KeyKind

MAGIC: Final = b"sheetfed-seal-1\n"
_SALT_BYTES: Final = 32
_FORM: Final = struct.Struct(f"<{len(MAGIC)}sB{ID_BYTES}s{_SALT_BYTES}s")
HEADER_BYTES: Final = _FORM.size
_KINDS: Final = (KeyKind.SESSION, KeyKind.KEY_FILE)


@dataclass(frozen=True, slots=True)
class Header:
    """No two files have the same salt, and so no two the same key."""

    kind: KeyKind
    key_id: bytes
    salt: bytes

    @classmethod
    def new(cls, kind: KeyKind, key_id: bytes) -> "Header":
        return cls(kind, key_id, os.urandom(_SALT_BYTES))

    @classmethod
    def read(cls, block: bytes) -> "Header | None":
        """None of what is no sealed file. Raises DamagedImage."""
        if not block.startswith(MAGIC):
            return None
        if len(block) < HEADER_BYTES:
            raise DamagedImage("a sealed file is cut off")
        _, number, key_id, salt = _FORM.unpack(block[:HEADER_BYTES])
        if number >= len(_KINDS):
            raise DamagedImage("a sealed file has a damaged header")
        return cls(_KINDS[number], key_id, salt)

    def to_bytes(self) -> bytes:
        return _FORM.pack(MAGIC, _KINDS.index(self.kind), self.key_id, self.salt)
