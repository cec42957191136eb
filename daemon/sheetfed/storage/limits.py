"""Limits: how much the store may hold."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of pages and spools in all and of one owner's, 0: as much as all; and what has to
    stay free on the disk."""

    max_bytes: int = 20 * 1024**3
    max_bytes_per_owner: int = 0
    min_free_bytes: int = 0


USUAL: Final = Limits()
