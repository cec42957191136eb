"""Passwords: only what is slow to guess from is kept of them (scrypt, RFC 7914)."""

import asyncio
import hashlib
import hmac
import secrets
from collections import defaultdict
from typing import Final

from sheetfed.core.errors import WrongPassword

_COST: Final = 2**14
_BLOCK_SIZE: Final = 8
"""With this cost: 16 MiB and some 50 ms of a core."""

_SALT_BYTES: Final = 16


class Passwords:
    """Hashes one at a time, off the loop, so that guessing keeps at most one core busy; users take
    turns, so that one who guesses keeps no other one waiting."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._turns: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def hashed(self, password: str, *, uid: int) -> str:
        """What is to be kept of it."""
        salt = secrets.token_bytes(_SALT_BYTES)
        key = await self._key(password, salt, _COST, _BLOCK_SIZE, uid=uid)
        return f"scrypt:{_COST}:{_BLOCK_SIZE}:{salt.hex()}:{key.hex()}"

    async def require(self, password: str, kept: str, *, uid: int) -> None:
        """Raises WrongPassword unless `kept` is the password's hash."""
        _, cost, block_size, salt, key = kept.split(":")
        known = bytes.fromhex(salt), int(cost), int(block_size)
        found = await self._key(password, *known, uid=uid)
        if not hmac.compare_digest(found, bytes.fromhex(key)):
            raise WrongPassword

    async def _key(
        self, password: str, salt: bytes, cost: int, block_size: int, *, uid: int
    ) -> bytes:
        async with self._turns[uid], self._turn:
            return await asyncio.to_thread(
                hashlib.scrypt,
                password.encode(errors="surrogatepass"),
                salt=salt,
                n=cost,
                r=block_size,
                p=1,
                maxmem=256 * cost * block_size,
            )
