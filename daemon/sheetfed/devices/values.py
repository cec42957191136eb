"""Values: an option's value as SANE's bytes, and as the wire's plain words and numbers.

A SANE_Word is 32 bits in the host's order, a SANE_Fixed the number times 65536, a string ends with
a zero byte (SANE 1.0 §4.2.1 to §4.2.4).
"""

import struct
from collections.abc import Sequence
from enum import IntEnum, IntFlag
from typing import Any

WORD_BYTES = 4
LONGEST_BYTES = WORD_BYTES * 65536
"""Of a value that is read and set."""

_FIXED_SCALE = 1 << 16

Plain = bool | int | float | str | list[int] | list[float]
"""A value as it travels between worker and daemon."""


class Kind(IntEnum):
    """SANE_Value_Type (SANE 1.0 §4.2.9.4)."""

    BOOL = 0
    INT = 1
    FIXED = 2
    STRING = 3
    BUTTON = 4
    GROUP = 5


class Cap(IntFlag):
    """What can be done with an option: SANE_CAP_* (SANE 1.0 §4.2.9.6)."""

    SOFT_SELECT = 1 << 0
    HARD_SELECT = 1 << 1
    SOFT_DETECT = 1 << 2
    EMULATED = 1 << 3
    AUTOMATIC = 1 << 4
    INACTIVE = 1 << 5
    ADVANCED = 1 << 6


def text(raw: bytes) -> str:
    """UTF-8, or what it is in Latin-1 when it is not."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def numbers(kind: int, words: Sequence[int]) -> list[int] | list[float]:
    """SANE words in the unit of their option: those of SANE_TYPE_FIXED are fractions."""
    if kind == Kind.FIXED:
        return [word / _FIXED_SCALE for word in words]
    return list(words)


def decode(kind: int, raw: bytes) -> Plain | None:
    """None when these bytes hold no value of the kind."""
    if kind == Kind.STRING:
        return text(raw.partition(b"\0")[0])
    if kind not in (Kind.BOOL, Kind.INT, Kind.FIXED) or len(raw) < WORD_BYTES:
        return None
    words = struct.unpack_from(f"={len(raw) // WORD_BYTES}i", raw)
    if kind == Kind.BOOL:
        return bool(words[0])
    found = numbers(kind, words)
    return found if len(found) > 1 else found[0]


def encode(kind: int, value: object, texts: Sequence[bytes] = ()) -> bytes:
    """The bytes to set; a word that is one of `texts` is sent as the driver itself spells it.

    Raises ValueError when the value is none of the kind's.
    """
    if kind == Kind.STRING and isinstance(value, str):
        known = {text(raw): raw for raw in texts}
        return known.get(value, value.encode()) + b"\0"
    if kind in (Kind.BOOL, Kind.BUTTON) and isinstance(value, bool):
        return struct.pack("=i", value)
    if kind in (Kind.INT, Kind.FIXED):
        items: list[Any] = value if isinstance(value, list) else [value]
        scale = _FIXED_SCALE if kind == Kind.FIXED else 1
        try:
            return struct.pack(f"={len(items)}i", *[round(item * scale) for item in items])
        except (struct.error, TypeError, OverflowError) as error:
            raise ValueError("these are no numbers of the option's") from error
    raise ValueError("this is no value of the option's type")
