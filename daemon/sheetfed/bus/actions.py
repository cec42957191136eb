"""Actions: which call needs which of polkit's actions."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from sheetfed.bus import grantwords, values
from sheetfed.bus.contract import MANAGER, ORIGIN, SCANNER
from sheetfed.bus.facade import Facade
from sheetfed.bus.manager import Manager
from sheetfed.bus.origin import Origin


class Action(StrEnum):
    """The ids in dbus/org.sheetfed1.policy."""

    MANAGE = "org.sheetfed1.manage"
    MANAGE_ORIGINS = "org.sheetfed1.manage-origins"


Need = Callable[[Facade, Sequence[Any]], Action | None]
"""What a call with these arguments on this object needs; None: it is the caller's own affair."""


def _manage(_: Facade, __: Sequence[Any]) -> Action:
    return Action.MANAGE


def _manage_everybody(_: Facade, arguments: Sequence[Any]) -> Action | None:
    """The last argument is the options."""
    return Action.MANAGE if values.plain(arguments[-1]).get("everybody") is True else None


def _manage_origin(facade: Facade, _: Sequence[Any]) -> Action:
    """One's own grants are a smaller matter than others'."""
    assert isinstance(facade, Origin)
    is_own = facade.known.uid == facade.caller.owner.uid
    return Action.MANAGE_ORIGINS if is_own else Action.MANAGE


def _decide_on_origin(facade: Facade, arguments: Sequence[Any]) -> Action:
    """The last argument is the options."""
    assert isinstance(facade, Manager)
    is_for_others = grantwords.is_for_others(arguments[-1], facade.caller)
    return Action.MANAGE if is_for_others else Action.MANAGE_ORIGINS


NEEDS: Final[Mapping[tuple[str, str], Need]] = {
    (MANAGER, "Administer"): _manage,
    (MANAGER, "AllowOrigin"): _decide_on_origin,
    (MANAGER, "CheckStore"): _manage,
    (MANAGER, "DenyOrigin"): _decide_on_origin,
    (MANAGER, "ExportStore"): _manage_everybody,
    (MANAGER, "ImportStore"): _manage_everybody,
    (MANAGER, "PurgeStore"): _manage_everybody,
    (MANAGER, "Reload"): _manage,
    (MANAGER, "Report"): _manage,
    (MANAGER, "RetryBackend"): _manage,
    (MANAGER, "RevokeOrigin"): _decide_on_origin,
    (MANAGER, "SetLogLevel"): _manage,
    (ORIGIN, "Deny"): _manage_origin,
    (ORIGIN, "Grant"): _manage_origin,
    (ORIGIN, "Revoke"): _manage_origin,
    (SCANNER, "Retry"): _manage,
}
"""By interface and method; whoever may scan or owns the object may call what is not here."""


def needed(facade: Facade, member: str, arguments: Sequence[Any]) -> Action | None:
    need = NEEDS.get((facade.interface, member))
    return None if need is None else need(facade, arguments)
