"""Long text: JSON that is read piece by piece, its one long text kept out of memory."""

import re
import secrets
from collections.abc import Callable
from typing import Final

from sheetfed.core.errors import TooLarge
from sheetfed.core.settings import invalid

LONG_BYTES: Final = 4096
"""From here on a text is put aside."""

_INSIDE: Final = re.compile(rb'(?:[^"\\]+|\\[^u]|\\u[0-9a-fA-F]{4})*', re.DOTALL)
_ESCAPE_BYTES: Final = 6


class LongText:
    """Give it a body in pieces: `json` is the body with `token` in the long text's place.

    `put_aside` gets that text in pieces, as it is written in JSON but never cut within an escape.
    """

    def __init__(self, *, json_at_most_bytes: int, put_aside: Callable[[bytes], None]) -> None:
        self.json = bytearray()
        self.token = secrets.token_hex(16)
        self.is_found = False
        self._at_most_bytes = json_at_most_bytes
        self._put_aside = put_aside
        self._text = bytearray()
        self._unread = b""
        self._is_inside = False
        self._is_long = False

    def feed(self, piece: bytes) -> None:
        """Raises TooLarge when all else is, InvalidParameter for what is no JSON or has more."""
        data, place = self._unread + piece, 0
        self._unread = b""
        while place < len(data):
            place = self._read_text(data, place) if self._is_inside else self._read(data, place)
        if len(self.json) > self._at_most_bytes:
            raise TooLarge("the request's body is larger than the limit")

    def _read(self, data: bytes, place: int) -> int:
        """What is outside of texts, with the quotation mark where one begins."""
        quote = data.find(b'"', place)
        end = len(data) if quote < 0 else quote + 1
        self._is_inside = quote >= 0
        self.json += data[place:end]
        return end

    def _read_text(self, data: bytes, place: int) -> int:
        match = _INSIDE.match(data, place)
        assert match is not None  # it matches nothing, too
        end = match.end()
        self._take(data[place:end])
        if end == len(data):
            return end
        if data[end : end + 1] == b'"':
            self._end_text()
            return end + 1
        self._unread = data[end:]
        if len(self._unread) >= _ESCAPE_BYTES:
            raise invalid("body", "JSON")
        return len(data)

    def _take(self, text: bytes) -> None:
        if self._is_long:
            self._put_aside(text)
            return
        self._text += text
        if len(self._text) > LONG_BYTES:
            if self.is_found:
                raise invalid("body", "one long text")
            self.is_found = self._is_long = True
            self._put_aside(bytes(self._text))

    def _end_text(self) -> None:
        self.json += (self.token.encode() if self._is_long else self._text) + b'"'
        self._text.clear()
        self._is_inside = self._is_long = False
