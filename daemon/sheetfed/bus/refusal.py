"""Refusal: an error reply, received or to be sent; and the names that D-Bus itself gives."""

from typing import Final

_DBUS: Final = "org.freedesktop.DBus.Error"
DISCONNECTED: Final = f"{_DBUS}.Disconnected"
FAILED: Final = f"{_DBUS}.Failed"
INTERACTION_REQUIRED: Final = f"{_DBUS}.InteractiveAuthorizationRequired"
INVALID_ARGS: Final = f"{_DBUS}.InvalidArgs"
LIMITS_EXCEEDED: Final = f"{_DBUS}.LimitsExceeded"
NO_REPLY: Final = f"{_DBUS}.NoReply"
PROPERTY_READ_ONLY: Final = f"{_DBUS}.PropertyReadOnly"
UNKNOWN_INTERFACE: Final = f"{_DBUS}.UnknownInterface"
UNKNOWN_METHOD: Final = f"{_DBUS}.UnknownMethod"
UNKNOWN_OBJECT: Final = f"{_DBUS}.UnknownObject"
UNKNOWN_PROPERTY: Final = f"{_DBUS}.UnknownProperty"


class Refusal(Exception):
    """`name` is the D-Bus error's, `text` its sentence."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        super().__init__(text)
