"""Authority: who calls, by the message's sender; and who has called and is still there."""

import os
from collections import Counter
from collections.abc import Callable
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
    """The bus vouches for the user behind a connection; nothing a message says does.

    `left` is told of every caller whose connection has ended, so that what it holds is freed.
    """

    def __init__(
        self,
        *,
        connection: Connection,
        trusts_own_user: bool,
        left: Callable[[Caller], None] = lambda _: None,
    ) -> None:
        self._connection = connection
        self._administrators = {0, os.getuid()} if trusts_own_user else {0}
        self._left = left
        self._callers: dict[str, Caller] = {}
        self._asking: Counter[str] = Counter()
        self._left_meanwhile: set[str] = set()

    async def start(self) -> None:
        await self._connection.add_match(_LEFT)

    async def caller(self, sender: str) -> Caller:
        """Asked of the bus once for each connection. Raises NotAllowed."""
        known = self._callers.get(sender)
        if known is not None:
            return known
        uid, is_there = await self._ask(sender)
        caller = Caller(
            Owner(uid),
            is_admin=uid in self._administrators,
            sees_all_origins=True,
            connection=sender,
        )
        if is_there:
            self._callers[sender] = caller
        return caller

    def present(self) -> list[tuple[str, Caller]]:
        """Every connection that has called us and has not left."""
        return list(self._callers.items())

    def answered(self, caller: Caller) -> None:
        """A call of this caller's is done: what it took for one that has left is freed."""
        if caller.connection not in self._callers:
            self._left(caller)

    def notice(self, message: Message) -> None:
        """Forget a connection that the bus says has left."""
        if (
            message.message_type is MessageType.SIGNAL
            and message.sender == BUS_NAME
            and message.member == "NameOwnerChanged"
        ):
            name, _, new_owner = message.body
            if not new_owner:
                self._forget(name)

    async def _ask(self, sender: str) -> tuple[int, bool]:
        """The user behind a connection, and whether it was still there when the answer came."""
        self._asking[sender] += 1
        try:
            reply = await self._connection.ask("GetConnectionUnixUser", "s", [sender])
        except Refusal as error:
            raise NotAllowed("the message bus does not know this caller") from error
        finally:
            is_there = sender not in self._left_meanwhile
            self._asking -= Counter([sender])
            if sender not in self._asking:
                self._left_meanwhile.discard(sender)
        return int(reply.body[0]), is_there

    def _forget(self, name: str) -> None:
        if name in self._asking:
            self._left_meanwhile.add(name)
        caller = self._callers.pop(name, None)
        if caller is not None:
            self._left(caller)


def require_admin(caller: Caller) -> None:
    """Raises NotAllowed."""
    if not caller.is_admin:
        raise NotAllowed("only an administrator may do this")
