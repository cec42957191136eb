"""Access views: how origins stand, as JSON tells it."""

from sheetfed.core.grant import Grant
from sheetfed.core.grants import Grants
from sheetfed.core.model import Owner
from sheetfed.core.permissions import Permissions, in_order


def standing_view(grants: Grants, owner: Owner, changed: Grant) -> dict[str, object]:
    """What is told when a grant has changed: to its origin what holds for it now in all, and to
    the user's own page that grant alone."""
    is_own = owner.origin is None
    return {
        "origin": changed.origin,
        "state": changed.state if is_own else grants.state(owner),
        "permissions": words(changed.permissions if is_own else grants.permissions(owner)),
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
