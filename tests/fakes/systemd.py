"""Systemd: as much of it as is asked for a unit's properties, on a private bus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from sheetfed.bus.connection import Connection

NAME = "org.freedesktop.systemd1"
_UNIT = f"/{NAME.replace('.', '/')}/unit/"


class FakeSystemd:
    """`units`: properties by a unit's name; every unit can be loaded, as with systemd.

    `then` are those from the second time on that a unit is asked for.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.units: dict[str, dict[str, Variant]] = {}
        self.then: dict[str, dict[str, Variant]] = {}
        connection.add_message_handler(self._handle)

    def _handle(self, call: Message) -> bool:
        if call.message_type is not MessageType.METHOD_CALL:
            return False
        if call.member == "LoadUnit":
            path = _UNIT + call.body[0].encode().hex()
            reply = Message.new_method_return(call, "o", [path])
        else:
            assert (call.member, call.body) == ("GetAll", [""])
            name = bytes.fromhex(call.path.removeprefix(_UNIT)).decode()
            found = {"LoadState": Variant("s", "not-found"), **self.units.get(name, {})}
            reply = Message.new_method_return(call, "a{sv}", [found])
            self.units |= {name: self.then[name]} if name in self.then else {}
        self._connection.send(reply)
        return True


@asynccontextmanager
async def systemd_on(address: str) -> AsyncIterator[FakeSystemd]:
    connection = await Connection.open(address)
    try:
        fake = FakeSystemd(connection)
        await connection.ask("RequestName", "su", [NAME, 0])
        yield fake
    finally:
        await connection.close()
