"""Permissions: what a web origin may be allowed to do, and what that includes."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from sheetfed.core.settings import invalid


class Permission(StrEnum):
    """`upload`: the service sends the origin's pages to its server by itself."""

    LIST = "list"
    SCAN = "scan"
    READ = "read"
    UPLOAD = "upload"


Permissions = frozenset[Permission]

NONE: Final[Permissions] = frozenset()
ALL: Final[Permissions] = frozenset(Permission)

_INCLUDED: Final[Mapping[Permission, Permissions]] = {
    Permission.SCAN: frozenset({Permission.LIST, Permission.READ}),
}


def completed(permissions: Iterable[Permission]) -> Permissions:
    """With those that others include."""
    named = frozenset(permissions)
    return named.union(*(_INCLUDED.get(permission, NONE) for permission in named))


def in_order(permissions: Permissions) -> tuple[Permission, ...]:
    return tuple(permission for permission in Permission if permission in permissions)


def brief(permissions: Permissions) -> tuple[Permission, ...]:
    """Without those that others include."""
    included = NONE.union(*(_INCLUDED.get(permission, NONE) for permission in permissions))
    return in_order(permissions - included)


def parse(name: str, words: object) -> Permissions:
    """The permissions of a list of words, completed. Raises InvalidParameter, also for none."""
    if isinstance(words, list) and 0 < len(words) <= len(Permission):
        known = [Permission(word) for word in words if word in list(Permission)]
        if len(known) == len(words):
            return completed(known)
    raise invalid(name, f"a list of {', '.join(Permission)}")
