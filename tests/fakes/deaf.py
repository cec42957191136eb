"""A listener that does not read what it is told."""

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deaf_listener(port: int, instance: str = "test") -> Iterator[None]:
    """A stream whose client takes next to nothing into its buffers and reads none of it."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setblocking(False)
        connection.connect_ex(("127.0.0.1", port))
        select.select([], [connection], [], 5)
        head = f"GET /dwt/dwt_1/events?id={instance} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
        connection.send(head.encode())
        yield
