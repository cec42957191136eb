"""Grant words: the options of a decision on a web origin, and origins as people write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sheetfed.bus import values, words
from sheetfed.core import origins
from sheetfed.core import permissions as sets
from sheetfed.core.grants import LATEST
from sheetfed.core.model import Caller
from sheetfed.core.permissions import Permissions
from sheetfed.core.settings import invalid

_HIGHEST_UID: Final = 0xFFFFFFFE


@dataclass(frozen=True, slots=True)
class Decision:
    """`uid` None: all users. Without `until` it has no end."""

    uid: int | None = None
    permissions: Permissions = sets.NONE
    until: float | None = None


def read(options: Mapping[str, Any], *known: str, caller: Caller | None = None) -> Decision:
    """The options, of which these are known; without another user it is the caller's own.

    Raises InvalidParameter.
    """
    wanted = values.plain(options)
    words.known_only(wanted, *known)
    permissions = wanted.get("permissions")
    until = words.whole(wanted, "until", 0, int(LATEST))
    for_all = wanted.get("all_users", False)
    if not isinstance(for_all, bool):
        raise invalid("options.all_users", "true or false")
    uid = words.whole(wanted, "uid", 0, _HIGHEST_UID)
    if for_all and uid is not None:
        raise invalid("options.uid", "one user, or all_users")
    if uid is None and caller is not None and not for_all:
        uid = caller.owner.uid
    return Decision(
        uid=uid,
        permissions=sets.NONE
        if permissions is None
        else sets.parse("options.permissions", permissions),
        until=until or None,
    )


def is_for_others(options: Mapping[str, Any], caller: Caller) -> bool:
    """Whether the decision is for another user than the caller, or for all."""
    wanted = values.plain(options)
    uid = wanted.get("uid", caller.owner.uid)
    return wanted.get("all_users", False) is not False or uid != caller.owner.uid


def origin(written: str) -> str:
    """As browsers name it. Raises InvalidParameter with the reason why it cannot be one."""
    try:
        return origins.origin(written)
    except ValueError as error:
        raise invalid("origin", f"https://host[:port]; {error}") from error
