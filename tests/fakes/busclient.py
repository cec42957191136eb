"""Bus client: a D-Bus program, as whichever user."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from dbus_next.auth import AuthExternal
from dbus_next.constants import MessageType
from dbus_next.message import Message

from sheetfed.bus import values
from sheetfed.bus.connection import Connection
from sheetfed.bus.contract import MANAGER, NAME, ROOT, TASK
from sheetfed.bus.refusal import Refusal

NOBODY = 65534

DBUS = "org.freedesktop.DBus"

WAIT_DEADLINE_S = 5.0


class As(AuthExternal):
    """Says it is this user; the kernel has to agree."""

    def __init__(self, uid: int) -> None:
        super().__init__()
        self._uid = uid

    def _authentication_start(self, negotiate_unix_fd: bool = False) -> str:
        super()._authentication_start(negotiate_unix_fd)
        return f"AUTH EXTERNAL {str(self._uid).encode().hex()}"


class Client:
    """A D-Bus program: calls, and every signal that reaches it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.signals: list[Message] = []
        self._came = asyncio.Event()
        connection.add_message_handler(self._hear)

    def _hear(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL and message.interface != DBUS:
            self.signals.append(message)
            self._came.set()

    async def call(
        self,
        member: str,
        signature: str = "",
        *body: Any,
        path: str = ROOT,
        interface: str = MANAGER,
        may_ask: bool = False,
    ) -> Any:
        """What it returns, without variants."""
        reply = await self.ask(
            member, signature, *body, path=path, interface=interface, may_ask=may_ask
        )
        return values.plain(reply.body[0]) if reply.body else None

    async def refused(self, *call: Any, **how: Any) -> Refusal:
        """Why a `call` is refused, which has to be."""
        try:
            answer = await self.call(*call, **how)
        except Refusal as refusal:
            return refusal
        raise AssertionError(f"it is answered: {answer!r}")

    async def ask(
        self,
        member: str,
        signature: str = "",
        *body: Any,
        path: str = ROOT,
        interface: str = MANAGER,
        files: Iterable[int] = (),
        may_ask: bool = False,
    ) -> Message:
        return await self.connection.ask(
            *(member, signature, body),
            destination=NAME,
            path=path,
            interface=interface,
            files=files,
            may_ask=may_ask,
        )

    async def get(self, path: str, interface: str, name: str) -> Any:
        return await self.call(
            "Get", "ss", interface, name, path=path, interface=f"{DBUS}.Properties"
        )

    async def get_all(self, path: str, interface: str) -> Any:
        return await self.call("GetAll", "s", interface, path=path, interface=f"{DBUS}.Properties")

    async def managed(self) -> Any:
        return await self.call("GetManagedObjects", interface=f"{DBUS}.ObjectManager")

    async def ended(self, task: str) -> Any:
        """Wait for the end of a task; its properties then."""
        await self.heard("Finished", lambda signal: signal.path == task)
        return await self.get_all(task, TASK)

    async def read(
        self, member: str, signature: str, *body: Any, path: str, interface: str
    ) -> bytes:
        """The content of the file that the call returns."""
        reply = await self.ask(member, signature, *body, path=path, interface=interface)
        (descriptor,) = reply.unix_fds
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    async def heard(
        self, member: str, matches: Callable[[Message], bool] = lambda _: True
    ) -> Message:
        """Wait for such a signal, one that came already included."""
        async with asyncio.timeout(WAIT_DEADLINE_S):
            while True:
                for heard in self.signals:
                    if heard.member == member and matches(heard):
                        return heard
                self._came.clear()
                await self._came.wait()


@asynccontextmanager
async def client_on(address: str, uid: int | None = None) -> AsyncIterator[Client]:
    """A client that subscribes to all signals; as another user, which only root can."""
    if uid is None:
        connection = await Connection.open(address)
    else:
        os.seteuid(uid)
        try:
            connection = Connection(bus_address=address, negotiate_unix_fd=True, auth=As(uid))
        finally:
            os.seteuid(0)
        await connection.connect()
    client = Client(connection)
    await connection.add_match("type='signal'")
    try:
        yield client
    finally:
        await connection.close()
