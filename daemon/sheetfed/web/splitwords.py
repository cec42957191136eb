"""Split words: where a document is to be split, as callers say it."""

from collections.abc import Mapping
from typing import Final

from sheetfed.core.blank import BLANK_BELOW
from sheetfed.core.settings import invalid, number
from sheetfed.core.splitting import AtBarcode, AtBlank, EveryPages, Rule
from sheetfed.web import parameters
from sheetfed.web.reading import formats

RULES: Final[Mapping[str, tuple[str, ...]]] = {
    "every": ("pages",),
    "blank": ("threshold", "keep"),
    "barcode": ("text", "formats", "keep"),
}
"""What each rule may say beside its name."""


def read(name: str, value: object) -> Rule:
    """Of a call's parameter. Raises InvalidParameter."""
    if not isinstance(value, Mapping):
        raise invalid(name, "an object")
    return parse(value)


def parse(words: Mapping[str, object]) -> Rule:
    """Raises InvalidParameter."""
    name = words.get("at")
    if not isinstance(name, str) or name not in RULES:
        raise invalid("at", ", ".join(RULES))
    for word in words:
        if word not in ("at", *RULES[name]):
            raise invalid(word[:64], ", ".join(RULES[name]))
    known = {word: value for word, value in words.items() if value is not None}
    if name == "every":
        return EveryPages(parameters.count("pages", known.get("pages")))
    keeps = parameters.flag("keep", known.get("keep", False))
    if name == "blank":
        threshold = number("threshold", known.get("threshold", BLANK_BELOW), 0, 1)
        return AtBlank(threshold, is_kept=keeps)
    text = parameters.text("text", known["text"]) if "text" in known else None
    return AtBarcode(text, formats({"formats": known.get("formats")}), is_kept=keeps)
