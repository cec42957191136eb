"""Access: which users may use the scanners, which web origins are let in, who sees what."""

from collections.abc import Sequence

from sheetfed.core.errors import NotAllowed
from sheetfed.core.model import Caller, Owner
from sheetfed.core.ports import Accounts


class Access:
    """The one place that decides, the same for both doors."""

    def __init__(
        self, *, accounts: Accounts, scan_rules: Sequence[str], origins: Sequence[str]
    ) -> None:
        self._accounts = accounts
        self._scan_rules = tuple(scan_rules)
        self._origins = frozenset(origins)

    def change(self, *, scan_rules: Sequence[str], origins: Sequence[str]) -> None:
        """Take over a reloaded configuration."""
        self._scan_rules = tuple(scan_rules)
        self._origins = frozenset(origins)

    def is_granted(self, origin: str) -> bool:
        """Whether this serialised origin (RFC 6454 §6.2) may use the service at all."""
        return origin in self._origins

    async def require_scan(self, caller: Caller) -> None:
        """Raises NotAllowed unless `[access] scan` names the caller's user."""
        for rule in self._scan_rules:
            if await self._accounts.matches(caller.owner.uid, rule):
                return
        raise NotAllowed(
            "this user may not use the scanners: see [access] scan in sheetfed.toml(5)",
            details={"uid": caller.owner.uid},
        )

    @staticmethod
    def may_see(caller: Caller, owner: Owner) -> bool:
        """Whether the caller may know of something of this owner's."""
        return caller.is_admin or Access.may_change(caller, owner)

    @staticmethod
    def may_change(caller: Caller, owner: Owner) -> bool:
        """Whether the caller may read and change pages of this owner's."""
        return caller.owner == owner or (caller.sees_all_origins and caller.owner.uid == owner.uid)
