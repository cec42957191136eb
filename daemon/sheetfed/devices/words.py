"""Words: drivers' names for paper sources and modes, understood by tables of phrases.

A driver's word is compared in lower case with everything but letters and digits as one space; it
has the meaning of the first row whose phrase it contains as whole words. A row further up is also
the better choice when several of a driver's words mean the same.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sheetfed.core.model import Mode

Meaning = TypeVar("Meaning")

NEXT_BEST: dict[Mode, tuple[Mode, ...]] = {
    Mode.COLOR: (Mode.COLOR, Mode.GRAY, Mode.BW),
    Mode.GRAY: (Mode.GRAY, Mode.COLOR, Mode.BW),
    Mode.BW: (Mode.BW, Mode.GRAY, Mode.COLOR),
}
"""The modes to fall back on, the nearest first."""


@dataclass(frozen=True, slots=True)
class Row(Generic[Meaning]):
    """A phrase and what it means; None: nothing of ours. `depth`: bits a sample, if it says so."""

    phrase: str
    meaning: Meaning | None
    depth: int | None = None


def plain(word: str) -> str:
    """A word as it is compared."""
    return re.sub(r"[\W_]+", " ", word.casefold()).strip()


def row(table: Sequence[Row[Meaning]], word: str) -> Row[Meaning] | None:
    """The row that a driver's word means."""
    rank = _rank(table, word)
    return None if rank is None else table[rank]


def meaning(table: Sequence[Row[Meaning]], word: str) -> Meaning | None:
    """What the driver's word means, None when it is nothing of ours."""
    found = row(table, word)
    return None if found is None else found.meaning


def best(
    table: Sequence[Row[Meaning]], words: Iterable[str]
) -> dict[tuple[Meaning, int | None], str]:
    """For each meaning, and each depth that goes with it, the best of a driver's words."""
    found: dict[tuple[Meaning, int | None], tuple[int, str]] = {}
    for word in words:
        rank = _rank(table, word)
        if rank is None:
            continue
        sense, depth = table[rank].meaning, table[rank].depth
        if sense is not None:
            before = found.get((sense, depth), (rank, word))
            found[sense, depth] = min(before, (rank, word), key=lambda it: it[0])
    return {sense: word for sense, (_, word) in found.items()}


def _rank(table: Sequence[Row[Meaning]], word: str) -> int | None:
    padded = f" {plain(word)} "
    for rank, candidate in enumerate(table):
        if f" {candidate.phrase} " in padded:
            return rank
    return None
