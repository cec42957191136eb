"""Values: what a message may hold, and plain Python out of what it held."""

import re
from typing import Any

from dbus_next.signature import Variant


def clean(value: Any) -> Any:
    """The same as lists and dicts, its strings valid (D-Bus specification §Basic types).

    The bus hangs up on whoever sends it a string with a NUL.
    """
    match value:
        case str():
            return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
        case list() | tuple():
            return [clean(item) for item in value]
        case dict():
            return {clean(key): clean(item) for key, item in value.items()}
        case Variant():
            return Variant(value.signature, clean(value.value))
    return value


def plain(value: Any) -> Any:
    """The same without variants, at every depth."""
    match value:
        case Variant():
            return plain(value.value)
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {key: plain(item) for key, item in value.items()}
    return value


def snake(member: str) -> str:
    """StoreBytes -> store_bytes: what the Python side calls a member."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", member).lower()
