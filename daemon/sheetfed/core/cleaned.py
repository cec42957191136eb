"""Cleaned: words that come from a device, without what a terminal or a log would obey."""

import unicodedata
from typing import Final

LONGEST: Final = 256
"""Characters; no maker's name for a scanner is near it."""

_OBEYED: Final = ("Cc", "Cs", "Zl", "Zp")


def cleaned(text: str, at_most: int = LONGEST) -> str:
    """Without control characters, line ends and halves of characters, and not too long."""
    kept = (char for char in text[: 4 * at_most] if unicodedata.category(char) not in _OBEYED)
    return "".join(kept)[:at_most]
