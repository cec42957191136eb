"""Hearing: connections on which a server is heard so long and no longer."""

from functools import partial
from typing import Any, Final

import aiohttp
from aiohttp.client_proto import ResponseHandler

HEARD_AT_MOST_BYTES: Final = 1 << 20
"""Many times what is kept of an answer, with all that may come before it and behind."""


class Connector(aiohttp.TCPConnector):
    """Its connections end when too much has come."""

    def __init__(self, **words: Any) -> None:
        super().__init__(**words)
        heard: type[ResponseHandler] = _Heard
        self._factory = partial(heard, loop=self._loop)


class _Heard(ResponseHandler):
    """aiohttp reads on while there are heads before the answer's, however many."""

    _left_bytes = HEARD_AT_MOST_BYTES

    def data_received(self, data: bytes) -> None:
        self._left_bytes -= len(data)
        if self._left_bytes >= 0:
            super().data_received(data)
        elif self.transport is not None:
            self.transport.abort()
