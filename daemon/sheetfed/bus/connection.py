"""Connection: one connection to a message bus: dbus-next's, with what it lacks put right."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterable
from typing import Any, Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.errors import AuthError, InvalidAddressError
from dbus_next.message import Message

from sheetfed.bus import descriptors
from sheetfed.bus.intake import Intake
from sheetfed.bus.refusal import DISCONNECTED, LIMITS_EXCEEDED, NO_REPLY, Refusal
from sheetfed.bus.values import clean

CONNECT_DEADLINE_S: Final = 10.0
CALL_DEADLINE_S: Final = 25.0
FLUSH_DEADLINE_S: Final = 2.0

READING_S: Final = 0.01
"""So long messages are read before others have their turn."""

BUS_NAME: Final = "org.freedesktop.DBus"
BUS_PATH: Final = "/org/freedesktop/DBus"


class BusUnreachable(Exception):
    """There is no message bus at the address, or it does not let us in."""


def address_of(bus: str) -> str:
    """The address of "system" or "session" (D-Bus specification §Well-known buses), or itself."""
    if bus == "system":
        default = "unix:path=/var/run/dbus/system_bus_socket"
        return os.environ.get("DBUS_SYSTEM_BUS_ADDRESS", default)
    if bus == "session":
        runtime = os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
        return os.environ.get("DBUS_SESSION_BUS_ADDRESS", f"unix:path={runtime}/bus")
    return bus


class Connection(MessageBus):
    """A socket that connects without blocking and is closed at the end; waits have deadlines."""

    @classmethod
    async def open(cls, bus: str) -> "Connection":
        """Raises BusUnreachable."""
        try:
            connection = cls(bus_address=address_of(bus), negotiate_unix_fd=True)
        except (OSError, InvalidAddressError) as error:
            raise BusUnreachable(f"no message bus at {address_of(bus)}: {error}") from error
        try:
            await asyncio.wait_for(connection.connect(), CONNECT_DEADLINE_S)
        except (OSError, EOFError, AuthError, TimeoutError) as error:
            connection.abort()
            raise BusUnreachable(f"the bus at {address_of(bus)} refused us: {error!r}") from error
        except BaseException:
            connection.abort()
            raise
        return connection

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._writer.sock = _Outlet(self._sock)
        self._last_sent: asyncio.Future[None] | None = None
        self._disconnect_future.add_done_callback(_retrieve)

    def send(self, msg: Message) -> "asyncio.Future[None]":  # type: ignore[override]
        """Marshal now, write when the socket takes it. Raises what marshalling raises."""
        msg.body = clean(msg.body)
        self._last_sent = super().send(msg)
        self._last_sent.add_done_callback(_retrieve)
        return self._last_sent

    async def send_and_wait(self, msg: Message) -> None:
        """Send, and return when it is written or the bus is gone."""
        waited = {self.send(msg), self._disconnect_future}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)

    async def ask(
        self,
        member: str,
        signature: str = "",
        body: Iterable[object] = (),
        *,
        destination: str = BUS_NAME,
        path: str = BUS_PATH,
        interface: str = BUS_NAME,
        files: Iterable[int] = (),
        may_ask: bool = False,
        timeout_s: float = CALL_DEADLINE_S,
    ) -> Message:
        """A method call's reply. Raises Refusal, also when there is none in time.

        An `h` in the body is an index of `files`, descriptors that stay the caller's. `may_ask`:
        whoever sits there may be asked for a password first.
        """
        call = Message(
            destination=destination,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
            unix_fds=list(files),
            flags=(MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION if may_ask else MessageFlag.NONE),
        )
        if not self.connected:
            raise Refusal(DISCONNECTED, "the connection to the message bus is gone")
        try:
            reply = await asyncio.wait_for(self.call(call), timeout_s)
        except TimeoutError as error:
            raise Refusal(NO_REPLY, f"no answer to {member} within {timeout_s:g} s") from error
        except (OSError, EOFError) as error:
            raise Refusal(DISCONNECTED, "the message bus went away") from error
        if reply is None:
            raise Refusal(DISCONNECTED, "the message bus went away")
        if reply.message_type is MessageType.ERROR:
            text = reply.body[0] if reply.signature.startswith("s") else reply.error_name
            raise Refusal(reply.error_name, text)
        return reply

    async def add_match(self, rule: str) -> None:
        await self.ask("AddMatch", "s", [rule])

    async def gone(self) -> None:
        """Wait until the connection has ended, from whichever side."""
        await asyncio.wait({self._disconnect_future})

    async def close(self) -> None:
        """End it when what was sent is written."""
        if self.connected and self._last_sent is not None:
            await asyncio.wait({self._last_sent}, timeout=FLUSH_DEADLINE_S)
        self.abort()

    def abort(self) -> None:
        self._user_disconnect = True
        self._finalize()

    def _setup_socket(self) -> None:
        """dbus-next connects a blocking socket; a Unix socket can do it without."""
        problem: Exception = InvalidAddressError("only unix:path= and unix:abstract= are supported")
        for transport, options in self._bus_address:
            path = options.get("path") or (
                "\0" + options["abstract"] if "abstract" in options else None
            )
            if transport != "unix" or path is None:
                continue
            found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
            try:
                found.connect(path)
            except OSError as error:
                found.close()
                problem = error
                continue
            self._sock, self._fd = found, found.fileno()
            self._stream = found.makefile("rwb", buffering=0)  # type: ignore[assignment]
            return
        raise problem

    def _create_unmarshaller(self) -> Intake:
        return Intake(self._stream, self._sock)

    def _message_reader(self) -> None:
        """dbus-next would read on while there is anything: whoever floods us would stop the loop.
        What is left makes the loop come back."""
        end = self._loop.time() + READING_S
        try:
            while self._unmarshaller.unmarshall():
                intake, self._unmarshaller = self._unmarshaller, self._create_unmarshaller()
                if intake.is_cut:
                    self._turn_away(intake.message)
                else:
                    self._on_message(intake.message)  # type: ignore[no-untyped-call]
                if self._loop.time() >= end:
                    return
        except Exception as error:  # noqa: BLE001
            self._finalize(error)

    def _turn_away(self, message: Message) -> None:
        descriptors.close(message.unix_fds)
        is_answered = not message.flags & MessageFlag.NO_REPLY_EXPECTED
        if message.message_type is MessageType.METHOD_CALL and is_answered:
            self.send(Message.new_error(message, LIMITS_EXCEEDED, "the message is too large"))

    async def _auth_readline(self) -> str:
        """dbus-next would turn round and round when the other side hangs up."""
        line = b""
        while not line.endswith(b"\r\n"):
            received = await self._loop.sock_recv(self._sock, 1)
            if not received:
                raise EOFError("the message bus hung up")
            line += received
        return line[:-2].decode("ascii", "replace")

    def _finalize(self, err: Exception | None = None) -> None:
        """dbus-next leaves the socket open."""
        super()._finalize(err)  # type: ignore[no-untyped-call]
        with contextlib.suppress(OSError):
            self._stream.close()
        self._sock.close()


class _Outlet:
    """The writing side of a socket: a full one takes 0 bytes; dbus-next would hang up."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._ancillary: list[Any] = []

    def send(self, data: memoryview) -> int:
        return self.sendmsg([data], self._ancillary)

    def sendmsg(self, buffers: list[memoryview], ancillary: list[Any]) -> int:
        self._ancillary = ancillary
        try:
            written = self._sock.sendmsg(buffers, ancillary)
        except BlockingIOError:
            return 0
        self._ancillary = []
        return written


def _retrieve(future: "asyncio.Future[None]") -> None:
    """An unread exception would be logged with a traceback when the future is collected."""
    if not future.cancelled():
        future.exception()
