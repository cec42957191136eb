"""Base64 text: decoded piece by piece, as JSON carries it."""

import base64
import binascii
import json
import re
from collections.abc import Callable
from typing import Final

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.settings import invalid

_ALLOWED: Final = "base64, also as a data: address"
_DATA_ADDRESS: Final = re.compile(rb"\Adata:[^,]{0,200};base64,")
_BLANKS: Final = b" \t\r\n"
_CODED: Final = re.compile(rb"[A-Za-z0-9+/]*(={0,2})")


class Base64Text:
    """`take` gets the bytes as they are decoded (RFC 4648 §4), with padding or without."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._left = b""
        self._is_begun = False
        self._is_ended = False

    def feed(self, text: bytes) -> None:
        """A piece as it is written in JSON. Raises InvalidParameter."""
        if b"\\" in text:
            try:
                text = json.loads(b'"' + text + b'"').encode()
            except ValueError:
                raise _refused() from None
        self._feed(text)

    def feed_text(self, text: str) -> None:
        """All of it. Raises InvalidParameter."""
        self._feed(text.encode())

    def finish(self) -> None:
        """It was all. Raises InvalidParameter when something is missing."""
        self._decode(self._left + b"=" * (-len(self._left) % 4))

    def _feed(self, text: bytes) -> None:
        if not self._is_begun:
            self._is_begun = True
            text = _DATA_ADDRESS.sub(b"", text, count=1)
        text = self._left + text.translate(None, _BLANKS)
        match = _CODED.fullmatch(text)
        if match is None or (self._is_ended and text):
            raise _refused()
        whole = len(text) // 4 * 4
        self._is_ended = self._is_ended or (bool(match[1]) and whole == len(text))
        self._left = text[whole:]
        self._decode(text[:whole])

    def _decode(self, text: bytes) -> None:
        try:
            self._take(base64.b64decode(text))
        except binascii.Error:
            raise _refused() from None


def _refused() -> InvalidParameter:
    return invalid("data", _ALLOWED)
