"""Export words: what a file of pages is to be like, from a call's options or a query string."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from sheetfed.core import exportwords
from sheetfed.core.exports import Compression, ExportOptions
from sheetfed.core.exportwords import NAMES
from sheetfed.core.imagetype import ImageType
from sheetfed.core.settings import invalid
from sheetfed.web import parameters

_NUMBERS: Final[Mapping[ImageType, Mapping[int, Compression]]] = {
    ImageType.PDF: {0: Compression.AUTO, 2: Compression.GROUP4, 5: Compression.JPEG},
    ImageType.TIFF: {
        0: Compression.AUTO,
        1: Compression.NONE,
        4: Compression.GROUP4,
        5: Compression.LZW,
        7: Compression.JPEG,
    },
}
"""As the REST API numbers them."""

_BETWEEN_LANGUAGES: Final = re.compile(r"[,+ ]")
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}

_TYPED: Final[Mapping[str, Callable[[str], object]]] = {
    "quality": lambda word: parameters.whole("quality", word),
    "compression": lambda word: int(word) if word.isdecimal() and len(word) < 3 else word,
    "archive": lambda word: _FLAGS.get(word.lower(), word),
    "languages": _BETWEEN_LANGUAGES.split,
}


def from_query(query: Mapping[str, str], image_type: ImageType, password: str) -> ExportOptions:
    """Other names are not for us; a password never stands in an address."""
    words: dict[str, object] = {
        name: _TYPED[name](query[name]) if name in _TYPED else query[name]
        for name in NAMES
        if query.get(name)
    }
    return parse({**words, "password": password}, image_type)


def parse(words: Mapping[str, object], image_type: ImageType) -> ExportOptions:
    """Raises InvalidParameter, also for what cannot be had in a file of this type."""
    number = words.get("compression")
    if isinstance(number, bool) or not isinstance(number, int):
        return exportwords.parse(words, image_type)
    numbers = _NUMBERS.get(image_type, {0: Compression.AUTO})
    if number not in numbers:
        taken = exportwords.TAKEN.get(image_type, (Compression.AUTO,))
        raise invalid("compression", f"{', '.join(taken)} or {', '.join(map(str, numbers))}")
    return exportwords.parse({**words, "compression": numbers[number]}, image_type)
