"""Post: carries signals to those whom they concern, and to nobody else."""

from typing import Any, Final

from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from sheetfed.bus.authority import Authority
from sheetfed.bus.connection import Connection
from sheetfed.bus.contract import ROOT
from sheetfed.core.access import Access
from sheetfed.core.model import Owner

_DBUS: Final = "org.freedesktop.DBus"


class Post:
    """The system bus shows broadcast signals to every user: what has an owner goes unicast."""

    def __init__(self, *, connection: Connection, authority: Authority) -> None:
        self._connection = connection
        self._authority = authority

    def changed(
        self,
        owner: Owner | None,
        path: str,
        interface: str,
        values: dict[str, Variant],
        invalidated: list[str],
    ) -> None:
        body = [interface, values, invalidated]
        self.signal(owner, path, f"{_DBUS}.Properties", "PropertiesChanged", "sa{sv}as", body)

    def managed(self, owner: Owner | None, member: str, signature: str, body: list[Any]) -> None:
        self.signal(owner, ROOT, f"{_DBUS}.ObjectManager", member, signature, body)

    def signal(
        self,
        owner: Owner | None,
        path: str,
        interface: str,
        member: str,
        signature: str,
        body: list[Any],
    ) -> None:
        """To the owner's and administrators' connections that have called us; None: to all."""
        if not self._connection.connected:
            return
        for destination in self._concerned(owner):
            self._connection.send(
                Message(
                    message_type=MessageType.SIGNAL,
                    destination=destination,
                    path=path,
                    interface=interface,
                    member=member,
                    signature=signature,
                    body=body,
                )
            )

    def _concerned(self, owner: Owner | None) -> list[Any]:
        if owner is None:
            return [None]
        present = self._authority.present()
        return [sender for sender, caller in present if Access.may_see(caller, owner)]
