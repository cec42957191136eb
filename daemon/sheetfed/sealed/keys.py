"""Keys: what files are sealed with, and how they are told apart without giving them away."""

import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Final

from sheetfed.core.errors import DamagedImage

SECRET_BYTES: Final = 32
ID_BYTES: Final = 15
_ID_PURPOSE: Final = b"sheetfed key id"


class KeyRefused(Exception):
    """The key that is given cannot be used, or is not the store's; the text says why."""


class KeyMissing(DamagedImage):
    """The file is sealed with a key that is not there; `is_lost` when it will not come back."""

    def __init__(self, *, is_lost: bool) -> None:
        self.is_lost = is_lost
        super().__init__(
            "the page was sealed with a key that is gone"
            if is_lost
            else "the page is sealed with another key than the service was given"
        )


class KeyKind(StrEnum):
    """How long a key lives: until the service is stopped, or as long as its file."""

    SESSION = "session"
    KEY_FILE = "key-file"


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of SECRET_BYTES. What it shows of itself, also when printed, is its id."""

    kind: KeyKind
    secret: bytes = field(repr=False)
    id: bytes = field(init=False)

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_BYTES:
            raise ValueError(f"a key has {SECRET_BYTES} bytes")
        digest = hmac.digest(self.secret, _ID_PURPOSE, "sha256")[:ID_BYTES]
        object.__setattr__(self, "id", digest)

    @classmethod
    def from_file(cls, content: bytes) -> "Key":
        """The key of a key file, whatever its content is. Raises KeyRefused when it is short."""
        if len(content) < SECRET_BYTES:
            raise KeyRefused(f"the key has {len(content)} bytes, it needs {SECRET_BYTES}")
        return cls(KeyKind.KEY_FILE, sha256(content).digest())
