"""Access views: how origins stand, as JSON tells it."""

from sheetfed.core.grant import Grant
from sheetfed.core.grants import Grants
from sheetfed.core.model import Owner
from sheetfed.core.permissions import Permissions, in_order


def standing_view(grants: Grants, owner: Owner, changed: Grant) -> dict[str, object]:
    """What is told when a grant has changed: to its origin what holds for it now, and to the
    user's own page that one grant."""
    if owner.origin is None:
        return grant_view(changed)
    return {
        "origin": owner.origin,
        "state": grants.state(owner),
        "permissions": words(grants.permissions(owner)),
    }


def grant_view(grant: Grant) -> dict[str, object]:
    """`uid` null is all users, times are seconds since the epoch."""
    return {
        "id": grant.id,
        "origin": grant.origin,
        "uid": grant.uid,
        "state": grant.state,
        "permissions": words(grant.permissions),
        "wants": words(grant.wants),
        "since": grant.since,
        "until": grant.until,
        "last_used": grant.last_used,
        "configured": grant.is_configured,
    }


def words(permissions: Permissions) -> list[str]:
    return [permission.value for permission in in_order(permissions)]
