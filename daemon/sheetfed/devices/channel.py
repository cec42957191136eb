"""Channel: the daemon's end of the wire to a worker: whole frames out, messages in."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from sheetfed.core.errors import ScannerLost
from sheetfed.devices import wire

_RECV_BYTES = 64 * 1024


class Channel:
    """Frames go out one after the other, however large they are and whoever sends them."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._sending = asyncio.Lock()

    async def send(self, message: Mapping[str, Any], fds: Sequence[int] = ()) -> None:
        """Raises ScannerLost when the worker takes nothing more."""
        frame = wire.encode(message)
        async with self._sending:
            try:
                sent = socket.send_fds(self._socket, [frame], fds)
                if sent < len(frame):
                    loop = asyncio.get_running_loop()
                    await loop.sock_sendall(self._socket, memoryview(frame)[sent:])
            except OSError as error:
                raise ScannerLost from error
            except BaseException:
                # Nobody could make sense of what would follow half a frame.
                self._shut(socket.SHUT_RDWR)
                raise

    async def messages(self) -> AsyncGenerator[wire.Message, None]:
        """Until the worker closes its end. Raises WireError at what is no message."""
        loop = asyncio.get_running_loop()
        decoder = wire.Decoder()
        with contextlib.suppress(OSError):
            while data := await loop.sock_recv(self._socket, _RECV_BYTES):
                for message in decoder.feed(data):
                    yield message

    def end(self) -> None:
        """Tell the worker that there will be no more."""
        self._shut(socket.SHUT_WR)

    def close(self) -> None:
        self._socket.close()

    def _shut(self, how: int) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(how)
