"""Exporter: a method call comes in, is checked against the contract, and is always answered."""

import contextlib
import itertools
import logging
import os
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message

from sheetfed.bus import actions, descriptors, errors, refusal, values
from sheetfed.bus.authority import Authority
from sheetfed.bus.connection import Connection
from sheetfed.bus.contract import Interface, Method
from sheetfed.bus.facade import Facade
from sheetfed.bus.refusal import Refusal
from sheetfed.bus.standard import Standard
from sheetfed.bus.tree import Tree
from sheetfed.core.asker import ASKER
from sheetfed.core.errors import InternalError, ScanError
from sheetfed.core.model import Caller
from sheetfed.core.ownedtasks import OwnedTasks

CALLS_AT_MOST: Final = 64
"""Calls of one connection that are being answered at the same time."""

log = logging.getLogger(__name__)


class Exporter:
    """Each call has a task of its own, owned here; the only broad `except` of this door."""

    def __init__(
        self,
        *,
        connection: Connection,
        contract: Mapping[str, Interface],
        authority: Authority,
        tree: Tree,
    ) -> None:
        self._connection = connection
        self._contract = contract
        self._authority = authority
        self._tree = tree
        self._standard = Standard(contract=contract, tree=tree)
        self._tasks = OwnedTasks()
        self._in_flight: Counter[str] = Counter()

    def handle(self, message: Message) -> bool:
        """For Connection.add_message_handler: takes every method call, before dbus-next does."""
        self._authority.notice(message)
        if message.message_type is not MessageType.METHOD_CALL:
            descriptors.close(message.unix_fds)
            return False
        task = self._tasks.begin(self._answer(message))
        task.add_done_callback(lambda _: descriptors.close(message.unix_fds))
        return True

    async def close(self) -> None:
        """What is still being answered is given up."""
        await self._tasks.cancel()

    async def _answer(self, call: Message) -> None:
        sender = call.sender or ""
        self._in_flight[sender] += 1
        try:
            if self._in_flight[sender] > CALLS_AT_MOST:
                raise Refusal(refusal.LIMITS_EXCEEDED, "too many calls at once")
            await self._call(call)
        except ScanError as error:
            if isinstance(error, InternalError):
                log.error("answering %s on D-Bus failed", call.member, exc_info=error)
            self._refuse(call, errors.translated(error))
        except Refusal as error:
            self._refuse(call, error)
        except Exception:
            log.exception("answering %s on D-Bus failed unexpectedly", call.member)
            self._refuse(call, errors.translated(InternalError()))
        finally:
            self._in_flight[sender] -= 1
            if not self._in_flight[sender]:
                del self._in_flight[sender]

    async def _call(self, call: Message) -> None:
        caller = await self._authority.caller(call.sender)
        ASKER.set(caller.owner)
        try:
            await self._carry_out(caller, call)
        finally:
            self._authority.answered(caller)

    async def _carry_out(self, caller: Caller, call: Message) -> None:
        answer = await self._standard.answer(caller, call)
        if answer is not None:
            await self._reply(call, *answer)
            return
        facade = self._found(caller, call)
        method = self._method(call, facade)
        action = actions.needed(facade, method.name, call.body)
        if action is not None:
            may_ask = bool(call.flags & MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION)
            caller = await self._authority.permitted(caller, action, may_ask=may_ask)
            facade = self._found(caller, call)
        result = await getattr(facade, values.snake(method.name))(*_arguments(call))
        await self._reply_result(call, method, result)

    def _found(self, caller: Caller, call: Message) -> Facade:
        facade = self._tree.find(caller, call.path)
        if facade is None:
            raise Refusal(refusal.UNKNOWN_OBJECT, f"there is no object {call.path}")
        return facade

    def _method(self, call: Message, facade: Facade) -> Method:
        if call.interface not in (None, facade.interface):
            raise Refusal(refusal.UNKNOWN_INTERFACE, f"there is no {call.interface} at {call.path}")
        method = self._contract[facade.interface].methods.get(call.member)
        if method is None:
            raise Refusal(refusal.UNKNOWN_METHOD, f"{facade.interface} has no method {call.member}")
        if call.signature != method.in_signature:
            raise Refusal(
                refusal.INVALID_ARGS,
                f"{method.name} takes ({method.in_signature}), not ({call.signature})",
            )
        return method

    async def _reply(
        self, call: Message, signature: str, body: list[Any], files: list[int] | None = None
    ) -> None:
        """Marshalling happens in here: a wrong type is an exception, not a silence."""
        reply = Message.new_method_return(call, signature, body, files or [])
        if not call.flags & MessageFlag.NO_REPLY_EXPECTED:
            await self._connection.send_and_wait(reply)

    async def _reply_result(self, call: Message, method: Method, result: Any) -> None:
        """A file goes as an index of the message's, and is closed here."""
        types = method.out_types
        body = [] if not types else [result] if len(types) == 1 else list(result)
        files = [value for kind, value in zip(types, body, strict=True) if kind == "h"]
        indices = itertools.count()
        told = [
            next(indices) if kind == "h" else value for kind, value in zip(types, body, strict=True)
        ]
        try:
            await self._reply(call, method.out_signature, told, files)
        finally:
            descriptors.close(files)

    def _refuse(self, call: Message, error: Refusal) -> None:
        if call.flags & MessageFlag.NO_REPLY_EXPECTED or not self._connection.connected:
            return
        with contextlib.suppress(OSError):
            self._connection.send(Message.new_error(call, error.name, error.text))


def _arguments(call: Message) -> list[Any]:
    """Of a file the argument is a descriptor of its own, which is the facade's to close."""
    types = call.signature_tree.types
    return [
        _duplicate(call, value) if kind.signature == "h" else value
        for kind, value in zip(types, call.body, strict=True)
    ]


def _duplicate(call: Message, index: int) -> int:
    if not 0 <= index < len(call.unix_fds):
        raise Refusal(refusal.INVALID_ARGS, "the message brings no such file")
    return os.dup(call.unix_fds[index])
