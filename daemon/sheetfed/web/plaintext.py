"""Plain text: what is answered to HTTP where TLS is spoken, so that a page can tell a certificate
that its browser does not trust from a service that is not there."""

import asyncio
import contextlib
import socket
from typing import Final

_TLS_HANDSHAKE: Final = b"\x16"
"""ContentType of a TLS record that begins a connection (RFC 8446 §5.1)."""

_REQUEST_AT_MOST_BYTES: Final = 1 << 16
_BODY: Final = b"This is an HTTPS address.\n"
_ANSWER: Final = (
    b"HTTP/1.1 400 Bad Request\r\n"
    b"Content-Type: text/plain\r\n"
    b"Content-Length: %d\r\n"
    b"Cache-Control: no-store\r\n"
    b"Cross-Origin-Resource-Policy: cross-origin\r\n"
    b"X-Content-Type-Options: nosniff\r\n"
    b"Connection: close\r\n\r\n%s"
) % (len(_BODY), _BODY)


async def is_plain(connection: socket.socket) -> bool:
    """Wait for the first byte and say whether it is none of TLS; the byte stays to be read."""
    await _readable(connection)
    return connection.recv(1, socket.MSG_PEEK) not in (_TLS_HANDSHAKE, b"")


async def answer_plainly(connection: socket.socket) -> None:
    """Say what is spoken here, and close. Nothing of the request is looked at."""
    loop = asyncio.get_running_loop()
    with contextlib.suppress(OSError):
        await loop.sock_recv(connection, _REQUEST_AT_MOST_BYTES)
        await loop.sock_sendall(connection, _ANSWER)
        connection.shutdown(socket.SHUT_WR)
    connection.close()


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(connection, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(connection)
