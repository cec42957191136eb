"""Grants: which web origins are let in, for whom, and what the user decided on each."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from sheetfed.core import grant as grants
from sheetfed.core import grantlog, requests
from sheetfed.core import permissions as sets
from sheetfed.core.errors import NotFound, ScanError, TooMany, WrongState
from sheetfed.core.events import AccessChanged, Hub
from sheetfed.core.grant import Grant, GrantId, GrantState
from sheetfed.core.model import Caller, Owner
from sheetfed.core.permissions import Permissions
from sheetfed.core.ports import Clock, GrantBook
from sheetfed.core.settings import invalid
from sheetfed.core.surely import surely

OF_USER_AT_MOST: Final = 1000
"""Grants and denials for one user, or for all of them."""

LATEST: Final = 253_402_300_799.0
"""The end of the year 9999."""

_Key = tuple[int | None, str]

log = logging.getLogger(__name__)


class Grants:
    """Reads never wait. What takes permissions away holds before it is written down, what gives
    them after; requests and times of use are written down late."""

    def __init__(
        self, *, book: GrantBook, hub: Hub, clock: Clock, configured: Iterable[str] = ()
    ) -> None:
        """`configured`: origins that the configuration lets in, for all users."""
        self._book = book
        self._hub = hub
        self._clock = clock
        self._configured = {origin: grants.configured(origin) for origin in configured}
        self._grants: dict[_Key, Grant] = {}
        self._used: dict[_Key, float] = {}
        self._unsaved: set[_Key] = set()
        self._deciding = asyncio.Lock()
        self._newcomers = requests.Newcomers(clock=clock)
        self._watchers: list[Callable[[], None]] = []

    async def load(self) -> None:
        """After a start; what has lapsed meanwhile is dropped by the next `lapse`."""
        self._grants = {(found.uid, found.origin): found for found in await self._book.grants()}

    def watch(self, changed: Callable[[], None]) -> None:
        """Call this, from now on, after every change of what anybody may do."""
        self._watchers.append(changed)

    def configure(self, origins: Iterable[str]) -> None:
        """Take over a reloaded configuration."""
        before = self._configured
        self._configured = now = {origin: grants.configured(origin) for origin in origins}
        for origin in before.keys() - now.keys():
            self._told(grants.emptied(before[origin]))
        for origin in now.keys() - before.keys():
            self._told(now[origin])
            self._settle(origin)

    def permissions(self, owner: Owner) -> Permissions:
        """What the owner's origin may do for its user; programs of the user's may do all."""
        if owner.origin is None or owner.origin in self._configured:
            return sets.ALL
        own = self._grants.get((owner.uid, owner.origin))
        everybodys = self._grants.get((None, owner.origin))
        now = self._clock.now()
        held = sets.NONE if own is None else own.held(now)
        if everybodys is None:
            return held
        return (held - everybodys.refused) | everybodys.held(now)

    def use(self, owner: Owner) -> None:
        """The origin has made a call now; written down later."""
        if owner.origin is not None:
            own = (owner.uid, owner.origin)
            self._used[own if own in self._grants else (None, owner.origin)] = self._clock.now()

    def refused(self, owner: Owner) -> Permissions:
        """What the owner's origin was denied."""
        origin = owner.origin or ""
        known = [self._grants.get((uid, origin)) for uid in (owner.uid, None)]
        refused = (found.refused for found in known if found is not None)
        return sets.NONE.union(*refused) - self.permissions(owner)

    def state(self, owner: Owner, wants: Permissions = sets.NONE) -> GrantState:
        """How these stand with the owner's origin; without any, how all that it has or wants."""
        own = self.own(owner)
        held = self.permissions(owner)
        missing = wants - held
        if missing & self.refused(owner):
            return GrantState.DENIED
        if missing if wants else own is not None and own.request is not None:
            return GrantState.PENDING
        return GrantState.GRANTED if held else GrantState.DENIED

    def own(self, owner: Owner) -> Grant | None:
        """How the owner's origin stands with this user, apart from what holds for all."""
        return None if owner.origin is None else self._grants.get((owner.uid, owner.origin))

    def known(self) -> list[Grant]:
        """The configuration's, then the others, each with its last use."""
        return [*map(self._dated, (*self._configured.values(), *self._grants.values()))]

    def visible_to(self, caller: Caller) -> list[Grant]:
        """Those for all users, and the caller's own; an administrator's are all."""
        uids = (None, caller.owner.uid)
        return [found for found in self.known() if caller.is_admin or found.uid in uids]

    def get(self, caller: Caller, ident: GrantId) -> Grant:
        """Raises NotFound, also for what is somebody else's."""
        for found in self.visible_to(caller):
            if found.id == ident:
                return found
        raise NotFound("nothing is known of such an origin")

    def request(self, owner: Owner, wants: Permissions) -> None:
        """The origin asks its user for these; for what it has or was denied it asks in vain.

        Raises TooMany.
        """
        assert owner.origin is not None
        missing = wants - self.permissions(owner)
        key, now = (owner.uid, owner.origin), self._clock.now()
        before = self._grants.get(key)
        if missing & self.refused(owner) or not missing - (before.wants if before else sets.NONE):
            return
        self._newcomers.admit(owner)
        after = (before or grants.fresh(*key, now)).asking(missing, now)
        for gone in requests.crowded_out(self._grants.values(), after):
            log.debug("a request of %s for user %s was crowded out", gone.origin, gone.uid)
            self._put_late(gone.unasked())
        self._put_late(after, is_request=True)

    async def allow(
        self,
        caller: Caller,
        origin: str,
        permissions: Permissions,
        *,
        uid: int | None,
        until: float | None = None,
    ) -> Grant:
        """Let the origin do exactly this for the user, or for all of them.

        Raises InvalidParameter, TooMany, StoreFull or InternalError; then nothing changed.
        """
        now = self._clock.now()
        if until is not None and not now < until <= LATEST:
            raise invalid("until", "a time to come, in seconds since 1970-01-01 UTC")
        return await surely(
            self._decide(
                (uid, origin),
                lambda before: before.allowed(permissions, until, now),
                lambda after: grantlog.allowed(caller, after),
            )
        )

    async def deny(self, caller: Caller, origin: str, *, uid: int | None) -> Grant:
        """Refuse what the origin asks for, or everything when it asks for nothing; remembered.

        Raises TooMany, or WrongState for what the configuration lets in; and StoreFull or
        InternalError, but then it holds until the next start.
        """
        self.require_decidable(origin)
        now = self._clock.now()
        return await surely(
            self._decide(
                (uid, origin),
                lambda before: before.denied(now),
                lambda after: grantlog.denied(caller, after),
            )
        )

    async def revoke(self, caller: Caller, ident: GrantId) -> Grant:
        """Forget all that was decided on the origin; it may ask anew.

        Raises NotFound, and as `deny` does.
        """
        found = self.get(caller, ident)
        if found.is_configured:
            self.require_decidable(found.origin)
        return await surely(
            self._decide(
                (found.uid, found.origin),
                grants.emptied,
                lambda after: grantlog.revoked(caller, after),
            )
        )

    def lapse(self) -> float | None:
        """Drop what has had its time; when the next of it will have had it."""
        now = self._clock.now()
        for found in tuple(self._grants.values()):
            after = found.lapsed(now)
            if after != found:
                grantlog.lapsed(found, after)
                self._put_late(after)
        ends = (found.ends for found in self._grants.values())
        return min((when for when in ends if when is not None), default=None)

    async def save_late(self) -> None:
        """Write down what was kept in memory until now. Raises StoreFull or InternalError."""
        for key in tuple(self._used):
            if key in self._grants:
                self._grants[key] = self._dated(self._grants[key])
                self._unsaved.add(key)
                del self._used[key]
        for key in tuple(self._unsaved):
            await self._write(key)

    def require_decidable(self, origin: str) -> None:
        """Raises WrongState for what the configuration lets in."""
        if origin in self._configured:
            raise WrongState(
                f"{origin} is let in by [origins] allow in sheetfed.toml(5);"
                " an administrator can take it out there",
                details={"origin": origin},
            )

    async def _decide(
        self, key: _Key, plan: Callable[[Grant], Grant], told: Callable[[Grant], None]
    ) -> Grant:
        """What takes permissions away holds even if it cannot be written down now."""
        async with self._deciding:
            before = self._grants.get(key)
            if before is None:
                self._require_room(key[0])
                before = grants.fresh(*key, self._clock.now())
            after = plan(self._dated(before))
            if after.permissions - before.permissions:
                await self._book.save(after)
                told(after)
                self._put(after)
                self._settle(after.origin)
            else:
                told(after)
                self._put(after)
                await self._write(key)
        return after

    def _require_room(self, uid: int | None) -> None:
        if sum(other.uid == uid for other in self._grants.values()) >= OF_USER_AT_MOST:
            raise TooMany(
                "so many origins are let in or denied already; revoke some",
                details={"origins": OF_USER_AT_MOST},
            )

    async def _write(self, key: _Key) -> None:
        """As it is now; what fails is tried again late."""
        self._unsaved.discard(key)
        found = self._grants.get(key)
        try:
            if found is None:
                await self._book.drop(grants.identity(*key))
            else:
                await self._book.save(found)
        except ScanError:
            self._unsaved.add(key)
            raise

    def _settle(self, origin: str) -> None:
        """Requests for what everybody may do by now need no answer."""
        for found in tuple(self._grants.values()):
            if found.origin != origin or found.request is None or found.uid is None:
                continue
            if found.wants <= self.permissions(Owner(found.uid, origin)):
                self._put_late(found.unasked())

    def _put_late(self, after: Grant, *, is_request: bool = False) -> None:
        self._unsaved.add((after.uid, after.origin))
        self._put(after, is_request=is_request)

    def _put(self, after: Grant, *, is_request: bool = False) -> None:
        key = (after.uid, after.origin)
        if after.is_empty:
            self._grants.pop(key, None)
            self._used.pop(key, None)
        else:
            self._grants[key] = after
        self._told(after, is_request=is_request)

    def _told(self, after: Grant, *, is_request: bool = False) -> None:
        self._hub.publish(AccessChanged(after, is_request=is_request))
        for changed in self._watchers:
            changed()

    def _dated(self, found: Grant) -> Grant:
        used = self._used.get((found.uid, found.origin))
        return found if used is None else replace(found, last_used=used)
