"""Cipher: what one file's chunks are sealed with: AES-256-GCM under a key of the file's own.

A chunk's nonce is random, so that a chunk may be written again; its place in the file, and whether
it is the last, are authenticated with it. Chunks that were changed, moved, taken from another file
or cut off at the end do not open.
"""

import os
import struct
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sheetfed.core.errors import DamagedImage

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
SURPLUS_BYTES: Final = NONCE_BYTES + _TAG_BYTES
"""By how much a sealed chunk is longer than what is in it."""


def derived(secret: bytes, *, salt: bytes, purpose: bytes) -> bytes:
    """A key for one purpose (HKDF with SHA-256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=purpose).derive(secret)


class Cipher:
    """Seals and opens the chunks of one file."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def sealed(self, chunk: bytes, *, number: int, is_last: bool) -> tuple[bytes, bytes]:
        """The nonce, and the ciphertext with its tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce, self._aead.encrypt(nonce, chunk, _place(number, is_last))

    def opened(self, nonce: bytes, sealed: bytes, *, number: int, is_last: bool) -> bytes:
        """Raises DamagedImage."""
        if len(sealed) < _TAG_BYTES:
            raise DamagedImage("a sealed file is cut off")
        try:
            return self._aead.decrypt(nonce, sealed, _place(number, is_last))
        except InvalidTag as error:
            raise DamagedImage("a sealed file was changed or cut off") from error


def _place(number: int, is_last: bool) -> bytes:
    return struct.pack("<Q?", number, is_last)
