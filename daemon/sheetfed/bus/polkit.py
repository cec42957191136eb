"""Polkit: asks the system's authority whether a connection may do something."""

import asyncio
import logging
from collections import defaultdict
from itertools import count
from typing import Final

from dbus_next.constants import MessageFlag
from dbus_next.message import Message
from dbus_next.signature import Variant

from sheetfed.bus import refusal
from sheetfed.bus.actions import Action
from sheetfed.bus.connection import Connection
from sheetfed.bus.refusal import Refusal
from sheetfed.core.errors import NotAllowed

NAME: Final = "org.freedesktop.PolicyKit1"
PATH: Final = "/org/freedesktop/PolicyKit1/Authority"
INTERFACE: Final = f"{NAME}.Authority"
CHANGED: Final = (
    f"type='signal',sender='{NAME}',path='{PATH}',interface='{INTERFACE}',member='Changed'"
)
ANSWER_DEADLINE_S: Final = 10.0
PERSON_DEADLINE_S: Final = 300.0
"""So long somebody may look for a password; whoever lets be asked waits for that."""

_ALLOW_INTERACTION: Final = 1
_CANCELED: Final = f"{NAME}.Error.Cancelled"
_DISMISSED: Final = "polkit.dismissed"
_ABSENT: Final = (
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.NameHasNoOwner",
    "org.freedesktop.DBus.Error.Spawn.",
    "org.freedesktop.systemd1.",
)

log = logging.getLogger(__name__)


class Polkit:
    """The subject is always a connection to the bus: polkit asks the bus who that is."""

    def __init__(
        self,
        connection: Connection,
        *,
        answer_deadline_s: float = ANSWER_DEADLINE_S,
        person_deadline_s: float = PERSON_DEADLINE_S,
    ) -> None:
        self._connection = connection
        self._answer_deadline_s = answer_deadline_s
        self._person_deadline_s = person_deadline_s
        self._numbers = count(1)
        self._asking: defaultdict[str, set[asyncio.Task[Message]]] = defaultdict(set)
        self._trouble = ""

    async def require(self, sender: str, action: Action, *, may_ask: bool) -> None:
        """Return when this connection may; `may_ask`: a person may be asked for a password.

        Raises NotAllowed, or Refusal when a person had to be asked and may not be.
        """
        is_authorized, is_challenge = await self._decided(sender, action, may_ask=may_ask)
        if is_authorized:
            return
        if is_challenge and not may_ask:
            raise Refusal(
                refusal.INTERACTION_REQUIRED,
                f"{action} takes an authentication, and the call does not allow to ask for it",
            )
        if is_challenge:
            raise NotAllowed(f"{action} takes an authentication, and polkit knows nobody to ask")
        # Whoever was asked and has failed would be asked again; whom the rules refuse would not.
        if may_ask and (await self._decided(sender, action, may_ask=False))[1]:
            raise NotAllowed(f"the authentication for {action} has failed")
        raise NotAllowed(f"only who has {action} may do this, as polkit decides")

    def left(self, sender: str) -> None:
        """This connection has ended: nobody is asked for it any more."""
        for asked in self._asking.get(sender, ()):
            asked.cancel()

    async def _decided(self, sender: str, action: Action, *, may_ask: bool) -> tuple[bool, bool]:
        """Whether it is authorized, and whether it could be. Raises NotAllowed."""
        try:
            decided = await self._check(sender, action, may_ask=may_ask)
        except Refusal as error:
            raise self._refused(error, may_ask=may_ask) from error
        self._trouble = ""
        return decided

    async def _check(self, sender: str, action: Action, *, may_ask: bool) -> tuple[bool, bool]:
        """Whether it is authorized, and whether it could be. Raises Refusal."""
        cancellation = f"sheetfed-{next(self._numbers)}" if may_ask else ""
        subject = ["system-bus-name", {"name": Variant("s", sender)}]
        asked = asyncio.create_task(
            self._connection.ask(
                "CheckAuthorization",
                "(sa{sv})sa{ss}us",
                [subject, action.value, {}, _ALLOW_INTERACTION if may_ask else 0, cancellation],
                destination=NAME,
                path=PATH,
                interface=INTERFACE,
                timeout_s=self._person_deadline_s if may_ask else self._answer_deadline_s,
            )
        )
        self._asking[sender].add(asked)
        try:
            await asyncio.wait({asked})
            if asked.cancelled():
                raise Refusal(_CANCELED, "the caller has left")
            is_authorized, is_challenge, details = asked.result().body[0]
            if _DISMISSED in details:
                raise Refusal(_CANCELED, "whoever was asked has said no")
        except BaseException:
            self._cancel(cancellation)
            raise
        finally:
            self._asking[sender].discard(asked)
            if not self._asking[sender]:
                del self._asking[sender]
            asked.cancel()
            await asyncio.wait({asked})
        return is_authorized, is_challenge

    def _cancel(self, cancellation: str) -> None:
        """Take the question away from whoever is being asked."""
        if cancellation and self._connection.connected:
            self._connection.send(
                Message(
                    destination=NAME,
                    path=PATH,
                    interface=INTERFACE,
                    member="CancelCheckAuthorization",
                    signature="s",
                    body=[cancellation],
                    flags=MessageFlag.NO_REPLY_EXPECTED | MessageFlag.NO_AUTOSTART,
                )
            )

    def _refused(self, error: Refusal, *, may_ask: bool) -> NotAllowed:
        if error.name == _CANCELED:
            return NotAllowed("the authentication was canceled")
        if error.name == refusal.NO_REPLY and may_ask:
            return NotAllowed("what polkit has asked was not answered in time")
        if error.name.startswith(_ABSENT):
            trouble = "polkit is not there"
        elif error.name == refusal.NO_REPLY:
            trouble = "polkit has not answered in time"
        else:
            trouble = "polkit cannot be asked"
        said = f"{trouble}, and without it only root may do this"
        if trouble != self._trouble:
            log.warning("%s: %s", said, error.text)
        self._trouble = trouble
        return NotAllowed(said)
