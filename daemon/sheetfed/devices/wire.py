"""Wire: messages between the daemon and a scanner worker, as length-framed JSON objects."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Message = dict[str, Any]

SURVEY = "--survey"
"""The word on a worker's command line that makes it a surveyor."""

LENGTH_BYTES = 4
MAX_BODY_BYTES = 4 * 1024 * 1024


class WireError(Exception):
    """The peer sent something that is no message, or we were about to."""


def encode(message: Mapping[str, Any]) -> bytes:
    """A frame: four bytes of length, most significant first, and the body. Raises WireError."""
    try:
        body = json.dumps(message, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise WireError("this is no message") from error
    if len(body) > MAX_BODY_BYTES:
        raise WireError("the message is too long")
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


class Decoder:
    """Turns a stream of bytes, cut anywhere, back into messages."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Every message that is now whole. Raises WireError at the first that is none."""
        self._bytes += data
        while len(self._bytes) >= LENGTH_BYTES:
            end = LENGTH_BYTES + int.from_bytes(self._bytes[:LENGTH_BYTES], "big")
            if end > LENGTH_BYTES + MAX_BODY_BYTES:
                raise WireError("the message is too long")
            if len(self._bytes) < end:
                return
            body = bytes(self._bytes[LENGTH_BYTES:end])
            del self._bytes[:end]
            yield _decode(body)


def _decode(body: bytes) -> Message:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WireError("the message is not JSON") from error
    if not isinstance(message, dict):
        raise WireError("the message is not an object")
    return message
