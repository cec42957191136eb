"""Listener: accepts connections on loopback and knows the user behind each one."""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Callable
from contextvars import copy_context
from typing import Final

from sheetfed.web.identity import CONNECTION, Connection

Tls = Callable[[], ssl.SSLContext | None]
"""The certificate that a connection is shown which comes now; None while there is none."""

BACKLOG: Final = 256
TLS_DEADLINE_S: Final = 10.0
_BREATH_S: Final = 0.5

log = logging.getLogger(__name__)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError, its text naming the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise OSError(error.errno, f"cannot listen on {host} port {port}: {error.strerror}") from (
            error
        )
    return listening


class Guests:
    """The users' open connections, on all listeners together: a bounded number of each user's."""

    def __init__(self, *, at_most: int) -> None:
        self._at_most = at_most
        self._open: dict[int, list[socket.socket]] = {}
        self._refused: set[int] = set()

    def admit(self, uid: int, connection: socket.socket) -> bool:
        """Whether this user may have one connection more; it counts until it is closed."""
        mine = [one for one in self._open.get(uid, ()) if one.fileno() >= 0]
        self._open[uid] = mine
        if len(mine) < self._at_most:
            mine.append(connection)
            self._refused.discard(uid)
            return True
        if uid not in self._refused:
            self._refused.add(uid)
            log.warning("user %d has %d connections open and gets no more", uid, len(mine))
        return False


class Listener:
    """One listening socket; each connection's requests run in a context that names its user."""

    def __init__(
        self,
        *,
        listening: socket.socket,
        protocol: Callable[[], asyncio.BaseProtocol],
        peer_uid: Callable[[socket.socket], int | None],
        guests: Guests,
        tls: Tls | None = None,
    ) -> None:
        """`tls` says for each connection how it is served; None from it: not at all."""
        self._listening = listening
        self._protocol = protocol
        self._peer_uid = peer_uid
        self._guests = guests
        self._tls = tls
        self._greeting: set[asyncio.Task[None]] = set()
        self._accepting: asyncio.Task[None] | None = None
        host, self.port = listening.getsockname()[:2]
        scheme = "http" if tls is None else "https"
        self.url = (
            f"{scheme}://[{host}]:{self.port}"
            if ":" in host
            else (f"{scheme}://{host}:{self.port}")
        )

    @property
    def serves(self) -> bool:
        """False while connections are turned away, since there is no certificate."""
        return self._tls is None or self._tls() is not None

    def start(self) -> None:
        self._accepting = asyncio.create_task(self._accept())

    async def close(self) -> None:
        """Take no further connection; those that are open stay."""
        tasks = {task for task in (self._accepting, *self._greeting) if task is not None}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._listening.close()

    def _user_of(self, connection: socket.socket) -> int | None:
        """Whatever goes wrong here refuses this connection and no other."""
        try:
            return self._peer_uid(connection)
        except Exception:
            log.exception("the user behind a connection could not be looked up")
            return None

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listening)
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                    log.warning("cannot accept a connection: %s", error)
                    await asyncio.sleep(_BREATH_S)
                continue
            tls = None if self._tls is None else self._tls()
            uid = self._user_of(connection) if self._tls is None or tls is not None else None
            if uid is None or not self._guests.admit(uid, connection):
                connection.close()
                continue
            context = copy_context()
            context.run(CONNECTION.set, Connection(uid, self.port, tls is not None))
            task = asyncio.create_task(self._greet(connection, tls), context=context)
            self._greeting.add(task)
            task.add_done_callback(self._greeting.discard)

    async def _greet(self, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                self._protocol,
                connection,
                ssl=tls,
                ssl_handshake_timeout=None if tls is None else TLS_DEADLINE_S,
            )
        except (OSError, ssl.SSLError):
            connection.close()
