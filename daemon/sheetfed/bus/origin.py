"""Origin: what a web origin may do or asks to, as its user or an administrator sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sheetfed.bus import contract, grantwords, paths
from sheetfed.bus.context import Context
from sheetfed.core import grant as core
from sheetfed.core.model import Caller
from sheetfed.core.permissions import in_order
from sheetfed.core.settings import invalid

ALL_USERS: Final = 0xFFFFFFFF
"""(uid_t) -1, which is no user's."""


@dataclass(frozen=True, slots=True)
class Origin:
    context: Context
    caller: Caller
    known: core.Grant
    interface: str = contract.ORIGIN

    @property
    def path(self) -> str:
        return paths.origin(self.known.id)

    @property
    def origin(self) -> str:
        return self.known.origin

    @property
    def uid(self) -> int:
        return ALL_USERS if self.known.uid is None else self.known.uid

    @property
    def configured(self) -> bool:
        return self.known.is_configured

    @property
    def state(self) -> str:
        return self.known.state

    @property
    def permissions(self) -> list[str]:
        return list(in_order(self.known.permissions))

    @property
    def wants(self) -> list[str]:
        return list(in_order(self.known.wants))

    @property
    def since(self) -> int:
        return int(self.known.since)

    @property
    def until(self) -> int:
        return int(self.known.until or 0)

    @property
    def last_used(self) -> int:
        return int(self.known.last_used or 0)

    async def grant(self, options: Mapping[str, Any]) -> None:
        asked = grantwords.read(options, "permissions", "until")
        permissions = asked.permissions or self.known.permissions | self.known.wants
        if not permissions:
            raise invalid("options.permissions", "needed for an origin that asks for nothing")
        if self.known.is_configured:
            self.context.core.grants.require_decidable(self.known.origin)
        await self.context.core.grants.allow(
            self.caller, self.known.origin, permissions, uid=self.known.uid, until=asked.until
        )

    async def deny(self) -> None:
        await self.context.core.grants.deny(self.caller, self.known.origin, uid=self.known.uid)

    async def revoke(self) -> None:
        await self.context.core.grants.revoke(self.caller, self.known.id)
