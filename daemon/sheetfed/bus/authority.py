"""Authority: who calls, by the message's sender, what the caller may do, and who is there."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from dbus_next.constants import MessageType
from dbus_next.message import Message

from sheetfed.bus import polkit
from sheetfed.bus.actions import Action
from sheetfed.bus.connection import BUS_NAME, Connection
from sheetfed.bus.polkit import Polkit
from sheetfed.bus.refusal import Refusal
from sheetfed.core.errors import NotAllowed
from sheetfed.core.model import Caller, Owner

_LEFT: Final = (
    f"type='signal',sender='{BUS_NAME}',interface='{BUS_NAME}',member='NameOwnerChanged',arg2=''"
)


class Authority:
    """The bus vouches for the user behind a connection, polkit for what the user may administer;
    nothing a message says does.

    A connection that polkit let do `manage` is an administrator's: it sees and hears what others
    own, until polkit says otherwise. `left` is told of every caller whose connection has ended, so
    that what it holds is freed.
    """

    def __init__(
        self,
        *,
        connection: Connection,
        trusts_own_user: bool,
        polkit: Polkit,
        left: Callable[[Caller], None] = lambda _: None,
    ) -> None:
        self._connection = connection
        self._administrators = {0, os.getuid()} if trusts_own_user else {0}
        self._polkit = polkit
        self._left = left
        self._callers: dict[str, Caller] = {}
        self._asking: Counter[str] = Counter()
        self._left_meanwhile: set[str] = set()
        self._rechecking: asyncio.Task[None] | None = None
        self._is_stale = False

    async def start(self) -> None:
        await self._connection.add_match(_LEFT)
        await self._connection.add_match(polkit.CHANGED)

    async def close(self) -> None:
        if self._rechecking is not None:
            self._rechecking.cancel()
            await asyncio.wait({self._rechecking})

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

    async def permitted(self, caller: Caller, action: Action, *, may_ask: bool) -> Caller:
        """The caller as one who may do this; `may_ask`: the call allows to ask for a password.

        Raises NotAllowed, or Refusal when an authentication is missing.
        """
        if caller.is_admin:
            return caller
        await self._polkit.require(caller.connection, action, may_ask=may_ask)
        if action is not Action.MANAGE:
            return caller
        administrator = replace(caller, is_admin=True)
        if caller.connection in self._callers:
            self._callers[caller.connection] = administrator
        return administrator

    def present(self) -> list[tuple[str, Caller]]:
        """Every connection that has called us and has not left."""
        return list(self._callers.items())

    def answered(self, caller: Caller) -> None:
        """A call of this caller's is done: what it took for one that has left is freed."""
        if caller.connection not in self._callers:
            self._left(caller)

    def notice(self, message: Message) -> None:
        """Forget a connection that the bus says has left; ask polkit again what has changed."""
        if message.message_type is not MessageType.SIGNAL:
            return
        if message.sender == BUS_NAME and message.member == "NameOwnerChanged":
            name, _, new_owner = message.body
            if not new_owner:
                self._forget(name)
                if name == polkit.NAME:
                    self._recheck()
        elif message.interface == polkit.INTERFACE and message.member == "Changed":
            self._recheck()

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
        self._polkit.left(name)
        if name in self._asking:
            self._left_meanwhile.add(name)
        caller = self._callers.pop(name, None)
        if caller is not None:
            self._left(caller)

    def _recheck(self) -> None:
        """Whoever says that something has changed, and however often, costs one round at a time."""
        self._is_stale = True
        if self._rechecking is None or self._rechecking.done():
            self._rechecking = asyncio.create_task(self._ask_again())

    async def _ask_again(self) -> None:
        while self._is_stale:
            self._is_stale = False
            for sender, caller in self.present():
                if caller.is_admin and caller.owner.uid not in self._administrators:
                    await self._keep_or_demote(sender, caller)

    async def _keep_or_demote(self, sender: str, caller: Caller) -> None:
        try:
            await self._polkit.require(sender, Action.MANAGE, may_ask=False)
        except (NotAllowed, Refusal):
            if sender in self._callers:
                self._callers[sender] = replace(caller, is_admin=False)
