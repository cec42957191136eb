"""Systemd: what it says of a unit."""

from typing import Any, Final

from sheetfed.bus import values
from sheetfed.bus.connection import Connection
from sheetfed.bus.refusal import Refusal

SERVICE: Final = "sheetfed.service"
SOCKET: Final = "sheetfed.socket"

_NAME: Final = "org.freedesktop.systemd1"


async def unit(connection: Connection, name: str) -> dict[str, Any]:
    """The unit's properties; none where there is no systemd."""
    try:
        return await _asked(connection, name)
    except Refusal:
        return {}


async def _asked(connection: Connection, name: str) -> dict[str, Any]:
    reply = await connection.ask(
        "LoadUnit",
        "s",
        [name],
        destination=_NAME,
        path="/org/freedesktop/systemd1",
        interface=f"{_NAME}.Manager",
    )
    reply = await connection.ask(
        "GetAll",
        "s",
        [""],
        destination=_NAME,
        path=reply.body[0],
        interface="org.freedesktop.DBus.Properties",
    )
    found: dict[str, Any] = values.plain(reply.body[0])
    return found
