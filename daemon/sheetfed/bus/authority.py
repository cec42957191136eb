"""Authority: who calls, by the message's sender; and who has called and is still there."""

import os
from typing import Final

from dbus_next.constants import MessageType
from dbus_next.message import Message

from sheetfed.bus.connection import BUS_NAME, Connection
from sheetfed.bus.refusal import Refusal
from sheetfed.core.errors import NotAllowed
from sheetfed.core.model import Caller, Owner

_LEFT: Final = (
    f"type='signal',sender='{BUS_NAME}',interface='{BUS_NAME}',member='NameOwnerChanged',arg2=''"
)


class Authority:
    """The bus vouches for the user behind a connection; nothing a message says does."""

    def __init__(self, *, connection: Connection, trusts_own_user: bool) -> None:
        self._connection = connection
        self._administrators = {0, os.getuid()} if trusts_own_user else {0}
        self._callers: dict[str, Caller] = {}

    async def start(self) -> None:
        await self._connection.add_match(_LEFT)

    async def caller(self, sender: str) -> Caller:
        """Asked of the bus once for each connection. Raises NotAllowed."""
        known = self._callers.get(sender)
        if known is not None:
            return known
        try:
            reply = await self._connection.ask("GetConnectionUnixUser", "s", [sender])
        except Refusal as error:
            raise NotAllowed("the message bus does not know this caller") from error
        uid = int(reply.body[0])
        caller = Caller(Owner(uid), is_admin=uid in self._administrators, sees_all_origins=True)
        self._callers[sender] = caller
        return caller

    def present(self) -> list[tuple[str, Caller]]:
        """Every connection that has called us and has not left."""
        return list(self._callers.items())

    def notice(self, message: Message) -> None:
        """Forget a connection that the bus says has left."""
        if (
            message.message_type is MessageType.SIGNAL
            and message.sender == BUS_NAME
            and message.member == "NameOwnerChanged"
        ):
            name, _, new_owner = message.body
            if not new_owner:
                self._callers.pop(name, None)


def require_admin(caller: Caller) -> None:
    """Raises NotAllowed."""
    if not caller.is_admin:
        raise NotAllowed("only an administrator may do this")
