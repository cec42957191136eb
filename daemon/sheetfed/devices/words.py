"""Words: what drivers call their paper sources and modes, as tables.

A driver's word is compared in lower case with everything but letters and digits as one space; it
has the meaning of the first row whose phrase it contains as whole words, and a row further up is
also the better choice when several of a driver's words mean the same. None: nothing of ours.
"""

import re
from collections.abc import Sequence
from typing import TypeVar

from sheetfed.core.model import Mode, PaperSource

Meaning = TypeVar("Meaning")

SOURCES: tuple[tuple[str, PaperSource | None], ...] = (
    ("back", None),
    ("backside", None),
    ("rear", None),
    ("transparency", None),
    ("transparency unit", None),
    ("tpu", None),
    ("negative", None),
    ("slide", None),
    ("film", None),
    ("card", None),
    ("duplex", PaperSource.FEEDER_DUPLEX),
    ("both sides", PaperSource.FEEDER_DUPLEX),
    ("2 sided", PaperSource.FEEDER_DUPLEX),
    ("two sided", PaperSource.FEEDER_DUPLEX),
    ("double sided", PaperSource.FEEDER_DUPLEX),
    ("dp", PaperSource.FEEDER_DUPLEX),
    ("recto verso", PaperSource.FEEDER_DUPLEX),
    ("beidseitig", PaperSource.FEEDER_DUPLEX),
    ("adf front", PaperSource.FEEDER),
    ("adf simplex", PaperSource.FEEDER),
    ("automatic document feeder", PaperSource.FEEDER),
    ("document feeder", PaperSource.FEEDER),
    ("sheet feeder", PaperSource.FEEDER),
    ("feeder", PaperSource.FEEDER),
    ("adf", PaperSource.FEEDER),
    ("simplex", PaperSource.FEEDER),
    ("front", PaperSource.FEEDER),
    ("vorlageneinzug", PaperSource.FEEDER),
    ("einzug", PaperSource.FEEDER),
    ("chargeur", PaperSource.FEEDER),
    ("flatbed", PaperSource.FLATBED),
    ("platen", PaperSource.FLATBED),
    ("document table", PaperSource.FLATBED),
    ("glass", PaperSource.FLATBED),
    ("fb", PaperSource.FLATBED),
    ("flachbett", PaperSource.FLATBED),
    ("vorlagenglas", PaperSource.FLATBED),
    ("normal", PaperSource.FLATBED),
)

MODES: tuple[tuple[str, Mode | None], ...] = (
    ("color lineart", None),
    ("color halftone", None),
    ("infrared", None),
    ("ir", None),
    ("lineart", Mode.BW),
    ("line art", Mode.BW),
    ("black white", Mode.BW),
    ("black and white", Mode.BW),
    ("binary", Mode.BW),
    ("monochrome", Mode.BW),
    ("threshold", Mode.BW),
    ("thresholded", Mode.BW),
    ("bw", Mode.BW),
    ("strichzeichnung", Mode.BW),
    ("schwarzweiss", Mode.BW),
    ("error diffusion", Mode.BW),
    ("halftone", Mode.BW),
    ("dithered", Mode.BW),
    ("color", Mode.COLOR),
    ("colour", Mode.COLOR),
    ("24bit color", Mode.COLOR),
    ("rgb", Mode.COLOR),
    ("farbe", Mode.COLOR),
    ("couleur", Mode.COLOR),
    ("gray", Mode.GRAY),
    ("grey", Mode.GRAY),
    ("grayscale", Mode.GRAY),
    ("greyscale", Mode.GRAY),
    ("truegray", Mode.GRAY),
    ("graustufen", Mode.GRAY),
    ("niveaux de gris", Mode.GRAY),
)

TYPES: tuple[tuple[str, PaperSource | None], ...] = (
    ("sheetfed", PaperSource.FEEDER),
    ("sheet fed", PaperSource.FEEDER),
    ("scanner", PaperSource.FLATBED),
)
"""What a scanner without a source option feeds from, by its SANE type (SANE 1.0 §4.2.8)."""

NEXT_BEST: dict[Mode, tuple[Mode, ...]] = {
    Mode.COLOR: (Mode.COLOR, Mode.GRAY, Mode.BW),
    Mode.GRAY: (Mode.GRAY, Mode.COLOR, Mode.BW),
    Mode.BW: (Mode.BW, Mode.GRAY, Mode.COLOR),
}
"""The modes to fall back on, the nearest first."""


def _normal(word: str) -> str:
    return f" {re.sub(r'[^0-9a-z]+', ' ', word.casefold()).strip()} "


def _rank(table: Sequence[tuple[str, Meaning | None]], word: str) -> int | None:
    normal = _normal(word)
    for row, (phrase, _) in enumerate(table):
        if f" {phrase} " in normal:
            return row
    return None


def meaning(table: Sequence[tuple[str, Meaning | None]], word: str) -> Meaning | None:
    """What the driver's word means, None when it is nothing of ours."""
    row = _rank(table, word)
    return None if row is None else table[row][1]


def best(table: Sequence[tuple[str, Meaning | None]], words: Sequence[str]) -> dict[Meaning, str]:
    """For each meaning the best of a driver's words."""
    found: dict[Meaning, tuple[int, str]] = {}
    for word in words:
        row = _rank(table, word)
        sense = None if row is None else table[row][1]
        if row is not None and sense is not None:
            found[sense] = min(found.get(sense, (row, word)), (row, word), key=lambda it: it[0])
    return {sense: word for sense, (_, word) in found.items()}
