"""Listener: accepts connections on loopback and knows the user behind each one."""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Callable
from contextvars import copy_context
from typing import Final

from sheetfed.core.ownedtasks import OwnedTasks
from sheetfed.web import plaintext
from sheetfed.web.entrances import Entrance
from sheetfed.web.identity import CONNECTION, Connection

TLS_DEADLINE_S: Final = 10.0
_BREATH_S: Final = 0.5
_GREETING_S: Final = 2.0
_AT_ONCE: Final = 64
_SHORT_OF: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

log = logging.getLogger(__name__)


class Guests:
    """The users' open connections, on all listeners together: a bounded number of each user's."""

    def __init__(self, *, at_most: int) -> None:
        self._at_most = at_most
        self._open: dict[int, list[socket.socket]] = {}
        self._refused: set[int] = set()

    def change(self, *, at_most: int) -> None:
        """Whoever has more keeps them, and gets no further one."""
        self._at_most = at_most

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
        entrance: Entrance,
        protocol: Callable[[], asyncio.BaseProtocol],
        peer_uid: Callable[[socket.socket], int | None],
        guests: Guests,
    ) -> None:
        self._listening = entrance.listening
        self._tls = entrance.tls
        self._is_open = entrance.is_open
        self._protocol = protocol
        self._peer_uid = peer_uid
        self._guests = guests
        self._greeting = OwnedTasks()
        self._breath: asyncio.TimerHandle | None = None
        host, self.port = entrance.listening.getsockname()[:2]
        scheme = "http" if entrance.tls is None else "https"
        self.url = (
            f"{scheme}://[{host}]:{self.port}"
            if ":" in host
            else (f"{scheme}://{host}:{self.port}")
        )

    @property
    def serves(self) -> bool:
        """False while connections are turned away."""
        return self._is_open and (self._tls is None or self._tls() is not None)

    def start(self) -> None:
        self._breath = None
        asyncio.get_running_loop().add_reader(self._listening, self._accept)

    async def close(self) -> None:
        """Take no further connection; those that were taken are greeted to the end, and stay."""
        if self._listening.fileno() < 0:
            return
        asyncio.get_running_loop().remove_reader(self._listening)
        if self._breath is not None:
            self._breath.cancel()
        self._listening.close()
        await self._greeting.ended(within_s=_GREETING_S)
        await self._greeting.cancel()

    def _user_of(self, connection: socket.socket) -> int | None:
        """Whatever goes wrong here refuses this connection and no other."""
        try:
            return self._peer_uid(connection)
        except Exception:
            log.exception("the user behind a connection could not be looked up")
            return None

    def _accept(self) -> None:
        """Whoever waits; in a callback, since a task that is cancelled here would lose them."""
        for _ in range(_AT_ONCE):
            try:
                connection, _ = self._listening.accept()
            except OSError as error:
                if error.errno in _SHORT_OF:
                    log.warning("cannot accept a connection: %s", error)
                    loop = asyncio.get_running_loop()
                    loop.remove_reader(self._listening)
                    self._breath = loop.call_later(_BREATH_S, self.start)
                return
            connection.setblocking(False)
            self._welcome(connection)

    def _welcome(self, connection: socket.socket) -> None:
        tls = None if self._tls is None else self._tls()
        is_served = self._is_open and (self._tls is None or tls is not None)
        uid = self._user_of(connection) if is_served else None
        if uid is None or not self._guests.admit(uid, connection):
            connection.close()
            return
        context = copy_context()
        context.run(CONNECTION.set, Connection(uid, self.port, tls is not None))
        context.run(self._greeting.begin, self._greet(connection, tls))

    async def _greet(self, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
        try:
            if tls is not None and await self._is_plain(connection):
                return
            await asyncio.get_running_loop().connect_accepted_socket(
                self._protocol,
                connection,
                ssl=tls,
                ssl_handshake_timeout=None if tls is None else TLS_DEADLINE_S,
            )
        except (OSError, ssl.SSLError):
            connection.close()

    async def _is_plain(self, connection: socket.socket) -> bool:
        """Whether no TLS is spoken on it; then it was answered and closed, or says nothing."""
        try:
            async with asyncio.timeout(TLS_DEADLINE_S):
                if not await plaintext.is_plain(connection):
                    return False
                await plaintext.answer_plainly(connection)
        except (TimeoutError, asyncio.CancelledError) as ended:
            connection.close()
            if isinstance(ended, asyncio.CancelledError):
                raise
        return True
