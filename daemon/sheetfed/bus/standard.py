"""Standard: the interfaces that every D-Bus service has, filtered by who asks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from dbus_next.message import Message
from dbus_next.signature import Variant

from sheetfed.bus import facade as facades
from sheetfed.bus import introspect, refusal
from sheetfed.bus.contract import ROOT, Interface, Property
from sheetfed.bus.facade import Facade
from sheetfed.bus.refusal import Refusal
from sheetfed.bus.tree import Tree
from sheetfed.core.model import Caller

_DBUS: Final = "org.freedesktop.DBus"
Answer = tuple[str, list[Any]]
"""A reply's signature and body."""

log = logging.getLogger(__name__)


class Standard:
    """Introspectable, ObjectManager, Peer and Properties (D-Bus specification §Standard …)."""

    def __init__(self, *, contract: Mapping[str, Interface], tree: Tree) -> None:
        self._contract = contract
        self._tree = tree
        self._methods: dict[
            tuple[str, str], tuple[str, Callable[[Caller, Message], Awaitable[Answer]]]
        ] = {
            (f"{_DBUS}.Introspectable", "Introspect"): ("", self._introspect),
            (f"{_DBUS}.ObjectManager", "GetManagedObjects"): ("", self._managed),
            (f"{_DBUS}.Peer", "Ping"): ("", self._ping),
            (f"{_DBUS}.Peer", "GetMachineId"): ("", self._machine_id),
            (f"{_DBUS}.Properties", "Get"): ("ss", self._get),
            (f"{_DBUS}.Properties", "GetAll"): ("s", self._get_all),
            (f"{_DBUS}.Properties", "Set"): ("ssv", self._set),
        }

    async def answer(self, caller: Caller, call: Message) -> Answer | None:
        """None: the call is for an interface of ours. Raises Refusal and ScanError."""
        if call.interface is None or not call.interface.startswith(f"{_DBUS}."):
            return None
        signature, method = self._methods.get((call.interface, call.member), (None, None))
        if method is None:
            raise Refusal(refusal.UNKNOWN_METHOD, f"there is no {call.interface}.{call.member}")
        if call.signature != signature:
            raise Refusal(
                refusal.INVALID_ARGS,
                f"{call.member} takes ({signature}), not ({call.signature})",
            )
        return await method(caller, call)

    async def _introspect(self, caller: Caller, call: Message) -> Answer:
        if call.path.startswith(ROOT):
            await self._tree.grown()
        found = self._tree.find(caller, call.path)
        interface = None if found is None else self._contract[found.interface]
        xml = introspect.node(
            call.path, interface, [managed.path for managed in self._tree.managed(caller)]
        )
        if xml is None:
            raise _no_object(call)
        return "s", [xml]

    async def _managed(self, caller: Caller, call: Message) -> Answer:
        if call.path != ROOT:
            raise Refusal(refusal.UNKNOWN_METHOD, f"the ObjectManager is at {ROOT}")
        await self._tree.grown()
        objects: dict[str, dict[str, dict[str, Variant]]] = {}
        for found in self._tree.managed(caller):
            try:
                values = facades.all_values(found, self._contract[found.interface])
            except ValueError:
                log.exception("%s is left out of GetManagedObjects", found.path)
                continue
            objects[found.path] = {found.interface: values}
        return "a{oa{sa{sv}}}", [objects]

    async def _ping(self, _: Caller, __: Message) -> Answer:
        return "", []

    async def _machine_id(self, _: Caller, __: Message) -> Answer:
        try:
            text = await asyncio.to_thread(Path("/etc/machine-id").read_text)
        except OSError as error:
            raise Refusal(refusal.FAILED, "this machine has no id") from error
        return "s", [text.strip()]

    async def _get(self, caller: Caller, call: Message) -> Answer:
        found, wanted = self._property(caller, call)
        return "v", [await facades.found(found, wanted)]

    async def _get_all(self, caller: Caller, call: Message) -> Answer:
        found = self._object(caller, call)
        if call.body[0].startswith(f"{_DBUS}."):
            return "a{sv}", [{}]
        return "a{sv}", [facades.all_values(found, self._interface(found, call))]

    async def _set(self, caller: Caller, call: Message) -> Answer:
        _, wanted = self._property(caller, call)
        raise Refusal(refusal.PROPERTY_READ_ONLY, f"{wanted.name} can only be read")

    def _property(self, caller: Caller, call: Message) -> tuple[Facade, Property]:
        found = self._object(caller, call)
        wanted = self._interface(found, call).properties.get(call.body[1])
        if wanted is None:
            raise Refusal(
                refusal.UNKNOWN_PROPERTY, f"{found.interface} has no property {call.body[1]}"
            )
        return found, wanted

    def _object(self, caller: Caller, call: Message) -> Facade:
        found = self._tree.find(caller, call.path)
        if found is None:
            raise _no_object(call)
        return found

    def _interface(self, found: Facade, call: Message) -> Interface:
        """An empty name means any interface (D-Bus specification §Properties)."""
        if call.body[0] not in ("", found.interface):
            raise Refusal(refusal.UNKNOWN_INTERFACE, f"there is no {call.body[0]} at {call.path}")
        return self._contract[found.interface]


def _no_object(call: Message) -> Refusal:
    return Refusal(refusal.UNKNOWN_OBJECT, f"there is no object {call.path}")
