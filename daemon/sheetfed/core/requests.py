"""Requests: undecided ones are few, so that no page can bury the others."""

from collections.abc import Iterable
from typing import Final

from sheetfed.core import origins
from sheetfed.core.errors import TooMany
from sheetfed.core.grant import Grant
from sheetfed.core.model import Owner
from sheetfed.core.pace import Pace
from sheetfed.core.ports import Clock

OF_SITE_AT_MOST: Final = 5
"""Undecided requests of one site to one user: of all origins below its registrable domain."""

OF_USER_AT_MOST: Final = 20
"""Undecided requests to one user."""


NEW_OF_SITE_AT_MOST: Final = 10
NEW_OF_USER_AT_MOST: Final = 40
"""New requests in `NEW_WITHIN_S`: whoever is told of each is not to be kept busy with them."""

NEW_WITHIN_S: Final = 60.0


class Newcomers:
    """How many new requests come, of a site and to a user."""

    def __init__(self, *, clock: Clock) -> None:
        self._of_site = Pace(clock=clock, at_most=NEW_OF_SITE_AT_MOST, within_s=NEW_WITHIN_S)
        self._of_user = Pace(clock=clock, at_most=NEW_OF_USER_AT_MOST, within_s=NEW_WITHIN_S)

    def admit(self, owner: Owner) -> None:
        """Raises TooMany."""
        site = (owner.uid, origins.site(owner.origin or ""))
        if not (self._of_site.is_kept(site) and self._of_user.is_kept(owner.uid)):
            raise TooMany("too many web origins ask for access; try again in a minute")
        self._of_site.note(site)
        self._of_user.note(owner.uid)


def crowded_out(known: Iterable[Grant], newest: Grant) -> list[Grant]:
    """Those, the oldest, that go because the newest has come."""
    others = sorted(
        (
            grant
            for grant in known
            if grant.request is not None and grant.uid == newest.uid and grant.id != newest.id
        ),
        key=_asked,
    )
    site = origins.site(newest.origin)
    same = [grant for grant in others if origins.site(grant.origin) == site]
    gone = same[: max(0, len(same) + 1 - OF_SITE_AT_MOST)]
    left = [grant for grant in others if grant not in gone]
    return gone + left[: max(0, len(left) + 1 - OF_USER_AT_MOST)]


def _asked(grant: Grant) -> float:
    return grant.request.asked if grant.request is not None else 0.0
