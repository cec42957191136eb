"""Grant book: the rows of what was decided on web origins, and of what they ask for."""

import logging
from collections.abc import Sequence

from sheetfed.core import permissions as sets
from sheetfed.core.grant import AccessRequest, Grant, GrantId
from sheetfed.core.permissions import Permission, Permissions
from sheetfed.storage.database import Database, Row

_COLUMNS = "id, origin, uid, since, permissions, refused, wants, asked, until, last_used"
_PLACES = ", ".join("?" for _ in _COLUMNS.split(","))

log = logging.getLogger(__name__)


class GrantBook:
    """Implements the port of the same name on the store's database."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def grants(self) -> Sequence[Grant]:
        """The oldest decision first; one that cannot be read lets nobody in."""
        rows = await self._database.read(
            f"SELECT {_COLUMNS} FROM grants ORDER BY since, rowid"  # noqa: S608
        )
        found = []
        for row in rows:
            try:
                found.append(_grant(row))
            except (ValueError, TypeError, AttributeError):
                log.error("the row of a grant cannot be read; its web origin is not let in")
        return found

    async def save(self, grant: Grant) -> None:
        request = grant.request
        await self._database.write(
            (
                f"INSERT OR REPLACE INTO grants ({_COLUMNS}) VALUES ({_PLACES})",  # noqa: S608
                (
                    grant.id,
                    grant.origin,
                    grant.uid,
                    grant.since,
                    _words(grant.permissions),
                    _words(grant.refused),
                    None if request is None else _words(request.wants),
                    None if request is None else request.asked,
                    grant.until,
                    grant.last_used,
                ),
            )
        )

    async def drop(self, grant: GrantId) -> None:
        await self._database.write(("DELETE FROM grants WHERE id = ?", (grant,)))


def _words(permissions: Permissions) -> str:
    return " ".join(sets.in_order(permissions))


def _permissions(words: str) -> Permissions:
    return frozenset(map(Permission, words.split()))


def _grant(row: Row) -> Grant:
    ident, origin, uid, since, permissions, refused, wants, asked, until, last_used = row
    return Grant(
        id=GrantId(ident),
        origin=origin,
        uid=uid,
        since=since,
        permissions=_permissions(permissions),
        refused=_permissions(refused),
        request=None if wants is None else AccessRequest(_permissions(wants), asked),
        until=until,
        last_used=last_used,
    )
