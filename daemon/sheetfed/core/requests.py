"""Requests: undecided ones are few, so that no page can bury the others."""

from collections.abc import Iterable
from typing import Final

from sheetfed.core import origins
from sheetfed.core.grant import Grant

OF_SITE_AT_MOST: Final = 5
"""Undecided requests of one site to one user: of all origins below its registrable domain."""

OF_USER_AT_MOST: Final = 20
"""Undecided requests to one user."""


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
