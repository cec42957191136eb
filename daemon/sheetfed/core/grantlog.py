"""Grant log: each decision on a web origin is one line of the journal."""

import logging
from datetime import UTC, datetime

from sheetfed.core import permissions as sets
from sheetfed.core.grant import Grant
from sheetfed.core.model import Caller
from sheetfed.core.permissions import Permissions

log = logging.getLogger(__name__)


def allowed(caller: Caller, after: Grant) -> None:
    until = after.until
    ends = "" if until is None else f", until {datetime.fromtimestamp(until, UTC):%FT%TZ}"
    _decided(caller, after, f"may {_words(after.permissions)}{ends}")


def denied(caller: Caller, after: Grant) -> None:
    left = f"; it still may {_words(after.permissions)}" if after.permissions else ""
    _decided(caller, after, f"was denied{left}")


def revoked(caller: Caller, after: Grant) -> None:
    _decided(caller, after, "has no permission any more, and no denial")


def lapsed(before: Grant, after: Grant) -> None:
    what = "request" if before.permissions == after.permissions else "permission"
    log.info("the %s of %s for %s is over", what, before.origin, _whom(before.uid))


def _decided(caller: Caller, after: Grant, decision: str) -> None:
    log.info(
        "user %d decided: %s, for %s, %s",
        caller.owner.uid,
        after.origin,
        _whom(after.uid),
        decision,
        extra={"origin": after.origin} | ({} if after.uid is None else {"owner_uid": after.uid}),
    )


def _words(permissions: Permissions) -> str:
    return ", ".join(sets.in_order(permissions))


def _whom(uid: int | None) -> str:
    return "all users" if uid is None else f"user {uid}"
