"""Intake: messages as they come in; what would hold up everybody else is left unread."""

from typing import Any, Final, Literal

from dbus_next._private.unmarshaller import Unmarshaller
from dbus_next.constants import MessageType
from dbus_next.signature import SignatureTree

BODY_AT_MOST_BYTES: Final = 512 << 10
"""Of a call or a signal: dbus-next takes a second for each megabyte, the bus lets 32 pass."""

SIGNATURES_AT_MOST: Final = 4096
"""Characters, of all variants that are more than one plain value: each takes much memory."""

TREES_AT_MOST: Final = 256

_FROM_ANYBODY: Final = (MessageType.METHOD_CALL.value, MessageType.SIGNAL.value)
_KIND_AT: Final = 1
_BODY_SIZE: Final = slice(4, 8)
_FIELDS_SIZE: Final = slice(12, 16)
_HEAD_BYTES: Final = 16


class _TooMuch(Exception):
    pass


class _Few(dict[str, Any]):
    """Signatures that were parsed. dbus-next would keep them all, also those of strangers."""

    def __setitem__(self, signature: str, tree: Any) -> None:
        if len(self) >= TREES_AT_MOST:
            self.clear()
        super().__setitem__(signature, tree)


SignatureTree._cache = _Few(SignatureTree._cache)  # noqa: SLF001


class Intake(Unmarshaller):
    """One message. `is_cut`: it is more than anybody has to say, and has no body here."""

    def __init__(self, *sources: Any) -> None:
        super().__init__(*sources)  # type: ignore[no-untyped-call]
        self.is_cut = False
        self._left = SIGNATURES_AT_MOST

    def read_variant(self, type_: Any = None) -> Any:
        signature_size = self.buf[self.offset]
        if signature_size > 1 and self.buf[_KIND_AT] in _FROM_ANYBODY:
            self._left -= signature_size
            if self._left < 0:
                raise _TooMuch
        return super().read_variant(type_)  # type: ignore[no-untyped-call]

    def _unmarshall(self) -> None:
        self.offset = 0
        self.read(_HEAD_BYTES, prefetch=True)  # type: ignore[no-untyped-call]
        order: Literal["little", "big"] = "little" if self.buf[0] == ord("l") else "big"
        body = int.from_bytes(self.buf[_BODY_SIZE], order)
        if body > BODY_AT_MOST_BYTES and self.buf[_KIND_AT] in _FROM_ANYBODY:
            fields = int.from_bytes(self.buf[_FIELDS_SIZE], order)
            size = _HEAD_BYTES + fields + -fields % 8 + body
            self.read(size, prefetch=True)  # type: ignore[no-untyped-call]
            self._cut()
        try:
            super()._unmarshall()  # type: ignore[no-untyped-call]
        except _TooMuch:
            self._cut()
            super()._unmarshall()  # type: ignore[no-untyped-call]

    def _cut(self) -> None:
        self.is_cut = True
        self.buf[_BODY_SIZE] = bytes(4)
