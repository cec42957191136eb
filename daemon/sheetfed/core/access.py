"""Access: which users may use the scanners, what web origins may do, who sees what."""

from collections.abc import Sequence
from typing import Final

from sheetfed.core.errors import NotAllowed, OriginNotGranted
from sheetfed.core.grants import Grants
from sheetfed.core.model import Caller, Owner
from sheetfed.core.permissions import Permission, Permissions
from sheetfed.core.ports import Accounts

THE_SERVICE: Final = Caller(Owner(0), is_admin=True)
"""Who asks when nobody calls: to count, to report, or to see whom an event concerns. It may see
everything, as an administrator may, and what it sees has to be kept from those who may not."""

_OF_SCANNERS: Final = (Permission.LIST, Permission.SCAN)


class Access:
    """The one place that decides, the same for both doors."""

    def __init__(self, *, accounts: Accounts, scan_rules: Sequence[str], grants: Grants) -> None:
        self._accounts = accounts
        self._scan_rules = tuple(scan_rules)
        self._grants = grants

    def change(self, *, scan_rules: Sequence[str]) -> None:
        """Take over a reloaded configuration."""
        self._scan_rules = tuple(scan_rules)

    def permissions(self, owner: Owner) -> Permissions:
        """What the owner's web origin may do; a program of the user's may do all."""
        return self._grants.permissions(owner)

    def admitted(self, owner: Owner) -> Permissions:
        """The same, for a call that is made now: the origin was used."""
        found = self._grants.permissions(owner)
        if found:
            self._grants.use(owner)
        return found

    async def require(self, caller: Caller, permission: Permission) -> None:
        """Raises NotAllowed when it takes scanners and `[access] scan` does not name the caller's
        user, and OriginNotGranted unless the caller's web origin may do this."""
        if permission in _OF_SCANNERS:
            await self._require_user(caller.owner.uid)
        if permission not in self.permissions(caller.owner):
            raise not_granted(caller.owner.origin, permission)

    async def _require_user(self, uid: int) -> None:
        for rule in self._scan_rules:
            if await self._accounts.matches(uid, rule):
                return
        raise NotAllowed(
            "this user may not use the scanners: see [access] scan in sheetfed.toml(5)",
            details={"uid": uid},
        )

    @staticmethod
    def may_see(caller: Caller, owner: Owner) -> bool:
        """Whether the caller may know of something of this owner's."""
        return caller.is_admin or Access.may_change(caller, owner)

    @staticmethod
    def may_change(caller: Caller, owner: Owner) -> bool:
        """Whether the caller may read and change pages of this owner's."""
        return caller.owner == owner or (caller.sees_all_origins and caller.owner.uid == owner.uid)


def not_granted(origin: str | None, permission: Permission) -> OriginNotGranted:
    """The error for an origin that may do other things, or nothing at all."""
    return OriginNotGranted(
        f"this web origin has no permission to {permission}",
        details={"origin": origin, "permission": permission},
    )
