"""Remote: the service, reached over D-Bus."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final

from dbus_next.constants import MessageType
from dbus_next.message import Message

from sheetfed.bus import values
from sheetfed.bus.connection import CALL_DEADLINE_S, BusUnreachable, Connection
from sheetfed.bus.contract import MANAGER, NAME, ROOT
from sheetfed.bus.refusal import Refusal
from sheetfed.cli import agent, systemd, waking
from sheetfed.cli.exits import Exit, Stop, of_error

PERSON_DEADLINE_S: Final = 330.0
"""For calls before which somebody may look for a password."""

LONG_CALL_DEADLINE_S: Final = 600.0
"""For calls whose work grows with the number of pages."""

_DBUS: Final = "org.freedesktop.DBus"
_NO_SCANNER: Final = f"{NAME}.Error.NoScanner"
"""It says itself where to look."""

_MISSING: Final = re.compile(rf"there is no object {ROOT}/(\w+)/(\w+)")
_OWNER_CHANGED: Final = (
    f"type='signal',sender='{_DBUS}',interface='{_DBUS}',member='NameOwnerChanged',arg0='{NAME}'"
)


class Remote:
    """Every refusal becomes a Stop with its exit code."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_awake = False
        self.signals: asyncio.Queue[Message] = asyncio.Queue()
        """From the service, and NameOwnerChanged of its name from the bus."""
        connection.add_message_handler(self._hear)

    @classmethod
    @asynccontextmanager
    async def on(cls, bus: str) -> AsyncIterator["Remote"]:
        """While in the block connected to "system", "session" or an address."""
        try:
            connection = await Connection.open(bus)
        except BusUnreachable as error:
            raise Stop(Exit.NO_SERVICE, str(error)) from error
        try:
            remote = cls(connection)
            await connection.add_match(_OWNER_CHANGED)
            yield remote
        except Refusal as error:
            advice = "" if error.name == _NO_SCANNER else None
            raise Stop(of_error(error.name), _sentence(error), advice=advice) from error
        finally:
            await connection.close()

    async def call(
        self,
        member: str,
        signature: str = "",
        *body: object,
        path: str = ROOT,
        interface: str = MANAGER,
        files: Iterable[int] = (),
        may_ask: bool = False,
        timeout_s: float = CALL_DEADLINE_S,
    ) -> Any:
        """What it returns, without variants, several as a list; a file as its descriptor. An `h`
        in the body is an index of `files`. `may_ask`: for a password, if polkit wants one."""
        if not self._is_awake:
            await waking.wake(self._connection)
            self._is_awake = True
        reply = await self._connection.ask(
            member,
            signature,
            body,
            destination=NAME,
            path=path,
            interface=interface,
            files=files,
            may_ask=may_ask,
            timeout_s=timeout_s,
        )
        kinds = [kind.signature for kind in reply.signature_tree.types]
        found = [
            reply.unix_fds[value] if kind == "h" else values.plain(value)
            for kind, value in zip(kinds, reply.body, strict=True)
        ]
        return found if len(found) > 1 else found[0] if found else None

    async def administer(
        self, member: str, signature: str = "", *body: object, **where: Any
    ) -> Any:
        """A call that polkit may want a password for; on a terminal it is asked for there."""
        async with agent.at_terminal():
            return await self.call(
                member, signature, *body, may_ask=True, timeout_s=PERSON_DEADLINE_S, **where
            )

    async def get(self, path: str, interface: str, name: str) -> Any:
        return await self.call(
            "Get", "ss", interface, name, path=path, interface=f"{_DBUS}.Properties"
        )

    async def get_all(self, path: str, interface: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.call(
            "GetAll", "s", interface, path=path, interface=f"{_DBUS}.Properties"
        )
        return found

    async def managed(self, interface: str) -> dict[str, dict[str, Any]]:
        """The objects that have this interface: their properties by their paths."""
        objects = await self.call("GetManagedObjects", interface=f"{_DBUS}.ObjectManager")
        return {path: found[interface] for path, found in objects.items() if interface in found}

    async def answers(self, name: str) -> bool:
        """Whether somebody of this name is on the bus, or comes when it is called."""
        try:
            await self._connection.ask(
                "Ping", destination=name, path="/", interface=f"{_DBUS}.Peer"
            )
        except Refusal:
            return False
        return True

    async def unit(self, name: str) -> dict[str, Any]:
        """The properties of one of systemd's units; none where there is no systemd."""
        return await systemd.unit(self._connection, name)

    async def is_running(self) -> bool:
        return await waking.is_awake(self._connection)

    async def wait_until_running(self, timeout_s: float) -> None:
        """Until the service owns its name. Raises Stop when it does not in time."""
        try:
            async with asyncio.timeout(timeout_s):
                while not await self.is_running():
                    await self.signals.get()
        except TimeoutError as error:
            raise Stop(
                Exit.NO_SERVICE, f"the service did not come up within {timeout_s:g} seconds"
            ) from error

    def _hear(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL:
            self.signals.put_nowait(message)


def identity(path: str) -> str:
    """The last element of an object's path, which is its id."""
    return path.rpartition("/")[2]


def has_left(signal: Message) -> bool:
    """Whether this is the bus telling that the service went away."""
    return signal.member == "NameOwnerChanged" and signal.body[0] == NAME and not signal.body[2]


def _sentence(error: Refusal) -> str:
    if of_error(error.name) is Exit.NO_SERVICE:
        return f"the service does not answer: {error.text}"
    if missing := _MISSING.fullmatch(error.text):
        return "there is no {} {}".format(*missing.groups())
    return error.text
