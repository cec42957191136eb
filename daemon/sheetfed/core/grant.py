"""Grant: what a web origin may do for a user, what it asks for, and what it was refused."""

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NewType

from sheetfed.core import permissions as sets
from sheetfed.core.permissions import Permissions

GrantId = NewType("GrantId", str)

REQUEST_KEPT_S: Final = 24 * 3600.0
"""A request that nobody decides on is forgotten after this."""


class GrantState(StrEnum):
    PENDING = "pending"
    GRANTED = "granted"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """What an origin asks for, and when it began to, in seconds since the epoch."""

    wants: Permissions
    asked: float

    @property
    def ends(self) -> float:
        return self.asked + REQUEST_KEPT_S


@dataclass(frozen=True, slots=True)
class Grant:
    """How one origin stands with one user, or with all of them (`uid` None).

    `since` is the time of the last decision, or of the request while there was none; `until` that
    of the permissions' end. A request may stand beside permissions: for more than those.
    """

    id: GrantId
    origin: str
    uid: int | None
    since: float
    permissions: Permissions = sets.NONE
    refused: Permissions = sets.NONE
    request: AccessRequest | None = None
    until: float | None = None
    last_used: float | None = None
    is_configured: bool = False

    @property
    def state(self) -> GrantState:
        if self.request is not None:
            return GrantState.PENDING
        return GrantState.GRANTED if self.permissions else GrantState.DENIED

    @property
    def wants(self) -> Permissions:
        return sets.NONE if self.request is None else self.request.wants

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left that would have to be remembered."""
        return not (self.permissions or self.refused or self.request)

    @property
    def ends(self) -> float | None:
        """When it lapses next, in whole or in part."""
        request = None if self.request is None else self.request.ends
        return min((when for when in (self.until, request) if when is not None), default=None)

    def held(self, now: float) -> Permissions:
        return self.permissions if self.until is None or now < self.until else sets.NONE

    def asking(self, wants: Permissions, now: float) -> "Grant":
        """With these wanted, too; a request that stands already does not become younger."""
        asked = now if self.request is None else self.request.asked
        return replace(self, request=AccessRequest(self.wants | wants, asked))

    def allowed(self, permissions: Permissions, until: float | None, now: float) -> "Grant":
        """With exactly these permissions; what was asked for beyond them is refused."""
        return replace(
            self,
            permissions=permissions,
            refused=(self.refused | self.wants) - permissions,
            request=None,
            since=now,
            until=until,
        )

    def denied(self, now: float) -> "Grant":
        """Without what it asks for; one that asks for nothing loses all it had."""
        if self.request is not None:
            return replace(self, refused=sets.ALL - self.permissions, request=None, since=now)
        return replace(self, permissions=sets.NONE, refused=sets.ALL, since=now, until=None)

    def unasked(self) -> "Grant":
        return replace(self, request=None)

    def lapsed(self, now: float) -> "Grant":
        """As it is at this time."""
        after = self
        if after.until is not None and after.until <= now:
            after = replace(after, permissions=sets.NONE, until=None)
        if after.request is not None and after.request.ends <= now:
            after = after.unasked()
        return after


def identity(uid: int | None, origin: str) -> GrantId:
    """Always the same for the same two."""
    words = f"{'*' if uid is None else uid}\0{origin}"
    return GrantId("o" + hashlib.sha256(words.encode()).hexdigest()[:32])


def fresh(uid: int | None, origin: str, now: float) -> Grant:
    return Grant(identity(uid, origin), origin, uid, since=now)


def emptied(grant: Grant) -> Grant:
    """What is told of one that is forgotten."""
    return Grant(grant.id, grant.origin, grant.uid, since=grant.since)


def configured(origin: str) -> Grant:
    """What the configuration lets in, for all users."""
    ident = GrantId("c" + identity(None, origin)[1:])
    return Grant(ident, origin, None, since=0.0, permissions=sets.ALL, is_configured=True)
